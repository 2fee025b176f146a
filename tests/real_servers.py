"""Real PostgreSQL, Redis and nginx of Debian, on loopback, each in a folder of its own."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

LONGEST_START_IN_SECONDS = 30


def program(name: str) -> str | None:
    """Where a server's program is, if it is installed."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    path = os.pathsep.join((os.environ["PATH"], "/usr/sbin", *map(str, places)))
    return shutil.which(name, path=path)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass
class Server:
    """A server process that can be stopped, killed and started again on the same port."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        raise NotImplementedError

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(self.command(), stdout=log, stderr=log, cwd=self.folder)
        deadline = time.monotonic() + LONGEST_START_IN_SECONDS
        while not self.answers():
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise AssertionError((self.folder / "log").read_text(errors="replace"))
            time.sleep(0.05)

    def answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it; SIGINT is a fast, clean end for each of them."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(timeout=60)


class Postgres(Server):
    """A database `wegwijzer` of its own, with a password."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        shutil.chown(folder, "postgres") if os.getuid() == 0 else None
        password = folder / "password"
        password.write_text("geheim")
        password.chmod(0o644)
        subprocess.run(
            [
                *self._as_its_user(),
                *(str(program("initdb")), "-D", str(folder / "data"), "-U", "wegwijzer"),
                *("--auth=scram-sha-256", f"--pwfile={password}", "--encoding=UTF8"),
                *("--no-sync", "--locale=C.UTF-8"),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
        )

    @staticmethod
    def _as_its_user() -> list[str]:
        # It refuses to run as root.
        return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] * (
            os.getuid() == 0
        )

    def command(self) -> list[str]:
        options = {
            "port": self.port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": self.folder,
        }
        return [
            *self._as_its_user(),
            *(str(program("postgres")), "-D", str(self.folder / "data")),
            *(part for name, value in options.items() for part in ("-c", f"{name}={value}")),
        ]

    def answers(self) -> bool:
        ready = [str(program("pg_isready")), "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(ready, stdout=subprocess.DEVNULL).returncode == 0

    @property
    def url(self) -> str:
        return f"postgresql://wegwijzer:geheim@127.0.0.1:{self.port}/postgres"


class Redis(Server):
    def command(self) -> list[str]:
        options = f"--bind 127.0.0.1 --port {self.port} --save --appendonly no --dir {self.folder}"
        return [str(program("redis-server")), *options.split()]

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/1"


class RabbitMQ(Server):
    """A broker with its usual guest, and with Erlang's helpers on loopback too."""

    def command(self) -> list[str]:
        self._helper_port = free_port()
        settings = {
            "HOME": self.folder,
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_NODENAME": "wegwijzer@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": self.port,
            "RABBITMQ_DIST_PORT": free_port(),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "RABBITMQ_MNESIA_BASE": self.folder / "mnesia",
            "RABBITMQ_LOG_BASE": self.folder / "log.d",
            "RABBITMQ_ENABLED_PLUGINS_FILE": self.folder / "plugins",
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": self._helper_port,
        }
        variables = [f"{name}={value}" for name, value in settings.items()]
        return ["env", *variables, "/usr/lib/rabbitmq/bin/rabbitmq-server"]

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        super().stop(how)
        helper = {**os.environ, "ERL_EPMD_PORT": str(self._helper_port)}
        subprocess.run(["epmd", "-kill"], env=helper, stdout=subprocess.DEVNULL)

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.port}/wegwijzer"


@dataclass
class Nginx(Server):
    """nginx with a given configuration, which must listen on ``port``."""

    configuration: str = ""

    def command(self) -> list[str]:
        file = self.folder / "nginx.conf"
        file.write_text(self.configuration, encoding="utf-8")
        return [str(program("nginx")), "-p", str(self.folder), "-c", str(file)]
