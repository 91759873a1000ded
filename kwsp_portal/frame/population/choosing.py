"""What the population elected: foreigners and domestic helpers who chose to contribute, and excess of either share; recorded, submitted, approved.

Written at once, by COPY, as contributions.services.elections writes it; a test compares every column (tests/frame/test_population_services.py).
"""

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from operator import itemgetter
from random import Random
from typing import Final, NamedTuple

from django.db.backends.utils import CursorWrapper

from contributions import workflow
from contributions.enums import ElectionAct, ElectionKind, ElectionState, FilingAction
from contributions.facts import NO_ELECTIONS, Elections, EmployeeFacts
from contributions.rules import schedule
from contributions.services import election_checks, election_news
from contributions.services.election_checks import FORMS, Wanted
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.common.refusal import Refusal
from kwsp_portal.frame.population import copying
from kwsp_portal.frame.population.careers import Spell
from kwsp_portal.frame.population.people import Person
from kwsp_portal.frame.population.plan import Plan
from kwsp_portal.frame.population.registers import Firm
from kwsp_portal.notify import services as notify
from kwsp_portal.notify.services import News
from members.enums import Citizenship

FOREIGNERS_CHOOSE_IN_HUNDRED: Final = 40
"""Of the foreigners at work before October 2025; the others do not contribute until then."""
HELPERS_CHOOSE_IN_HUNDRED: Final = 45
"""Of the domestic helpers to whom it is left; the others do not contribute."""
EMPLOYEE_EXCESS_IN_THOUSAND: Final = 30
GENEROUS_EMPLOYERS_IN_HUNDRED: Final = 5
"""They give everybody an excess of their own share, from the month in which somebody begins."""
CANCELS_IN_HUNDRED: Final = 20
"""Of those with an excess of their own, some months later."""
EMPLOYEE_POINTS: Final = ("1.00", "2.00", "4.00", "5.00", "9.00")
EMPLOYER_POINTS: Final = ("1.00", "2.00", "3.00", "6.00")
FORM_NAME: Final = "borang.pdf"
FORM: Final = b"%PDF-1.7 demo form"
_DIGEST: Final = hashlib.sha256(FORM).hexdigest()

Timeline = Sequence[tuple[date, Elections]]
"""From which first day of a month what holds, the earliest first."""


class Choice(NamedTuple):
    """One election or notice, recorded and approved on the last day of the month from which it holds."""

    place: int
    person: Person
    kind: ElectionKind
    act: ElectionAct
    points: Decimal | None
    month: WageMonth

    @property
    def on(self) -> date:
        return self.month.last_day


def choices(spells: Iterable[Spell], firms: Sequence[Firm], plan: Plan) -> list[Choice]:
    """What these people and their employers elect within the history, by employer; for whoever comes back it still holds."""
    by_firm: dict[int, list[Spell]] = {}
    for spell in spells:
        by_firm.setdefault(spell.place, []).append(spell)
    found: list[Choice] = []
    for place, work in sorted(by_firm.items()):
        chance = Random(f"{plan.seed}/{firms[place].index}/elections")  # noqa: S311 - believable, not secret
        generous = Decimal(chance.choice(EMPLOYER_POINTS)) if chance.randrange(100) < GENEROUS_EMPLOYERS_IN_HUNDRED else None
        seen: set[str] = set()
        for spell in work:
            if spell.person.number not in seen and spell.person.user_id is None:
                seen.add(spell.person.number)
                found += _of_helper(spell, plan, chance) if firms[place].domestic else _of_spell(spell, generous, plan, chance)
    return found


def _of_spell(spell: Spell, generous: Decimal | None, plan: Plan, chance: Random) -> Iterator[Choice]:
    """A foreigner chooses when work or the history begins; everybody else may add to either share."""
    person, (first, last) = spell.person, _months(spell, plan)
    draw, begins = chance.randrange(1_000), chance.randrange(12)
    if first > last:
        return
    if person.periods[0][0] is Citizenship.NON_CITIZEN:
        if draw < FOREIGNERS_CHOOSE_IN_HUNDRED * 10 and _form(person, first, domestic=False) == FORMS[ElectionKind.KWSP_16B]:
            yield Choice(spell.place, person, ElectionKind.KWSP_16B, ElectionAct.ELECT, None, first)
        return
    if _is_past_contributing(person, last):
        return
    if generous is not None:
        yield Choice(spell.place, person, ElectionKind.EMPLOYER_EXCESS, ElectionAct.ELECT, generous, first)
    start = first.plus(begins)
    if draw < EMPLOYEE_EXCESS_IN_THOUSAND and start <= last:
        points = Decimal(EMPLOYEE_POINTS[draw % len(EMPLOYEE_POINTS)])
        yield Choice(spell.place, person, ElectionKind.EMPLOYEE_EXCESS, ElectionAct.ELECT, points, start)
        ends = start.plus(2 + begins)
        if draw % 100 < CANCELS_IN_HUNDRED and ends <= last:
            yield Choice(spell.place, person, ElectionKind.EMPLOYEE_EXCESS, ElectionAct.CANCEL, None, ends)


