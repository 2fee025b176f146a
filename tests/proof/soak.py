"""`make soak`: 50 visitors in whole conversations for minutes, embedded and with real servers.

`SOAK_SECONDS` (120) is how long each set-up is talked to.
"""

from __future__ import annotations

import os
import random
import sys
import threading
import time
from statistics import median, quantiles

from proof.stage import (
    Stage,
    Visitor,
    embedded,
    fits,
    full,
    kept_texts,
    lost_and_mixed,
    memory_in_mib,
    missing,
    print_table,
    scripts,
    train,
    until,
)

VISITORS = 50
SECONDS = float(os.environ.get("SOAK_SECONDS", "120"))
LONGEST_THOUGHT_IN_SECONDS = 1.5


def soak(stage: Stage) -> list[object]:
    """One row of the table: what 50 visitors met in so many seconds."""
    all_scripts = scripts()
    goes_on = until(SECONDS)
    talks: list[tuple[Visitor, str, list[str], list[str], int]] = []
    totals = {"conversations": 0, "messages": 0, "wrong": 0, "failures": 0, "foreign": 0}
    waits: list[float] = []
    lock = threading.Lock()

    def visit(number: int) -> None:
        chance = random.Random(number)
        visitor = stage.visitor(number)
        while goes_on():
            visitor.begin()
            wrong = 0
            for turn in chance.choice(all_scripts):
                custom = visitor.ask(turn["says"])
                wrong += not fits(custom, turn.get("is", {}))
                time.sleep(chance.random() * LONGEST_THOUGHT_IN_SECONDS)
            with lock:
                totals["conversations"] += 1
                totals["messages"] += len(visitor.confirmed)
                totals["wrong"] += bool(wrong)
                talks.append(
                    (visitor, visitor.conversation, visitor.confirmed, visitor.tried, wrong)
                )
        with lock:
            totals["failures"] += visitor.failures + visitor.apologies
            totals["foreign"] += visitor.foreign
            waits.extend(visitor.waits)
        visitor.close()

    threads = [threading.Thread(target=visit, args=(number,)) for number in range(VISITORS)]
    for thread in threads:
        thread.start()
    time.sleep(SECONDS / 3)
    early = [memory_in_mib(bot) for bot in stage.bots]
    for thread in threads:
        thread.join()
    late = [memory_in_mib(bot) for bot in stage.bots]

    kept = kept_texts(stage.database_url, [conversation for _, conversation, *_ in talks])
    lost = mixed = 0
    for visitor, conversation, confirmed, tried, _ in talks:
        visitor.confirmed, visitor.tried = confirmed, tried
        missed, strange = lost_and_mixed(visitor, kept[conversation])
        lost, mixed = lost + missed, mixed + strange
    centiles = quantiles(waits, n=100)
    return [
        totals["conversations"],
        totals["messages"],
        totals["wrong"],
        lost,
        mixed + totals["foreign"],
        totals["failures"],
        f"{1000 * median(waits):.0f} / {1000 * centiles[94]:.0f} / {1000 * centiles[98]:.0f}",
        " ".join(f"{a:.0f}→{b:.0f}" for a, b in zip(early, late, strict=True)),
    ]


def main() -> int:
    """Print the table; 1 if a conversation went wrong, was lost or was mixed with another."""
    train()
    rows = []
    with embedded() as stage:
        rows.append(["one bot, SQLite", *soak(stage)])
    if absent := missing("postgres", "redis-server", "nginx"):
        print(f"Niet geïnstalleerd: {', '.join(absent)}. Alleen de ene bot is beproefd.")
    else:
        with full() as stage:
            rows.append(["two workers, PostgreSQL, Redis, nginx", *soak(stage)])
    print_table(
        f"Load: {VISITORS} visitors, {SECONDS:.0f} s each",
        (
            "set-up",
            "conversations",
            "messages",
            "wrong",
            "lost",
            "mixed",
            "failed requests",
            "reply ms, 50/95/99%",
            "memory MiB, early→late",
        ),
        rows,
    )
    return int(any(row[3] or row[4] or row[5] for row in rows))


if __name__ == "__main__":
    sys.exit(main())
