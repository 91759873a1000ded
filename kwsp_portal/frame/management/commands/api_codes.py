"""`manage.py api_codes [--check]`: docs/api-codes.md from the tables of the API's codes."""

import json
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from contributions.api import codes
from kwsp_portal.api_problem import document

PATH: Final = settings.BASE_DIR / "docs" / "api-codes.md"
HEAD: Final = """# Codes of the API

Made by `manage.py api_codes` from `contributions/api/codes.py` and the services' own tables of words. Errors are RFC 9457
`application/problem+json`; `code` is stable and for programs, `title` and `detail` are for people, in the language of `Accept-Language` (Malay if
none is asked for). To see these answers come: [vendor-pack](vendor-pack/README.md).

"""


class Command(BaseCommand):
    help = "Writes docs/api-codes.md from the tables of codes; --check only says whether it is up to date"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; fail if the document is not as the tables are")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = text()
        found = PATH.read_text(encoding="utf-8") if PATH.exists() else ""
        if options["check"] and found != wanted:
            raise CommandError(f"{PATH.name} is not as the tables are: run manage.py api_codes and commit it")
        if not options["check"]:
            PATH.write_text(wanted, encoding="utf-8")
        self.stdout.write(f"{PATH.name}: {'up to date' if found == wanted else 'written'}")


def text() -> str:
    """Three tables and an example of each kind, in English."""
    with translation.override("en"):
        parts = [HEAD, "## Of a call\n\n", *_calls(), "\n## Of a field (`errors[].code`)\n\n", *_fields()]
        parts += ["\n## Of a file, its month and its rows\n\n", _EXPLAINED, *_examples()]
        return "".join(parts)


_EXPLAINED: Final = """Of a file and its month: `errors[].code` of `FILE_REFUSED`, and `problems[].code` of a filing that is UNREADABLE. Of a row:
`problems[].code` of `filings/{id}/rows/`. The calculators answer with those of a row, too.

"""


def _calls() -> list[str]:
    example = document(status=409, code="KEY_REUSED", detail="This key was used for another request: …", reference="4F1A09C2D7E3")
    wrong = [{"field": "wage_month", "code": "NOT_A_MONTH", "detail": "Found Oktober, expected a month such as 2026-10"}]
    field = document(status=400, code="INVALID", errors=wrong, reference="4F1A09C2D7E3")
    rows = [f"| `{one.code}` | {one.status} | {_plain(one.when)} |\n" for one in codes.calls()]
    return ["| code | status | when |\n|---|---|---|\n", *rows, "\n", _json(example), _json(field)]


def _fields() -> list[str]:
    return ["| code | when |\n|---|---|\n", *(f"| `{code}` | {when} |\n" for code, when in codes.FIELD.items())]


def _examples() -> list[str]:
    rows = [f"| `{one.code}` | {one.where} | {_plain(one.detail)} | {_plain(one.mend)} |\n" for one in codes.examples()]
    return ["| code | of | example of `detail` | `mend` |\n|---|---|---|---|\n", *rows]


def _plain(words: str) -> str:
    return words.replace("|", "\\|").replace("\u00a0", " ").replace("\n", " ")


def _json(found: dict[str, Any]) -> str:
    return f"```json\n{json.dumps(found, indent=2, ensure_ascii=False)}\n```\n\n"
