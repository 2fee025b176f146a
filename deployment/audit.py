"""`make audit`: known weaknesses of the locked libraries, but for those that are accepted.

1 if there is another one. What the package index does not know is counted, not passed over.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ACCEPTED = Path(__file__).with_name("accepted-vulnerabilities.txt")


def main(requirements: list[str]) -> int:
    accepted = {
        line.split()[0]: line.split(maxsplit=1)[1]
        for line in ACCEPTED.read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    }
    files = [part for file in requirements for part in ("--requirement", file)]
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        # Its exit code only says that there is something in the report.
        result = subprocess.run(
            [
                *(str(Path(sys.executable).with_name("pip-audit")), *files),
                *("--require-hashes", "--disable-pip", "--progress-spinner", "off"),
                *("--format", "json", "--output", str(report)),
            ],
            capture_output=True,
            text=True,
        )
        if not report.exists():
            print(result.stderr, file=sys.stderr)
            return 2
        libraries = json.loads(report.read_text(encoding="utf-8"))["dependencies"]
    unknown = [library["name"] for library in libraries if "skip_reason" in library]
    others = 0
    for library in libraries:
        for weakness in library.get("vulns", []):
            names = {weakness["id"], *weakness["aliases"]}
            known = next((accepted[name] for name in names & accepted.keys()), None)
            others += known is None
            note = f"accepted: {known}" if known else f"repaired in {weakness['fix_versions']}"
            print(f"{library['name']} {library['version']}  {', '.join(sorted(names))}  {note}")
    print(
        f"{len(libraries)} libraries: {len(libraries) - len(unknown)} looked up, "
        f"{len(unknown)} not published by this package index, {others} weaknesses not accepted."
    )
    return int(bool(others))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
