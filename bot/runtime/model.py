"""Trains the model, and knows whether one fits the current data and code."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import io
import logging
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import bot

# What a model depends on: in the project, and in our own code.
PROJECT_INPUTS = ("config.yml", "domain.yml", "data", "requirements.txt")
CODE_INPUTS = ("eligibility", "language", "runtime/components.py")


def fitting_model(project: Path) -> Path | None:
    """The trained model that fits the project as it is now, if there is one.

    One whose file is no longer as it was when it was trained does not count.
    """
    model = _path_of_model(project)
    try:
        is_whole = _checksum_file(model).read_text("ascii").split()[0] == _checksum(model)
    except (OSError, IndexError, UnicodeDecodeError):
        return None
    return model if is_whole else None


def fingerprint(project: Path) -> str:
    """Changes when a file changes that the model depends on: data, rule tables, code, versions."""
    digest = hashlib.sha256()
    code = Path(bot.__file__).parent
    for root, names in ((project, PROJECT_INPUTS), (code, CODE_INPUTS)):
        for name in names:
            for file in _files(root / name):
                digest.update(f"{file.relative_to(root)}\0".encode())
                digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]


def train(project: Path) -> Path:
    """Check the project, train a model that fits it, and remove those that no longer do.

    Raises:
        ProjectError: a file of the project is broken.
    """
    import rasa.model_training

    from bot.runtime.project import check_project, faults_in_one_line

    with faults_in_one_line(project):
        check_project(project)
        model = _path_of_model(project)
        model.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=model.parent) as folder, _progress():
            result = rasa.model_training.train(
                domain=str(project / "domain.yml"),
                config=str(project / "config.yml"),
                training_files=[str(project / "data")],
                output=folder,
                fixed_model_name=model.name,
                # Rasa's cache doesn't see changes in the code behind a component.
                force_training=True,
            )
            if result.model is None:
                raise RuntimeError("Rasa trained no model")
            loose = Path(folder, "loose")
            _loosen(Path(result.model), loose)
            loose.replace(model)
            # In the form of `sha256sum`, which can check it.
            _checksum_file(model).write_text(f"{_checksum(model)}  {model.name}\n", "ascii")
    for superseded in set(model.parent.glob("wegwijzer-*")) - {model, _checksum_file(model)}:
        superseded.unlink(missing_ok=True)
    return model


def _loosen(model: Path, loose: Path) -> None:
    """Writes the same archive without compression: a third larger, and unpacked at each start."""
    with gzip.open(model) as packed, gzip.open(loose, "wb", compresslevel=0) as unpacked:
        shutil.copyfileobj(packed, unpacked)


def _checksum(model: Path) -> str:
    return hashlib.sha256(model.read_bytes()).hexdigest()


def _checksum_file(model: Path) -> Path:
    return model.with_name(f"{model.name}.sha256")


def _path_of_model(project: Path) -> Path:
    return project / "models" / f"wegwijzer-{fingerprint(project)}.tar.gz"


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return sorted(
        file for file in path.rglob("*") if file.is_file() and "__pycache__" not in file.parts
    )


@contextlib.contextmanager
def _progress() -> Iterator[None]:
    """Shows one line for each component that is trained, in place of Rasa's own output."""

    class Line(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            started = re.match("Starting to train component '(.+)'", record.getMessage())
            if started:
                print(f"  {started[1]} …", file=console, flush=True)

    console = sys.stdout
    hooks = logging.getLogger("rasa.engine.training.hooks")
    line = Line()
    hooks.addHandler(line)
    hooks.setLevel(logging.INFO)
    hooks.propagate = False
    logging.getLogger("rasa.engine.graph").setLevel(logging.CRITICAL)  # what it logs it raises too
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            yield
    finally:
        hooks.removeHandler(line)
