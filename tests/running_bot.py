"""Bots that run as a user starts them: one process, reached over HTTP."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
TINY_BOT = Path(__file__).parent / "fixtures" / "tiny_bot"
LONGEST_START_IN_SECONDS = 300


@dataclass
class RunningBot:
    """A `wegwijzer serve` or `rasa run` in its own process."""

    process: subprocess.Popen[bytes]
    port: int
    log_file: Path

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + LONGEST_START_IN_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise AssertionError(f"the bot stopped:\n{self.log}")
            try:
                if self.request("GET", "/")[0] == http.HTTPStatus.OK:
                    return
            except OSError:  # it refuses connections until it is ready
                time.sleep(0.05)
        raise AssertionError(f"the bot was never ready:\n{self.log}")

    def request(
        self, method: str, path: str, body: bytes | str | None = None, **headers: str
    ) -> tuple[int, str]:
        """The status and the text of the answer; `_` in the name of a header stands for `-`."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            fields = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, fields)
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def say(
        self, sender: str, message: str, metadata: dict[str, Any] | None = None, **headers: str
    ) -> list[dict[str, Any]]:
        body = json.dumps({"sender": sender, "message": message, "metadata": metadata})
        status, answer = self.request("POST", "/webhooks/rest/webhook", body, **headers)
        assert status == http.HTTPStatus.OK, answer
        replies: list[dict[str, Any]] = json.loads(answer)
        return replies

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        """The exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(timeout=60)

    @property
    def log(self) -> str:
        """Everything that the process printed."""
        return self.log_file.read_text(encoding="utf-8")


StartBot = Callable[..., RunningBot]


def start(
    project: Path, log_file: Path, *command: str, port: int | None = None, **settings: str
) -> RunningBot:
    """Start a bot in a project; `{port}` in a command stands for the port to serve on."""
    port = port or free_port()
    with log_file.open("wb") as log:
        process = subprocess.Popen(
            [argument.format(port=port) for argument in command]
            or [sys.executable, "-m", "bot.cli", "serve"],
            cwd=project,
            env={**os.environ, "HOST": "", "PORT": str(port), **settings},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    return RunningBot(process, port, log_file)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def copy_of_tiny_bot(folder: Path) -> Path:
    return Path(
        shutil.copytree(TINY_BOT, folder / "tiny_bot", ignore=shutil.ignore_patterns("__pycache__"))
    )
