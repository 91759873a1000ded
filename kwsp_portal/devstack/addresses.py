"""Where guests find the servers of a run folder: written when ready, removed before the stop."""

import json
from collections.abc import Mapping

from kwsp_portal.devstack import process
from kwsp_portal.devstack.folder import RunFolder
from kwsp_portal.devstack.secrets_file import write_private

FILE = "addresses.json"


def write(folder: RunFolder, addresses: Mapping[str, str]) -> None:
    """Publishes the addresses (with passwords: mode 0600) in the name of this process."""
    pid = process.own_pid()
    content = {"pid": pid, "started": process.started_at(pid), "addresses": dict(addresses)}
    write_private(folder.root / FILE, json.dumps(content).encode())


def read(folder: RunFolder) -> dict[str, str]:
    """The addresses; empty if the process that wrote them is gone or nobody has."""
    try:
        content = json.loads((folder.root / FILE).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    if process.started_at(content["pid"]) != content["started"]:
        return {}
    return dict(content["addresses"])


def remove(folder: RunFolder) -> None:
    (folder.root / FILE).unlink(missing_ok=True)
