"""The outcome as a table in Markdown and as JSON."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from dataclasses import asdict, dataclass, field
from datetime import date
from importlib.metadata import version
from pathlib import Path

from benchmark.contenders import ROOT

_LIBRARIES = ("rasa", "spacy", "numpy", "scikit-learn", "sanic")


@dataclass
class Line:
    """One measured thing: ours, then the other if it was measured.

    ``ratio`` is how many times better ours is, or, in a row of growth, how many times its first.
    """

    name: str
    unit: str
    values: list[float]
    ratio: float | None = None
    note: str = ""

    @classmethod
    def of(
        cls, name: str, unit: str, *values: float, better: str = "lower", note: str = ""
    ) -> Line:
        """A line of both contenders, or of ours alone."""
        ratio = None
        if len(values) == 2 and all(values):
            ours, other = values
            ratio = other / ours if better == "lower" else ours / other
        return cls(name, unit, list(values), ratio, note)


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
            print("   ", _row(line), flush=True)
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
        page = folder / "benchmark.md"
        page.write_text(
            "\n".join(
                [
                    "| | " + " | ".join(self.contenders) + " | times | |",
                    "| --- |" + " ---: |" * (len(self.contenders) + 1) + " --- |",
                    *map(_row, self.lines),
                    "",
                    *(f"* {note}" for note in self.notes),
                    *(f"* {name}: {value}" for name, value in about.items()),
                    "",
                ]
            ),
            "utf-8",
        )
        return page


def _row(line: Line) -> str:
    values = [*(f"{_number(value)} {line.unit}".strip() for value in line.values), "", ""][:2]
    ratio = f"{_number(line.ratio)} ×" if line.ratio else ""
    return "| " + " | ".join([line.name, *values, ratio, line.note]) + " |"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _processor() -> str:
    for text in Path("/proc/cpuinfo").read_text().splitlines():
        if text.startswith("model name"):
            return text.split(":")[1].strip()
    return platform.processor()


def _output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
