"""Shows where the milliseconds of a message and the megabytes of the server go."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from statistics import median
from types import FrameType

from benchmark.contenders import ROOT, Server
from benchmark.measures import conversations, memory_megabytes

MILLISECONDS_BETWEEN_LOOKS = 1
# The first part whose code is found, from the inside of the stack outwards, gets the time.
PARTS = {
    "meaning of the sentence (encoder)": ("/bot/language/encoder.py",),
    "ranking of intents": ("/bot/language/intents.py",),
    "spaCy: words, grammar": ("/spacy/", "/thinc/", "/bot/language/word_vectors.py"),
    "reading of facts": ("/bot/language/",),
    "rules": ("/bot/eligibility/",),
    "dialogue and wording": ("/bot/dialogue/", "/actions/"),
    "store of conversations": ("/sqlalchemy/", "/bot/runtime/conversations.py", "tracker_store.py"),
    "Rasa: policies": ("/rasa/core/policies/", "/rasa/core/featurizers/"),
    "Rasa: the rest": ("/rasa/", "/rasa_sdk/", "/bot/runtime/"),
}
ELSEWHERE = "elsewhere (event loop, logging)"


def main() -> None:
    """Talks with the bot in this process and prints two tables."""
    os.chdir(ROOT)
    subprocess.run([sys.executable, "-m", "bot.cli", "train"], check=True)
    os.environ.setdefault("BOT_TODAY", "2026-03-16")
    said = conversations(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
    megabytes = {"Python": _megabytes()}
    from bot.cli import _keep_logs_short

    _keep_logs_short()
    from rasa.core.channels.channel import CollectingOutputChannel, UserMessage

    from bot.runtime import server
    from bot.runtime.model import fitting_model

    megabytes["Rasa, spaCy and the other libraries"] = _megabytes()
    model = fitting_model(ROOT)
    assert model, "trained before"
    agent = server.load_agent(model, _endpoints())
    megabytes["model, lexicon, rules"] = _megabytes()
    looks: Counter[str] = Counter()
    taken: list[float] = []

    async def talk(rounds: int) -> None:
        for number in range(rounds):
            for place, conversation in enumerate(said):
                for text in conversation:
                    message = UserMessage(text, CollectingOutputChannel(), f"{number}-{place}")
                    started = time.process_time()
                    await agent.handle_message(message)
                    taken.append(time.process_time() - started)

    def look(_: int, frame: FrameType | None) -> None:
        looks[_part(frame)] += 1

    asyncio.run(agent.handle_message(UserMessage("hallo", CollectingOutputChannel(), "first")))
    megabytes["what the first message loads"] = _megabytes()
    signal.signal(signal.SIGPROF, look)
    seconds = MILLISECONDS_BETWEEN_LOOKS / 1000
    signal.setitimer(signal.ITIMER_PROF, seconds, seconds)
    asyncio.run(talk(3))
    signal.setitimer(signal.ITIMER_PROF, 0)
    megabytes[f"{len(taken)} messages"] = _megabytes()
    print(f"{len(taken)} messages; computing time {1e3 * median(taken):.1f} ms at the median\n")
    each = 1e3 * sum(taken) / len(taken) / looks.total()
    for part, count in looks.most_common():
        print(f"{part:<36} {each * count:6.2f} ms {count / looks.total():6.1%}")
    print()
    before = 0.0
    for name, size in megabytes.items():
        print(f"{name:<36} {size - before:+7.0f} MB {size:7.0f} MB")
        before = size


def _part(frame: FrameType | None) -> str:
    while frame:
        file = frame.f_code.co_filename
        for part, places in PARTS.items():
            if any(place in file for place in places):
                return part
        frame = frame.f_back
    return ELSEWHERE


def _megabytes() -> float:
    return memory_megabytes(Server("", os.getpid(), 0))


def _endpoints() -> Path:
    """Endpoints with a store that begins empty."""
    folder = Path(tempfile.mkdtemp())
    os.environ["DATABASE_URL"] = f"sqlite:///{folder}/conversations.db"
    text = (ROOT / "endpoints.yml").read_text("utf-8")
    file = folder / "endpoints.yml"
    file.write_text(text.replace("var/conversations.db", f"{folder}/conversations.db"), "utf-8")
    return file


if __name__ == "__main__":
    main()
