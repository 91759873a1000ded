"""The commands of the stack.

run               everything, until Ctrl-C
test -- COMMAND   a command with test servers (`.run/test`)
bench -- COMMAND  a command with servers of its own (`.run/bench`)
exec -- COMMAND   a command with the servers and data of `run`
recover [BACKUP]  the cluster of `run` from a base backup and the archived WAL
reset             stops everything and drops the run folder
keys SELLER BANK  key pairs for containers, each side's in a folder of its own
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from kwsp_portal.devstack import guardian, keys, receiver, recover, reset, stack
from kwsp_portal.devstack.errors import DevstackError
from kwsp_portal.devstack.folder import RunFolder
from kwsp_portal.devstack.servers import inherited
from kwsp_portal.devstack.session import Session

SETTINGS_DEV = "kwsp_portal.settings.dev"
SETTINGS_TEST = "kwsp_portal.settings.test"


def main(arguments: Sequence[str]) -> int:
    """Runs one command of the stack; its return code. A DevstackError is one line and code 1."""
    name, *rest = arguments or ["help"]
    try:
        return _commands(name, rest[1:] if rest[:1] == ["--"] else rest)
    except DevstackError as error:
        print(f"kwsp: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _commands(name: str, rest: Sequence[str]) -> int:
    if name == "run":
        return guardian.Guardian(guardian.command_for("supervise")).run()
    if name == "supervise":
        return stack.run(inherited(), settings=SETTINGS_DEV)
    if name == "reset":
        for line in reset.reset(RunFolder.choose(inherited())):
            print(f"kwsp: {line}")
        return 0
    if name == "recover":
        return recover.recover(inherited(), rest, settings=SETTINGS_DEV)
    if name == "keys" and len(rest) == 2:
        keys.ensure_apart(seller=Path(rest[0]), bank=Path(rest[1]))
        return 0
    if name == "test" and rest:
        return test(rest).run()
    if name == "bench" and rest:
        return bench(rest).run()
    if name == "exec" and rest:
        return execute(rest).run()
    print(__doc__, file=sys.stderr)
    return 2


def test(command: Sequence[str]) -> Session:
    return Session(
        folder=RunFolder.choose(inherited(), under="test"),
        command=command,
        settings=SETTINGS_TEST,
        scratch=True,
        databases=True,
        extra={"KWSP_TEST": "1", "DJANGO_SETTINGS_MODULE": SETTINGS_TEST},
    )


def bench(command: Sequence[str]) -> Session:
    return Session(folder=RunFolder.choose(inherited(), under="bench"), command=command, settings=SETTINGS_DEV, databases=True)


def execute(command: Sequence[str]) -> Session:
    archive = inherited().get(receiver.SETTING, "")
    return Session(folder=RunFolder.choose(inherited()), command=command, settings=SETTINGS_DEV, archive=archive)