def _of_helper(spell: Spell, plan: Plan, chance: Random) -> Iterator[Choice]:
    """A domestic helper chooses when work or the history begins, where the law leaves it to them: KWSP 16."""
    person, (first, last) = spell.person, _months(spell, plan)
    chooses = chance.randrange(100) < HELPERS_CHOOSE_IN_HUNDRED
    if chooses and first <= last and _form(person, first, domestic=True) == FORMS[ElectionKind.KWSP_16]:
        yield Choice(spell.place, person, ElectionKind.KWSP_16, ElectionAct.ELECT, None, first)


def _months(spell: Spell, plan: Plan) -> tuple[WageMonth, WageMonth]:
    """The first and the last whole month of the history that somebody works there; the last may come before the first."""
    last = plan.last if spell.to_date is None else min(plan.last, WageMonth.of(spell.to_date).previous())
    return max(WageMonth.of(spell.from_date), plan.first), last


def _form(person: Person, month: WageMonth, *, domestic: bool) -> str:
    """The form by which the rules leave it to them in that month; empty where they do not."""
    facts = EmployeeFacts(month, Decimal(0), Decimal(0), person.citizenship_in(month), person.since, person.born, domestic)
    try:
        schedule.shares(facts)
    except Refusal as refusal:
        return refusal.details["form"] if refusal.code == "MAY_CHOOSE" else ""
    return ""


def _is_past_contributing(person: Person, month: WageMonth) -> bool:
    """Whether nothing is payable for them by the end."""
    facts = EmployeeFacts(month, Decimal(0), Decimal(0), person.citizenship_in(month), person.since, person.born)
    try:
        schedule.shares(facts)
    except Refusal:
        return True
    return False


def timelines(made: Iterable[Choice]) -> dict[int, dict[str, Timeline]]:
    """What holds from when: by the employer's place and the member's number."""
    found: dict[int, dict[str, list[tuple[date, Elections]]]] = {}
    for choice in sorted(made, key=lambda choice: choice.month.first_day):
        steps = found.setdefault(choice.place, {}).setdefault(choice.person.number, [])
        wanted = Wanted(choice.kind, choice.act, choice.points, choice.month)
        steps.append((choice.month.first_day, election_checks.after(steps[-1][1] if steps else NO_ELECTIONS, wanted)))
    return {place: dict(people) for place, people in found.items()}


def held(timeline: Timeline, first_day: date) -> Elections:
    """What of a timeline holds in the month that begins so."""
    at = bisect_right(timeline, first_day, key=itemgetter(0))
    return timeline[at - 1][1] if at else NO_ELECTIONS


class Tables:
    """The tables that an election is written into."""

    def __init__(self) -> None:
        self.files = copying.Table("documents_storedfile", "id name size sha256 content uploaded_by_id uploaded_at")
        self.elections = copying.Table(
            "contributions_election",
            "id employer_id member_id kind act points khas_year from_month state document_id batch_id prepared_by_id prepared_on approved_by_id "
            "approved_on",
        )
        self.log = copying.Table("contributions_electionlog", "election_id action from_state to_state by_id comment on at")
        self.trail = copying.Table("audit_auditevent", "actor actor_id action target refused data subjects ip")


def write(cursor: CursorWrapper, made: Sequence[Choice], firms: Sequence[Firm]) -> None:
    """services.elections.record, submit and approve, for each of these."""
    tables, news = Tables(), dict[date, list[News]]()
    ids = copying.ids(cursor, "contributions_election", len(made))
    files = copying.ids(cursor, "documents_storedfile", sum(choice.kind in FORMS for choice in made))
    for choice, election_id in zip(made, ids, strict=True):
        firm, on, document = firms[choice.place], choice.on, None
        maker, checker = firm.maker, firm.checker
        if choice.kind in FORMS:
            document = next(files)
            tables.files.add(document, FORM_NAME, len(FORM), _DIGEST, FORM, maker.pk, copying.NOW)
        points = "" if choice.points is None else str(choice.points)
        tables.elections.add(
            *(election_id, firm.employer_id, choice.person.member_id, choice.kind, choice.act, points or None, None, choice.month.first_day),
            *(ElectionState.APPROVED, document, None, maker.pk, on, checker.pk, on),
        )
        target, month = f"election:{election_id}", str(choice.month)
        whom = f"employer:{firm.number}", f"member:{choice.person.number}"
        said = {"kind": choice.kind, "act": choice.act, "points": points, "from_month": month}
        data = {"member": choice.person.member_id, "before": {}, "after": said}
        tables.trail.add(maker.user_id, maker.pk, "election.record", target, False, data, copying.texts(*whom, f"user:{maker.pk}"), None)
        state = ElectionState.DRAFT
        for action, actor in ((FilingAction.SUBMIT, maker), (FilingAction.APPROVE, checker)):
            to = workflow.ELECTION_MOVES[state, action].to
            tables.log.add(election_id, action, state, to, actor.pk, "", on, copying.NOW)
            moved = {"on": str(on), "before": {"state": [state]}, "after": {"state": to}}
            tables.trail.add(
                actor.user_id, actor.pk, f"election.{action.lower()}", target, False, moved, copying.texts(*whom, f"user:{actor.pk}"), None
            )
            state = to
        news.setdefault(on, []).append(
            election_news.for_member(
                election_id=election_id,
                member_id=choice.person.member_id,
                company=firm.name,
                kind=choice.kind,
                act=choice.act,
                points=points,
                month=choice.month,
            )
        )
    for table in vars(tables).values():
        table.copy(cursor)
    for on, told in news.items():
        notify.tell(told, on=on)
