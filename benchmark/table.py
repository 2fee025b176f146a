"""The outcome as a table in Markdown and as JSON."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from dataclasses import asdict, dataclass, field
from datetime import date
from importlib.metadata import version
from itertools import chain, zip_longest
from pathlib import Path

from benchmark.contenders import ROOT

_LIBRARIES = ("rasa", "spacy", "numpy", "scikit-learn", "sanic")


@dataclass
class Line:
    """One measured thing: ours, then the others as far as it was measured of them.

    ``ratios`` are how many times better ours is than each of the others, or, in a row of growth,
    how many times its first.
    """

    name: str
    unit: str
    values: list[float]
    ratios: list[float | None] = field(default_factory=list)
    note: str = ""

    @classmethod
    def of(
        cls, name: str, unit: str, *values: float, better: str = "lower", note: str = ""
    ) -> Line:
        """A line of ours, and of the others in the order of the table."""
        ours, *others = values

        def ratio(other: float) -> float | None:
            if not (ours and other):
                return None
            return other / ours if better == "lower" else ours / other

        return cls(name, unit, list(values), [ratio(other) for other in others], note)


@dataclass
class Table:
    """All lines, with the machine and the versions that they were measured on."""

    contenders: list[str]
    quick: bool
    lines: list[Line] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, *lines: Line) -> None:
        """Adds lines, and shows them on the console."""
        for line in lines:
            print("   ", self._row(line), flush=True)
        self.lines += lines

    def write(self, folder: Path) -> Path:
        """Writes ``benchmark.md`` and ``benchmark.json``; gives the first."""
        folder.mkdir(parents=True, exist_ok=True)
        about = {
            "date": date.today().isoformat(),
            "commit": _output("git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"),
            "machine": f"{_processor()}, {os.cpu_count()} cores, {platform.system()}",
            "load before": f"{os.getloadavg()[2]:.1f} (mean of 15 minutes)",
            "python": platform.python_version(),
            **{name: version(name) for name in _LIBRARIES},
            "quick": self.quick,
        }
        (folder / "benchmark.json").write_text(
            json.dumps(
                {"about": about, "lines": list(map(asdict, self.lines)), "notes": self.notes},
                indent=1,
            )
        )
        ours, *others = self.contenders
        page = folder / "benchmark.md"
        page.write_text(
            "\n".join(
                [
                    f"| | {ours} | " + "".join(f"{other} | times | " for other in others) + "|",
                    "| --- |" + " ---: |" * (2 * len(self.contenders) - 1) + " --- |",
                    *map(self._row, self.lines),
                    "",
                    *(f"* {note}" for note in self.notes),
                    *(f"* {name}: {value}" for name, value in about.items()),
                    "",
                ]
            ),
            "utf-8",
        )
        return page

    def _row(self, line: Line) -> str:
        ours, *others = [f"{_number(value)} {line.unit}".strip() for value in line.values]
        ratios = [f"{_number(ratio)} ×" if ratio else "" for ratio in line.ratios]
        cells = [line.name, ours, *chain(*zip_longest(others, ratios, fillvalue=""))]
        empty = [""] * (2 * len(self.contenders) - len(cells))
        return "| " + " | ".join([*cells, *empty, line.note]) + " |"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _processor() -> str:
    for text in Path("/proc/cpuinfo").read_text().splitlines():
        if text.startswith("model name"):
            return text.split(":")[1].strip()
    return platform.processor()


def _output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
