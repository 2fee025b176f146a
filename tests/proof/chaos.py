"""`make chaos`: what becomes of conversations when something breaks in the middle of them.

Each fault is a row: how many messages were confirmed, how many of those are lost, how many words
ended up in another's conversation, how often the bot or nginx said that it could not, and how many
conversations still ended in the right answer.
"""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from running_bot import ROOT

from proof.stage import (
    Stage,
    Visitor,
    embedded,
    fits,
    free_port,
    full,
    kept_texts,
    lost_and_mixed,
    missing,
    print_table,
    scripts,
    train,
)

VISITORS = 12
THOUGHT_IN_SECONDS = 0.25

Break = Callable[[], None]


def try_fault(name: str, stage: Stage, fault: Break) -> list[object]:
    """One row: visitors talk, the fault comes when they are half-way."""
    print(f"{name} …", flush=True)
    long_ones = [script for script in scripts() if len(script) >= 2]
    visitors = [stage.visitor(number) for number in range(VISITORS)]
    wrong: list[str] = []
    half_way = threading.Barrier(VISITORS + 1)

    def visit(visitor: Visitor) -> None:
        script = long_ones[visitor.number % len(long_ones)]
        middle = len(script) // 2
        for place, turn in enumerate(script):
            if place == middle:
                half_way.wait()
            custom = visitor.ask(turn["says"])
            if not fits(custom, turn.get("is", {})):
                wrong.append(turn["says"])
            time.sleep(THOUGHT_IN_SECONDS)
        visitor.close()

    threads = [threading.Thread(target=visit, args=(visitor,)) for visitor in visitors]
    for thread in threads:
        thread.start()
    half_way.wait()
    fault()
    for thread in threads:
        thread.join()
    return _row(name, stage, visitors, len(wrong))


def _row(name: str, stage: Stage, visitors: list[Visitor], wrong: int) -> list[object]:
    kept = kept_texts(stage.database_url, [visitor.conversation for visitor in visitors])
    found = [lost_and_mixed(visitor, kept[visitor.conversation]) for visitor in visitors]
    return [
        name,
        len(visitors),
        sum(len(visitor.confirmed) for visitor in visitors),
        sum(lost for lost, _ in found),
        sum(mixed for _, mixed in found) + sum(visitor.foreign for visitor in visitors),
        sum(visitor.apologies for visitor in visitors),
        sum(visitor.failures for visitor in visitors),
        wrong,
    ]


