"""Measures this bot beside Rasa's default configuration: see ``docs/benchmark.md``."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

from benchmark.contenders import (
    EPOCHS_OF_QUICK,
    WORKSHOP,
    Contender,
    Ours,
    RasaDefault,
    Server,
    WithTensorFlow,
)
from benchmark.measures import (
    Replies,
    conversations,
    fill,
    memory_megabytes,
    replies,
    reply_milliseconds,
    rule_microseconds,
    step,
    turn_milliseconds,
)
from benchmark.table import Line, Table
from bot.evaluate import load_set, measure, rest_bot, scores

CLIENTS = (1, 5, 20)
MESSAGES = 300  # in a round; of fewer, the slowest in a hundred is the slowest of all
TURNS = (10, 100, 1000)
STORED = (0, 10_000, 1_000_000)
ROWS = (10, 1_000, 10_000)
CHARACTERS = (10, 1_000, 10_000)


def main() -> None:
    """Runs every measurement and writes ``benchmark.md`` and ``benchmark.json``."""
    options = _parser().parse_args()
    rounds = 5
    ours = Ours()
    default = RasaDefault(options.epochs or (EPOCHS_OF_QUICK if options.quick else None))
    with_tensorflow = WithTensorFlow()
    contenders: list[Contender] = [ours, default, with_tensorflow]
    table = Table([each.name for each in contenders], quick=options.quick)
    with step("Installing and training"):
        for each in contenders:
            each.prepare()
        table.add(*_training(ours, [default, with_tensorflow], 1 if options.quick else rounds))
    table.add(Line.of("installed size", "MB", *(each.installed_megabytes for each in contenders)))
    with step("Starting, each in turn"):
        table.add(*_starts(contenders, rounds))
    said = conversations(options.set)
    with ExitStack() as stack:
        servers = [stack.enter_context(each.serve()) for each in contenders]
        with step("Memory and replies, each in turn"):
            idle = [memory_megabytes(server) for server in servers]
            table.add(Line.of("memory, idle", "MB", *idle))
            for clients in CLIENTS:
                table.add(*_replies(servers, said, clients, rounds))
            busy = [memory_megabytes(server) for server in servers]
            table.add(Line.of("memory after all these replies", "MB", *busy))
        if options.set:
            with step("Accuracy"):
                table.add(*_accuracy(servers[:2], options.set))
    with step("Growth of this bot"):
        table.add(*_growth(ours, said, 10 if options.quick else 30))
    table.notes += [*ours.notes, *default.notes]
    print(table.write(options.out))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make benchmark", description=__doc__)
    parser.add_argument("--set", type=Path, help="conversations with expected replies (JSONL)")
    parser.add_argument("--out", type=Path, default=WORKSHOP, help="folder for table and JSON")
    parser.add_argument(
        "--quick",
        action="store_true",
        help=f"train once, fewer turns in growth; --epochs {EPOCHS_OF_QUICK} unless it is given",
    )
    parser.add_argument("--epochs", type=int, help="how often the default configuration learns")
    return parser


def _training(ours: Ours, others: Sequence[Contender], rounds: int) -> list[Line]:
    once = [other.train() for other in others]
    from_nothing, after_a_change = [], []
    for _ in range(rounds):
        ours.change_a_sentence()
        from_nothing.append(ours.train())
        ours.prepare()  # takes the sentence out again
        after_a_change.append(ours.train(from_nothing=False))
    note = "measured once" if rounds == 1 else f"all but {ours.name} measured once"
    name = "training {}, computing time"
    return [
        Line.of(name.format("from nothing"), "s", median(from_nothing), *once, note=note),
        Line.of(name.format("after one changed sentence"), "s", median(after_a_change)),
    ]


def _starts(contenders: Sequence[Contender], rounds: int) -> list[Line]:
    seconds: dict[str, list[float]] = {contender.name: [] for contender in contenders}
    for number in range(rounds + 1):
        for contender in contenders:
            with contender.serve() as server:
                if number:  # the first one makes byte code and warms the disk
                    seconds[contender.name].append(server.seconds_to_first_answer)
    return [
        Line.of("cold start to first answer", "s", *(median(taken) for taken in seconds.values()))
    ]


def _replies(
    servers: Sequence[Server],
    said: list[list[str]],
    clients: int,
    rounds: int,
) -> list[Line]:
    measured: list[list[Replies]] = [[] for _ in servers]
    for number in range(rounds + 1):
        for server, found in zip(servers, measured, strict=True):
            one = replies(server, said, clients, MESSAGES if number else max(clients, 10))
            if number:  # the first round only warms up
                found.append(one)
    at = f"{clients} client{'s' if clients > 1 else ''}"

    def line(name: str, unit: str, value: Callable[[Replies], float], better: str) -> Line:
        values = [median(map(value, found)) for found in measured]
        return Line.of(f"{name}, {at}", unit, *values, better=better)

    return [
        line("reply p50", "ms", lambda one: one.p50, "lower"),
        line("reply p95", "ms", lambda one: one.p95, "lower"),
        line("reply p99", "ms", lambda one: one.p99, "lower"),
        line("replies a second", "/s", lambda one: one.per_second, "higher"),
    ]


def _accuracy(servers: Sequence[Server], set_path: Path) -> list[Line]:
    items = load_set(set_path)
    of_all, of_types = [], []
    for server in servers:
        measured = list(measure(items, rest_bot(server.address), None))
        right, count = scores(measured)["alles"]
        of_all.append(right / count)
        turns = [turn for item in measured for turn in item.turns]
        of_types.append(sum("type" not in turn.wrong for turn in turns) / len(turns))
    note = "Rasa's default configuration reads no facts, so its answers can't be right"
    return [
        Line.of("accuracy, all items", "", *of_all, better="higher", note=note),
        Line.of("accuracy, kind of reply", "", *of_types, better="higher"),
    ]


def _growth(ours: Ours, said: list[list[str]], width: int) -> list[Line]:
    singles = [conversation[0] for conversation in said][:10]
    lines = []
    with ours.serve() as server:
        turns = turn_milliseconds(server, singles, TURNS, width)
        lines += _grown("turn {:,} of one conversation", "ms", turns)
        lengths = {
            size: reply_milliseconds(server, [_text_of(size, singles)], width)
            for size in CHARACTERS
        }
        lines += _grown("message of {:,} characters", "ms", lengths)
    stored = {}
    for count in STORED:
        with _stored(ours, count) as server:
            reply_milliseconds(server, singles, 1)
            stored[count] = reply_milliseconds(server, singles, max(width // 5, 3))
    lines += _grown("{:,} stored conversations", "ms", stored)
    rows = {count: rule_microseconds(count, 500) for count in ROWS}
    return lines + _grown("decision with {:,} rows of rules", "µs", rows)


@contextmanager
def _stored(ours: Ours, count: int) -> Iterator[Server]:
    """The bot with so many conversations in its store, which is put away after it."""
    databases = ours.folder / "var"
    for file in databases.glob("conversations.db*"):
        file.unlink()
    with ours.serve():  # makes the tables
        pass
    fill(databases / "conversations.db", count)
    with ours.serve() as server:
        yield server
    for file in databases.glob("conversations.db*"):
        file.unlink()


def _text_of(size: int, sentences: list[str]) -> str:
    return (" ".join(sentences) * (size // 100 + 1))[:size]


def _grown(name: str, unit: str, values: dict[int, float]) -> list[Line]:
    first = next(iter(values.values()))
    return [
        Line(name.format(size), unit, [value], [value / first]) for size, value in values.items()
    ]


if __name__ == "__main__":
    main()
