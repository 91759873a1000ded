"""What stands in the way of an election or a notice: everything at once, from facts that were looked up before, so that a file asks no more
of the database than one person does."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from contributions.borang_a import checks, elections_layout, layout
from contributions.borang_a.checks import Entry
from contributions.borang_a.problem import Code, Problem
from contributions.enums import ElectionAct, ElectionKind
from contributions.facts import Elections
from contributions.models.elections import EXCESS, IRREVOCABLE
from contributions.rules import electing, schedule
from contributions.selectors.elections import Holding, as_elections
from kwsp_portal.common import money
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.common.refusal import Refusal

FORMS: Final[Mapping[ElectionKind, str]] = {
    ElectionKind.EMPLOYEE_EXCESS: "KWSP 17A(AHL)/18A(AHL)",
    ElectionKind.KEEPS_RATE: "KWSP 17A(AHL) Khas",
    ElectionKind.KWSP_16: "KWSP 16",
    ElectionKind.KWSP_16B: "KWSP 16B",
}
"""The form that the employee signs; the employer's own share needs none (seed 001; ruling 20a)."""
MOST_BYTES: Final = 5 * 1024 * 1024
KINDS_OF_FORM: Final = ("PDF", "JPEG", "PNG")
SAMPLE_WAGES: Final = Decimal(1000)
"""Any wages: whether somebody may elect does not hang on them."""

FACTS_CHANGED: Final = "FACTS_CHANGED"
"""The person may no longer elect this in that month: left, or of another standing than when it was recorded."""


class Wanted(NamedTuple):
    """An election or a notice as somebody asks for it. `points` for an election of an excess only."""

    kind: ElectionKind
    act: ElectionAct
    points: Decimal | None
    from_month: WageMonth


class Known(NamedTuple):
    """What is known of the person in the month: the entry of the employer's record; by kind what holds, what will hold from a later month, and
    what is on its way; and the last month, not before this one, of a Borang A with this person that stands."""

    entry: Entry | None
    holding: Mapping[ElectionKind, Holding]
    coming: Mapping[ElectionKind, Sequence[Holding]]
    open: Mapping[ElectionKind, int]
    filed: WageMonth | None


NOBODY: Final = Known(None, {}, {}, {}, None)


def problems_of(wanted: Wanted, known: Known, *, has_form: bool, current: WageMonth) -> list[Problem]:
    """Everything that stands in the way; nothing where it can be recorded."""
    found = [*_month(wanted, current), *_filed(wanted, known), *_points(wanted), *_form(wanted, has_form=has_form)]
    if wanted.kind in known.open:
        found.append(Problem(Code.ON_ITS_WAY, detail={"election": str(known.open[wanted.kind])}))
    if wanted.act is ElectionAct.CANCEL:
        return found + _cancelling(wanted, known)
    if any(problem.code in (Code.FROM_MONTH, Code.POINTS_FORM) for problem in found):
        return found
    if known.entry is None:
        return [*found, Problem(Code.NOT_ON_RECORD, layout.MEMBER_NUMBER, detail=_from(wanted.from_month))]
    barred = checks.bars(known.entry, wanted.from_month)
    return found + (barred or _by_law(wanted, known, known.entry)) + _same(wanted, known)


def hindrance(wanted: Wanted, known: Known) -> str:
    """Why what was recorded without a problem can no longer be approved: MONTH_FILED, FACTS_CHANGED, or nothing."""
    if known.filed is not None:
        return Code.MONTH_FILED.value
    if wanted.act is ElectionAct.CANCEL:
        return ""
    if known.entry is None or checks.bars(known.entry, wanted.from_month) or _by_law(wanted, known, known.entry):
        return FACTS_CHANGED
    return ""


def content_problems(content: bytes, kind: str, size: str, most: str) -> list[Problem]:
    """What is wrong with the file of a form: `kind` is what its first bytes say."""
    if len(content) > MOST_BYTES:
        return [Problem(Code.FORM_TOO_BIG, elections_layout.DOCUMENT, size, most)]
    if kind not in KINDS_OF_FORM:
        return [Problem(Code.FORM_TYPE, elections_layout.DOCUMENT, kind or "?")]
    return []


def month_problem(found: WageMonth | str, current: WageMonth) -> Problem:
    """A month from which nothing may be elected now, with those from which something may."""
    months = electing.start_months(current)
    detail = {"first_month": str(months[0]), "last_month": str(months[-1])}
    return Problem(Code.FROM_MONTH, elections_layout.FROM_MONTH, str(found), detail=detail)


def _month(wanted: Wanted, current: WageMonth) -> list[Problem]:
    return [] if wanted.from_month in electing.start_months(current) else [month_problem(wanted.from_month, current)]