def two_tabs(stage: Stage) -> list[object]:
    """Two tabs of one browser write at once, each to its own worker as nginx happens to choose."""
    visitors = []
    for number in range(VISITORS):
        one, other = stage.visitor(number), stage.visitor(number)
        other.secret = one.secret
        texts = [["Ik ben docent.", "Drie weken."], ["Naar Spanje.", "Ik wil lesgeven."]]
        threads = [
            threading.Thread(target=lambda tab=tab, said=said: [tab.ask(text) for text in said])
            for tab, said in zip((one, other), texts, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        kept = kept_texts(stage.database_url, [one.conversation])[one.conversation]
        # Each tab's own order counts; both are in one conversation.
        other.tried = one.tried = one.tried + other.tried
        visitors += [one, other]
        assert sorted(kept) == sorted(one.confirmed + other.confirmed), kept
    return _row("two tabs write at once", stage, visitors, 0)


# --- faults -----------------------------------------------------------------------------------


def kill_and_start(stage: Stage, number: int) -> Break:
    def fault() -> None:
        stage.bots[number].process.send_signal(signal.SIGKILL)
        stage.bots[number].process.wait()
        stage.start_again(number)

    return fault


def restart(server: object, seconds: float, how: signal.Signals) -> Break:
    def fault() -> None:
        server.stop(how)  # type: ignore[attr-defined]
        time.sleep(seconds)
        server.start()  # type: ignore[attr-defined]

    return fault


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A disk of 4 MiB."""
    disk = folder / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk)]
    subprocess.run(mount, check=True, capture_output=True)
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=False)


def full_disk(disk: Path) -> Break:
    def fault() -> None:
        filler = disk / "filler"
        with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
            while True:
                file.write(b"x" * 4096)
        time.sleep(3)
        filler.unlink()

    return fault


@contextlib.contextmanager
def action_server() -> Iterator[tuple[str, Break]]:
    """An action server apart, and the fault that it is away for a while."""
    port = free_port()
    running: list[subprocess.Popen[bytes]] = []

    def begin() -> None:
        command = ["-m", "rasa_sdk", "--actions", "actions", "--port", str(port)]
        running.append(
            subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )

    def fault() -> None:
        running[-1].kill()
        running[-1].wait()
        time.sleep(3)
        begin()

    begin()
    try:
        yield f"http://127.0.0.1:{port}/webhook", fault
    finally:
        running[-1].terminate()
        running[-1].wait()


def clock_library() -> Path | None:
    """Debian's libfaketime, which lets one process see another time."""
    return next(iter(Path("/usr/lib").glob("*/faketime/libfaketime.so.1")), None)


def jump(clock: Path, offset: str) -> Break:
    def fault() -> None:
        clock.write_text(offset)

    return fault


def main() -> int:
    """Print the table; 1 if anything confirmed was lost, mixed or wrong."""
    train()
    rows: list[list[object]] = []
    with embedded() as stage:
        rows.append(try_fault("kill -9 of the only bot (SQLite)", stage, kill_and_start(stage, 0)))
    library = clock_library()
    if library:
        for name, offset in (("back", "-2d"), ("forward", "+2d")):
            with contextlib.ExitStack() as stack:
                clock = Path(f"/tmp/wegwijzer-clock-{free_port()}")
                clock.write_text("+0")
                stack.callback(clock.unlink)
                stage = stack.enter_context(
                    embedded(
                        LD_PRELOAD=str(library),
                        FAKETIME_TIMESTAMP_FILE=str(clock),
                        FAKETIME_NO_CACHE="1",
                        FAKETIME_DONT_FAKE_MONOTONIC="1",
                    )
                )
                rows.append(try_fault(f"clock two days {name}", stage, jump(clock, offset)))
    else:
        print("Niet geïnstalleerd: faketime. De klok is niet versprongen.")
    with contextlib.ExitStack() as stack:
        import tempfile

        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        try:
            disk = stack.enter_context(small_disk(folder))
        except (subprocess.CalledProcessError, OSError):
            print("Een kleine schijf maken mag hier niet (root). De schijf is niet vol gemaakt.")
        else:
            url = f"sqlite:///{disk}/conversations.db"
            stage = stack.enter_context(embedded(DATABASE_URL=url))
            rows.append(try_fault("disk full for 3 s (SQLite)", stage, full_disk(disk)))
    with action_server() as (address, fault), embedded(ACTION_SERVER=address) as stage:
        rows.append(try_fault("action server away for 3 s", stage, fault))
    if absent := missing("postgres", "redis-server", "nginx"):
        print(f"Niet geïnstalleerd: {', '.join(absent)}. Die zijn niet beproefd.")
    else:
        with full() as stage:
            assert stage.postgres and stage.redis
            rows += [
                try_fault("kill -9 of one of two workers", stage, kill_and_start(stage, 0)),
                try_fault("PostgreSQL restarted", stage, restart(stage.postgres, 2, signal.SIGINT)),
                try_fault(
                    "PostgreSQL crashed and back", stage, restart(stage.postgres, 2, signal.SIGQUIT)
                ),
                try_fault("Redis killed and back", stage, restart(stage.redis, 3, signal.SIGKILL)),
                two_tabs(stage),
            ]
    print_table(
        f"Faults: {VISITORS} visitors each, the fault comes half-way",
        (
            "fault",
            "conversations",
            "confirmed",
            "lost",
            "mixed",
            "apologies",
            "failed requests",
            "wrong answers",
        ),
        rows,
    )
    return int(any(row[3] or row[4] or row[7] for row in rows))


if __name__ == "__main__":
    sys.exit(main())
