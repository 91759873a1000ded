"""What officers see of withdrawals: the queue by kind and by age against the charter, and a case with its papers beside the facts and rules."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q, QuerySet

from kwsp_portal.common.refusal import Refusal
from members.identity.models import User
from withdrawals import kinds
from withdrawals.enums import Action, Channel, DecisionPoint, DocumentCode, State
from withdrawals.facts import Facts
from withdrawals.kinds.base import Condition, Document, Result
from withdrawals.models import Application, ApplicationDocument, ApplicationLog, Decision, WithdrawalPayment
from withdrawals.rules import deciding as rules
from withdrawals.selectors import facts as gathering
from withdrawals.selectors import holidays
from withdrawals.selectors.guides import by_another_way
from withdrawals.workflow import UNDECIDED

A_PAGE: Final = 25
WAITS: Final = (State.SUBMITTED.value, State.IN_PROCESS.value, State.SECOND.value)
"""What waits for officers: while documents are asked for it waits for the member."""
DECIDED: Final = tuple(state.value for state in State if state not in (*UNDECIDED, State.DRAFT, State.DISCARDED))
BY_RUN: Final = tuple(code.value for code, kind in kinds.OF.items() if kind.by_run)
"""What the portal decides by rule waits for no officer: hundreds of thousands of a Pengeluaran Khas would bury what does."""
LISTS: Final[Mapping[str, Q]] = {
    "waiting": Q(state__in=WAITS) & ~Q(kind__in=BY_RUN),
    "second": Q(state=State.SECOND),
    "documents": Q(state=State.DOCUMENTS),
    "returned": Q(state=State.RETURNED),
    # Came back, and was given another account of the institution: what waits for an officer to compare it.
    "accounts": Q(state=State.RETURNED, creditors__ended_on=None, creditors__checked_by=None, creditors__refusal=None, creditors__isnull=False),
    "decided": Q(state__in=DECIDED),
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One of the queue; `left` working days until the charter's day, negative when it is past, None while no clock runs."""

    found: Application
    left: int | None

    @property
    def late(self) -> int:
        """Working days past the charter's day."""
        return -min(self.left or 0, 0)


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A line of the checklist: what the kind needs, and what was handed in for it."""

    document: Document
    files: Sequence[ApplicationDocument]

    @property
    def is_missing(self) -> bool:
        return self.document.required and not self.files


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A condition of the kind with what stands against it now, and whether anything did when it was handed in."""

    condition: Condition
    now: Refusal | None
    then: bool


@dataclass(frozen=True, kw_only=True)
class Case:
    """All that an officer decides by. `others` are refusals that are no condition's own (of the amount, of the way in)."""

    found: Application
    facts: Facts
    result: Result
    judged: Sequence[Judged]
    others: Sequence[Refusal]
    handed_in: Decision | None
    decisions: Sequence[Decision]
    checklist: Sequence[Paper]
    further: Sequence[ApplicationDocument]
    log: Sequence[ApplicationLog]
    payments: Sequence[WithdrawalPayment]
    left: int | None
    limit: Decimal

    @property
    def late(self) -> int:
        """Working days past the charter's day."""
        return -min(self.left or 0, 0)

    @property
    def recommended(self) -> Decimal | None:
        """What the first officer would approve, RM; None where nobody has recommended it."""
        note = next((entry.note for entry in reversed(self.log) if entry.action == Action.RECOMMEND), "")
        return Decimal(note) if note else None


def queue(*, which: str, kind: str, mine: User | None, number: str | None, on: date) -> tuple["Page[Application]", list[Row]]:
    """Those of one list, the first due first; of a kind, or of one officer."""
    found = _of(which, kind).select_related("member", "officer")
    if mine is not None:
        found = found.filter(officer=mine)
    order = ("-decided_on", "-pk") if which == "decided" else (F("due_on").asc(), "pk")
    page: Page[Application] = Paginator(found.order_by(*order), A_PAGE).get_page(number)
    known = holidays.since(min([on, *(one.due_on for one in page if one.due_on)]))
    return page, [Row(found=one, left=left_of(one, on=on, known=known)) for one in page]


def by_kind(which: str) -> dict[str, int]:
    """How many stand on a list, by kind."""
    return dict(_of(which, "").values_list("kind").annotate(Count("pk")).order_by("kind"))


def how_many_wait(*, on: date) -> tuple[int, int]:
    """How many wait for officers, and how many of them are past the charter's day."""
    found = Application.objects.filter(LISTS["waiting"]).aggregate(all=Count("pk"), late=Count("pk", filter=Q(due_on__lt=on)))
    return found["all"], found["late"]


def left_of(found: Application, *, on: date, known: Container[date]) -> int | None:
    """Working days until the charter's day by the holidays that are known; None where no clock runs."""
    return rules.days_left(found.due_on, on=on, holidays=known) if found.state in WAITS and found.due_on is not None else None


def case(found: Application, *, on: date) -> Case:
    """One application with facts and rules as they are now, and as they were."""
    facts = gathering.of_application(found, on=on)
    result = kinds.evaluate(facts)
    decisions = list(found.decisions.select_related("by"))
    handed_in = next((one for one in reversed(decisions) if one.point == DecisionPoint.SUBMITTED), None)
    then = {refusal["code"] for refusal in handed_in.refusals} if handed_in else set()
    now = {refusal.code: refusal for refusal in result.refusals}
    conditions = kinds.OF[facts.kind].conditions
    checklist, further = _papers(found, result)
    return Case(
        found=found,
        facts=facts,
        result=result,
        judged=[Judged(condition=one, now=now.get(one.code), then=one.code in then) for one in conditions],
        others=[refusal for refusal in result.refusals if refusal.code not in {one.code for one in conditions}],
        handed_in=handed_in,
        decisions=decisions,
        checklist=checklist,
        further=further,
        log=list(found.log.select_related("by")),
        payments=list(found.payments.all()),
        left=left_of(found, on=on, known=holidays.since(min(on, found.due_on or on))),
        limit=rules.limit(on),
    )


def did_last(found: Application, actions: Sequence[str], by: User) -> bool:
    """Whether it stands where it does because `by` did one of these: the same act again is a second click."""
    last = found.log.order_by("-pk").first()
    return last is not None and last.action in actions and last.by_id == by.pk


def _of(which: str, kind: str) -> QuerySet[Application]:
    found = Application.objects.filter(LISTS[which])
    return found.filter(kind=kind) if kind else found


def _papers(found: Application, result: Result) -> tuple[list[Paper], list[ApplicationDocument]]:
    files: dict[str, list[ApplicationDocument]] = {}
    for row in found.documents.select_related("file", "checked_by").defer("file__content").filter(removed_on=None):
        files.setdefault(DocumentCode(row.code), []).append(row)
    # What the portal or the counter has in another way is missed by nobody.
    had = by_another_way(Channel(found.channel))
    listed = [
        Paper(document=document, files=files.pop(document.code, []))
        for document in result.documents
        if document.code in files or document.code not in had
    ]
    return listed, [row for rows in files.values() for row in rows]
