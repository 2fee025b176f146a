"""The bots that are compared: ours, Rasa's default configuration with the same data and domain, and
ours with TensorFlow.

Each has an environment and a project folder of its own under ``var/benchmark``. Nothing of the
default configuration is installed by any other command.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import resource
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
WORKSHOP = ROOT / "var" / "benchmark"
DEFAULT = Path(__file__).parent / "default"
OWN_LOCK = ROOT / "requirements.txt"
DEFAULT_LOCK = DEFAULT / "requirements.txt"
SHARED_WITH_DEFAULT = ("data", "domain.yml")
OWN_FILES = (*SHARED_WITH_DEFAULT, "config.yml", "endpoints.yml", "credentials.yml", "actions")
# A benchmark is one visitor who talks more than any visitor may.
NO_LIMITS = {
    "REQUESTS_PER_MINUTE": "1000000",
    "CONVERSATIONS_PER_CLIENT": "1000000",
    "CONVERSATIONS_AT_ONCE": "1000000",
}
EPOCHS_OF_QUICK = 6


@dataclass
class Server:
    """A running bot; ``pid`` is the process that answers over REST."""

    address: str
    pid: int
    seconds_to_first_answer: float


class Contender:
    """One of the bots; ``folder`` holds its project."""

    name: str

    def __init__(self) -> None:
        self.folder = WORKSHOP / self.name
        self.venv = WORKSHOP / f"{self.name}-venv"
        self.notes: list[str] = []

    def prepare(self) -> None:
        """Installs it, and lays out its project without training."""
        raise NotImplementedError

    def train(self) -> float:
        """Trains a model from what the folder holds; gives its computing time in seconds."""
        raise NotImplementedError

    @contextmanager
    def serve(self, extra: dict[str, str] | None = None) -> Iterator[Server]:
        """Runs it until the end of the ``with`` block, from when it has answered once."""
        raise NotImplementedError

    def change_a_sentence(self) -> None:
        """Adds a training sentence that was not there before."""
        file = self.folder / "data" / "nlu" / "smalltalk.yml"
        text = file.read_text("utf-8")
        start = "- intent: greet\n  examples: |\n"
        again = "nog" + " eens" * (text.count("    - nog eens") + 1)
        file.write_text(text.replace(start, f"{start}    - {again} hallo\n", 1), "utf-8")

    @property
    def installed_megabytes(self) -> float:
        """The size of its libraries and what they laid out, without byte code."""
        return sum(megabytes(self.venv / part) for part in ("lib", "share"))

    def _install(self, lock: str) -> None:
        """Makes its environment of what a lock names, unless it is made of that already."""
        installed = self.venv / "installed.txt"
        if installed.exists() and installed.read_text("utf-8") == lock:
            return
        print(f"  Installing {self.venv.name} …", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", self.venv], check=True)
        to_install = self.venv / "to-install.txt"
        to_install.write_text(lock, "utf-8")
        self._pip("--ignore-requires-python", "--require-hashes", "-r", to_install)
        self._install_own_code()
        to_install.rename(installed)

    def _install_own_code(self) -> None:
        """Adds what no lock names."""

    def _pip(self, *what: str | Path) -> None:
        self._run(self.venv / "bin" / "pip", "install", "-qq", "--no-deps", *what)

    def _copy(self, names: tuple[str, ...], source: Path) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for name in names:
            target = self.folder / name
            if target.is_dir():
                shutil.rmtree(target)
            if (source / name).is_dir():
                shutil.copytree(source / name, target)
            else:
                shutil.copy(source / name, target)

    def _run(self, *command: str | Path, **settings: str) -> float:
        """Runs a command to its end; gives its computing time in seconds."""
        before = _computing_time_of_children()
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=_environment(settings),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{command}:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
        return _computing_time_of_children() - before


class Ours(Contender):
    """This bot, in an environment without the tools for its tests."""

    name = "wegwijzer"
    _site_files: tuple[Path, ...] = (ROOT / "bot" / "runtime" / "wegwijzer_no_tensorflow.pth",)

    def prepare(self) -> None:
        self._copy((*OWN_FILES, "requirements.txt"), ROOT)
        self._install(self._lock())

    def _lock(self) -> str:
        return OWN_LOCK.read_text("utf-8")

    def _install_own_code(self) -> None:
        self._pip("--editable", ROOT)
        for wheel in (ROOT / "dutch_model" / "dist").glob("*.whl"):
            self._pip(wheel)
        for file in self._site_files:
            shutil.copy(file, next(self.venv.glob("lib/python*/site-packages")))

    def train(self, from_nothing: bool = True) -> float:
        for model in self.folder.glob("models/wegwijzer-*") if from_nothing else ():
            model.unlink()
        return self._run(self.venv / "bin" / "wegwijzer", "train")

    @contextmanager
    def serve(self, extra: dict[str, str] | None = None) -> Iterator[Server]:
        port = _free_port()
        settings = {"PORT": str(port), "BOT_TODAY": "2026-03-16", **NO_LIMITS, **(extra or {})}
        command = [self.venv / "bin" / "wegwijzer", "serve"]
        with _serving(command, self.folder, settings, port) as server:
            yield server


class WithTensorFlow(Ours):
    """This bot without its stand-in for TensorFlow and clients, and with those themselves."""

    name = "wegwijzer-tensorflow"
    _site_files = ()

    def _lock(self) -> str:
        own = super()._lock()
        return own + lacking(own, DEFAULT_LOCK.read_text("utf-8"))

    @contextmanager
    def serve(self, extra: dict[str, str] | None = None) -> Iterator[Server]:
        with super().serve(extra) as server:
            if not has_loaded(server.pid, "tensorflow"):
                raise RuntimeError(f"{self.name} answers without having loaded TensorFlow")
            yield server


class RasaDefault(Contender):
    """Rasa as it is published, with its default configuration and a separate action server."""

    name = "rasa-default"

    def __init__(self, epochs: int | None) -> None:
        super().__init__()
        self._epochs = epochs
        self._rasa = self.venv / "bin" / "rasa"

    def prepare(self) -> None:
        self._copy(SHARED_WITH_DEFAULT, ROOT)
        configuration = (DEFAULT / "config.yml").read_text("utf-8")
        if self._epochs:
            configuration = configuration.replace("epochs: 100", f"epochs: {self._epochs}")
            self.notes.append(
                f"rasa-default learned for {self._epochs} epochs instead of 100: that changes its "
                "training time and its accuracy, not its speed or memory."
            )
        (self.folder / "config.yml").write_text(configuration, "utf-8")
        (self.folder / "credentials.yml").write_text("rest:\n", "utf-8")
        self._install(DEFAULT_LOCK.read_text("utf-8"))

    @property
    def _model(self) -> Path:
        digest = hashlib.sha256()
        for name in (*SHARED_WITH_DEFAULT, "config.yml"):
            path = self.folder / name
            for file in sorted(path.rglob("*.yml")) if path.is_dir() else [path]:
                digest.update(file.read_bytes())
        return self.folder / "models" / f"default-{digest.hexdigest()[:16]}.tar.gz"

    def train(self) -> float:
        """Trains once for the same data; later it only tells how long that took."""
        times = self.folder / "training-seconds.json"
        known: dict[str, float] = json.loads(times.read_text()) if times.exists() else {}
        name = self._model.name
        if not self._model.exists():
            known[name] = self._run(self._rasa, "train", "--fixed-model-name", name)
            times.write_text(json.dumps(known))
        return known[name]

    @contextmanager
    def serve(self, extra: dict[str, str] | None = None) -> Iterator[Server]:
        port, actions = _free_port(), _free_port()
        settings = {"PYTHONPATH": str(ROOT), "BOT_TODAY": "2026-03-16", **(extra or {})}
        endpoints = self.folder / "endpoints.yml"
        endpoints.write_text(f"action_endpoint:\n  url: http://127.0.0.1:{actions}/webhook\n")
        with ExitStack() as stack:
            # Our actions need our libraries, so their server is not part of what is measured.
            python = WORKSHOP / f"{Ours.name}-venv" / "bin" / "python"
            run_actions = [python, "-m", "rasa_sdk", "--actions", "actions", "-p", str(actions)]
            stack.enter_context(_running(run_actions, self.folder, settings))
            _wait_for(f"http://127.0.0.1:{actions}/health", None)
            command = [self._rasa, "run", "--port", str(port), "--model", self._model]
            yield stack.enter_context(_serving(command, self.folder, settings, port))


@contextmanager
def _serving(
    command: list[str | Path], folder: Path, settings: dict[str, str], port: int
) -> Iterator[Server]:
    address = f"http://127.0.0.1:{port}"
    started = time.monotonic()
    with _running(command, folder, settings) as pid:
        question = json.dumps({"sender": "first", "message": "hallo"}).encode()
        _wait_for(f"{address}/webhooks/rest/webhook", question)
        yield Server(address, pid, time.monotonic() - started)


@contextmanager
def _running(command: list[str | Path], folder: Path, settings: dict[str, str]) -> Iterator[int]:
    with (folder / "server.log").open("ab") as log:
        process = subprocess.Popen(
            command, cwd=folder, env=_environment(settings), stdout=log, stderr=log
        )
    try:
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait_for(address: str, body: bytes | None) -> None:
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=120) as response:
                if body is None or json.load(response):
                    return
        except (urllib.error.URLError, ConnectionError):
            pass
        time.sleep(0.02)
    raise RuntimeError(f"{address} never answered")


def _computing_time_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _environment(settings: dict[str, str]) -> dict[str, str]:
    environment = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", **settings}
    # With byte code, as on a machine where the bot has run before.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


def lacking(lock: str, other: str) -> str:
    """The entries of another lock, with their hashes, for packages that a lock has not."""
    present = {_package(entry) for entry in _entries(lock)}
    return "".join(entry for entry in _entries(other) if _package(entry) not in present)


def _entries(lock: str) -> list[str]:
    return re.findall(r"^[^\s#].*\n(?:[ \t].*\n)*", lock, re.MULTILINE)


def _package(entry: str) -> str:
    return re.split(r"[^\w.-]", entry, maxsplit=1)[0]


def has_loaded(pid: int, library: str) -> bool:
    """Whether a process has mapped compiled code of an installed library."""
    # Not the name alone: the folder of the environment may have it too.
    return f"/site-packages/{library}/" in Path(f"/proc/{pid}/maps").read_text("utf-8")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def megabytes(folder: Path) -> float:
    """The size of all files but byte code."""
    files = (file for file in folder.rglob("*") if file.is_file() and not file.is_symlink())
    return sum(f.stat().st_size for f in files if f.suffix != ".pyc") / 1e6
