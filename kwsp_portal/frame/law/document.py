"""docs/register-of-law.md, made from the rate files. `manage.py register_of_law` writes it; `--check` says whether it is as the files are."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils import translation

from kwsp_portal.common.rates import Confidence
from kwsp_portal.frame.law import register, words

PATH: Final = Path(settings.BASE_DIR) / "docs" / "register-of-law.md"
NO_DAY: Final = date.max
"""The document marks nothing as in force today: it would be another one tomorrow."""

_HEAD: Final = """# Register of law

Every number of law or of the Board that the portal knows, with its dates, its source, how well it is known, and where it is used. Made by
`manage.py register_of_law` from the rate files (`*/rates/*.yaml`): change those, then run it again. The portal shows the same at `/law/`, in
both languages.

A number is asked with a date and answers with the value of that date; before the first date it refuses and says what to do instead.
"""


def text() -> str:
    """The document as it should be now."""
    with translation.override("en"):
        return "\n".join(_lines()).replace("\N{NO-BREAK SPACE}", " ") + "\n"


def _lines() -> Iterator[str]:
    yield _HEAD
    yield "Confidence: " + "; ".join(f"**{words.CONFIDENCE[level]}**, {words.CONFIDENCE_MEANS[level]}" for level in Confidence) + "."
    laws = register.laws(NO_DAY)
    for law in laws:
        yield from _law(law)
    yield from _assumptions()


def _law(law: register.LawPage) -> Iterator[str]:
    yield f"\n## {law.title}\n"
    yield f"`{law.name}`, by {law.dated_by}, known from {law.known_from}. {law.before_that}\n"
    yield "Used by: " + "; ".join(f"{place.words} (`{place.where}`)" for place in law.places) + ".\n"
    yield "| number | from | to | value | source | confidence |\n|---|---|---|---|---|---|"
    for number in law.numbers:
        said = f"{number.words} (`{number.name}`)"
        for line in number.lines:
            value = f"{line.value} (assumed)" if line.reason else line.value
            cells = (said, line.first, line.last, value, "; ".join(line.citations), str(line.confidence))
            yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
            said = ""


def _assumptions() -> Iterator[str]:
    yield "\n## Assumptions\n"
    yield "What the sources leave open and the portal had to decide. Each can be changed in its rate file without touching code.\n"
    for found in register.assumptions(NO_DAY):
        numbers = ", ".join(f"`{number.name}` from {', '.join(line.first for line in number.lines)}" for number in found.numbers)
        yield f"- **{found.title}** ({numbers}): {found.reason} Sources: {'; '.join(found.citations)}."
