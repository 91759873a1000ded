"""`manage.py withdrawal_moves [--check]`: docs/withdrawals.md, the diagram and the table of how an application moves, from withdrawals.workflow."""

from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from withdrawals import labels
from withdrawals.enums import State, Who
from withdrawals.workflow import ENDED, MOVES, OPEN, UNDECIDED

PATH: Final = settings.BASE_DIR / "docs" / "withdrawals.md"
HEAD: Final = """# How an application for a withdrawal moves

Made by `manage.py withdrawal_moves` from `withdrawals/workflow.py`. What is not in the table cannot happen: `withdrawals.services.moves.move`
asks it under the lock of the member and the application, migration 0002 holds the states in PostgreSQL, and `tests/withdrawals/test_moves.py`
asks every state, action and role whether they do. A dotted arrow is the portal's own; an act that leaves the state as it is (a colleague takes
the case, an amount shrinks) stands in the table only.

"""
NAMES: Final = {
    Who.MEMBER: "the member, or the counter for them",
    Who.OFFICER: "an officer",
    Who.HOLDER: "the officer who has it",
    Who.OTHER_OFFICER: "an officer other than the one who recommended it",
    Who.SYSTEM: "the portal",
}


class Command(BaseCommand):
    help = "Writes docs/withdrawals.md from the table of moves; --check only says whether it is up to date"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; fail if the document is not as the table is")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = text()
        found = PATH.read_text(encoding="utf-8") if PATH.exists() else ""
        if options["check"] and found != wanted:
            raise CommandError(f"{PATH.name} is not as the table is: run manage.py withdrawal_moves and commit it")
        if not options["check"]:
            PATH.write_text(wanted, encoding="utf-8")
        self.stdout.write(f"{PATH.name}: {'up to date' if found == wanted else 'written'}")


def text() -> str:
    """The diagram, the table of moves and the states with their words in both languages."""
    return HEAD + "\n".join([*_diagram(), "", *_moves(), "", *_states()]) + "\n"


def _diagram() -> list[str]:
    arrows: dict[tuple[State, State, bool], list[str]] = {}
    for (state, action), move in MOVES.items():
        if move.to is not state:
            arrows.setdefault((state, move.to, move.who is Who.SYSTEM), []).append(action.value)
    lines = ["```mermaid", "flowchart TD"]
    lines += [f"    {state.value}([{state.value}])" if state in ENDED else f"    {state.value}[{state.value}]" for state in State]
    lines += [f"    {state} {'-.->' if system else '-->'}|{', '.join(actions)}| {to}" for (state, to, system), actions in arrows.items()]
    return [*lines, "```"]


def _moves() -> list[str]:
    lines = ["## Moves", "", "| from | action | to | who |", "|---|---|---|---|"]
    return [*lines, *(f"| {state} | {action} | {move.to} | {NAMES[move.who]} |" for (state, action), move in MOVES.items())]


def _states() -> list[str]:
    lines = ["## States", "", "| state | what the member reads | in English | |", "|---|---|---|---|"]
    for state in State:
        sort = "ended" if state in ENDED else "waits for officers" if state in UNDECIDED else "open" if state in OPEN else "not handed in"
        lines.append(f"| {state} | {_said(state, 'ms')} | {_said(state, 'en')} | {sort} |")
    return lines


def _said(state: State, language: str) -> str:
    with translation.override(language):
        return str(labels.STATE[state].words)
