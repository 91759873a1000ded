"""`manage.py roles [--check]`: docs/roles.md from the table of roles and permissions."""

from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from kwsp_portal.frame.permissions import FIELDS, NAMES, OFFICERS, SECTIONS, TABLE, Row, Who
from kwsp_portal.frame.records import words
from kwsp_portal.frame.routes import Route, routes

PATH: Final = settings.BASE_DIR / "docs" / "roles.md"
HEAD: Final = """# Who may do what

Made by `manage.py roles` from `kwsp_portal/frame/permissions.py`; `tests/guards/test_roles.py` asks every address for every role whether it
holds, with an own, another's and an absent object. Another's and an absent one are the same 404. *needs* is the employer's right without which
the act changes nothing: the page opens and says so.

"""
RECORDS: Final = """
## What of a member's whole record

An officer opens `/staff/records/members/…` with a reason, which the member reads in the own log; each opening holds for fifteen minutes. Numbers,
birth date and addresses are masked: one act with a reason of its own reveals one of them, in that one answer, and the log says which and why. Why
roles differ is said beside the table (`SECTIONS`, `FIELDS`). A counter sees what a kiosk prints for the person (savings, last contributions), and
no wages: no act there needs them. That a contribution lets its wages be estimated is so, and is no reason to show them.

"""


class Command(BaseCommand):
    help = "Writes docs/roles.md from the table of roles; --check only says whether it is up to date"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; fail if the document is not as the table is")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = text()
        found = PATH.read_text(encoding="utf-8") if PATH.exists() else ""
        if options["check"] and found != wanted:
            raise CommandError(f"{PATH.name} is not as the table is: run manage.py roles and commit it")
        if not options["check"]:
            PATH.write_text(wanted, encoding="utf-8")
        self.stdout.write(f"{PATH.name}: {'up to date' if found == wanted else 'written'}")


def text() -> str:
    """One table: a line for each address, a column for each role."""
    by_name: dict[str, Route] = {route.name: route for route in reversed(routes())}
    columns = list(Who)
    head = ["address", "whose", *(str(NAMES[who]) for who in columns), "needs"]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for row in TABLE:
        for name in row.names.split():
            if name not in by_name and not name.endswith("*"):
                continue
            cells = [_address(name, by_name), row.whose.value, *("●" if who in row.who else "" for who in columns), _needs(row)]
            lines.append("| " + " | ".join(cells) + " |")
    return HEAD + "\n".join(lines) + "\n" + RECORDS + "\n".join(_of_records()) + "\n"


def _of_records() -> list[str]:
    """A line for each section and each masked field, a column for each role of officers."""
    columns = [who for who in Who if who in OFFICERS]
    lines = ["| part | " + " | ".join(str(NAMES[who]) for who in columns) + " |", "|" + "---|" * (len(columns) + 1)]
    parts = [*((str(words.SECTIONS[one]), who) for one, who in SECTIONS.items())]
    parts += [(f"masked: {words.FIELDS[one]}", who) for one, who in FIELDS.items()]
    return [*lines, *("| " + " | ".join([name, *("●" if one in who else "" for one in columns)]) + " |" for name, who in parts)]


def _address(name: str, by_name: dict[str, Route]) -> str:
    if name.endswith("*"):
        return f"`/{name[:-2]}/…`"
    return f"`{by_name[name].pattern}`" if name in by_name else f"`{name}`"


def _needs(row: Row) -> str:
    return row.needs.value if row.needs else ""