def _filed(wanted: Wanted, known: Known) -> list[Problem]:
    """What was approved, paid or credited was so at the rates that held: nothing is elected for it afterwards."""
    if known.filed is None:
        return []
    detail = {**_from(wanted.from_month), "last_month": str(known.filed), "first_month": str(known.filed.next())}
    return [Problem(Code.MONTH_FILED, elections_layout.FROM_MONTH, str(wanted.from_month), detail=detail)]


def _points(wanted: Wanted) -> list[Problem]:
    if wanted.act is ElectionAct.CANCEL:
        return []
    if wanted.kind not in EXCESS:
        return [] if wanted.points is None else [Problem(Code.NO_POINTS, elections_layout.PERCENT, str(wanted.points))]
    if wanted.points is not None and 0 < wanted.points <= elections_layout.MAX_POINTS:
        return []
    found = "" if wanted.points is None else str(wanted.points)
    return [Problem(Code.POINTS_FORM, elections_layout.PERCENT, found, f"0.01 – {elections_layout.MAX_POINTS}")]


def _form(wanted: Wanted, *, has_form: bool) -> list[Problem]:
    form = FORMS.get(wanted.kind)
    return [] if has_form or form is None else [Problem(Code.FORM_MISSING, elections_layout.DOCUMENT, expected=form)]


def _cancelling(wanted: Wanted, known: Known) -> list[Problem]:
    if wanted.kind in IRREVOCABLE:
        return [Problem(Code.IRREVOCABLE, elections_layout.CHOICE, FORMS[wanted.kind])]
    held = known.holding.get(wanted.kind)
    if held is None or held.act is ElectionAct.CANCEL:
        return [Problem(Code.NOTHING_TO_CANCEL, elections_layout.CHOICE, detail=_from(wanted.from_month))]
    return []


def _same(wanted: Wanted, known: Known) -> list[Problem]:
    """An election that changes nothing, in its month or any later one. The rate that holds, chosen anew, undoes what was elected or
    given notice of for a later month: what was chosen last stays (seed 001)."""
    held = known.holding.get(wanted.kind)
    if held is None or not _as_wanted(held, wanted) or undone(wanted, known.coming):
        return []
    return [Problem(Code.HOLDS_ALREADY, elections_layout.CHOICE, detail={"from_month": str(WageMonth.of(held.from_month))})]


def undone(wanted: Wanted, coming: Mapping[ElectionKind, Sequence[Holding]]) -> list[Holding]:
    """What was to hold from a later month and will not, once this is approved."""
    return [row for row in coming.get(wanted.kind, ()) if not _as_wanted(row, wanted)]


def _as_wanted(row: Holding, wanted: Wanted) -> bool:
    return (row.act, row.points) == (wanted.act, wanted.points)


def _by_law(wanted: Wanted, known: Known, entry: Entry) -> list[Problem]:
    """What the rules say of this person in that month, with the election."""
    khas_year = electing.khas_year_in(wanted.from_month)
    if wanted.kind is ElectionKind.KEEPS_RATE and khas_year is None:
        return [Problem(Code.KHAS_CLOSED, elections_layout.CHOICE, FORMS[wanted.kind], detail=_from(wanted.from_month))]
    facts = checks.facts_of(entry, wanted.from_month, SAMPLE_WAGES, money.ZERO)
    before = as_elections(known.holding)
    try:
        if wanted.kind not in IRREVOCABLE:
            schedule.shares(facts, after(before, wanted))
            return []
        schedule.shares(facts, before._replace(chosen=False))
    except Refusal as refusal:
        if refusal.code != Code.MAY_CHOOSE or wanted.kind not in IRREVOCABLE:
            return [checks.refused(refusal)]
        form = refusal.details["form"]
        return [] if form == FORMS[wanted.kind] else [Problem(Code.WRONG_CHOICE, elections_layout.CHOICE, FORMS[wanted.kind], form)]
    return [Problem(Code.MUST_ANYWAY, elections_layout.CHOICE, FORMS[wanted.kind])]


def after(before: Elections, wanted: Wanted) -> Elections:
    """What holds once the election or the notice does."""
    elects = wanted.act is ElectionAct.ELECT
    match wanted.kind:
        case ElectionKind.EMPLOYER_EXCESS:
            return before._replace(employer_excess=wanted.points or money.ZERO)
        case ElectionKind.EMPLOYEE_EXCESS:
            return before._replace(employee_excess=wanted.points or money.ZERO)
        case ElectionKind.KEEPS_RATE:
            return before._replace(keeps=elects)
        case _:
            return before._replace(chosen=True)


def _from(month: WageMonth) -> dict[str, str]:
    return {"from_month": str(month)}
