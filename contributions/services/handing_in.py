"""A wage list that is done: its rows become a Borang A by the way that every file goes, or the month is said to have nothing to contribute.

The rows are written as the CSV that a clerk could have sent, kept as the evidence of what was handed in, and read by the one reader. Who was
hired with the list is employed from then on, and who left is not any more: in the same transaction, so that the reader finds the register as the
list has it.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import transaction

from contributions.borang_a import layout, template
from contributions.enums import WageListState, WageStanding
from contributions.models import Filing, WageList
from contributions.selectors import filings as filing_selectors
from contributions.selectors import wage_lists as selectors
from contributions.selectors.wage_lists import Line
from contributions.services import filing as filings
from contributions.services import wage_lists
from contributions.services.wage_lists import NotPossible
from employers import access as employers_access
from employers.enums import ApprovalFlow, Leaving, Right
from employers.models import Employer
from employers.services import employments
from kwsp_portal import audit
from kwsp_portal.common import money
from kwsp_portal.common.periods import WageMonth
from members.identity.models import User


def hand_in(*, wage_list_id: int, by: User, on: date) -> Filing:
    """The Borang A of the list, or a supplement, read by a worker soon after commit. Raises NotPossible, also BLANK, NOTHING_DUE, and FileRefused."""
    with transaction.atomic():
        wage_list = wage_lists.locked(wage_list_id, by, on, "hand_in")
        _refuse_blank(wage_list)
        _take_effect(wage_list, by)
        totals = selectors.Totals()
        content = file_of(totals.counting(selectors.all_lines(wage_list)))
        if not totals.total:
            raise NotPossible("NOTHING_DUE")
        month = WageMonth.of(wage_list.wage_month)
        name = f"senarai-upah-{'tambahan-' if wage_list.adds else ''}{month}.csv"
        filing = filings.upload(employer=wage_list.employer, wage_month=month, name=name, content=content, by=by, on=on, adds=wage_list.adds)
        wage_list.filing = filing
        wage_lists.move(wage_list, WageListState.FILED, "hand_in", by, {"filing": filing.pk})
    return filing


def file_of(lines: Iterable[Line]) -> bytes:
    """A Borang A of separated values, with the shares that the schedule asks for. Who is barred has none, for the reader to say why."""
    return template.csv_lines(layout.COLUMNS_WITH_BONUS, (_cells(line) for line in lines))


def _cells(line: Line) -> Sequence[str]:
    row, shares = line.row, line.shares
    person = row.member
    return (
        template.safe(person.number),
        template.safe(template.identity(person.identity_number)),
        template.safe(person.name),
        f"{row.wages:.2f}",
        f"{shares.employer if shares else money.ZERO:.0f}",
        f"{shares.employee if shares else money.ZERO:.0f}",
        f"{row.bonus:.2f}",
    )


def declare_nil(*, wage_list_id: int, by: User, declaration: bool, on: date) -> WageList:
    """Say that nothing is to be contributed for the month; an approver agrees, or whoever says it, where the employer does without a checker.

    Raises NotPossible, also DECLARATION_MISSING, BLANK, SOMETHING_DUE and MONTH_TAKEN.
    """
    with transaction.atomic():
        wage_list = wage_lists.locked(wage_list_id, by, on, "declare_nil")
        if not declaration:
            raise NotPossible("DECLARATION_MISSING")
        _refuse_blank(wage_list)
        _refuse_due(wage_list)
        wage_list.declared_by, wage_list.declared_on, wage_list.comment = by, on, ""
        alone = employers_access.flow_of(wage_list.employer_id) == ApprovalFlow.SINGLE
        wage_lists.move(wage_list, WageListState.NIL_WAITS, "declare_nil", by)
        if alone and Right.APPROVE in employers_access.rights_of(by, wage_list.employer, on=on):
            _agree(wage_list, by, on)
    return wage_list


def agree_nil(*, wage_list_id: int, by: User, on: date) -> WageList:
    """An approver agrees that nothing is to be contributed. Raises NotPossible, also NO_RIGHT, OWN_WORK, NOT_OPEN, SOMETHING_DUE and MONTH_TAKEN."""
    _demand_decider(wage_list_id, by, on, "agree_nil")
    with transaction.atomic():
        wage_list = _waiting(wage_list_id)
        _refuse_due(wage_list)
        _agree(wage_list, by, on)
    return wage_list


def give_back_nil(*, wage_list_id: int, by: User, comment: str, on: date) -> WageList:
    """An approver does not agree, and says why: the list is open again. Raises NotPossible, also COMMENT_MISSING."""
    if not comment.strip():
        raise NotPossible("COMMENT_MISSING")
    _demand_decider(wage_list_id, by, on, "give_back_nil")
    with transaction.atomic():
        wage_list = _waiting(wage_list_id)
        wage_list.comment = comment.strip()
        wage_lists.move(wage_list, WageListState.OPEN, "give_back_nil", by)
    return wage_list


def may_decide_nil(*, wage_list: WageList, by: User, on: date) -> str:
    """Empty where `by` may agree or give back, else the code that says why not."""
    if Right.APPROVE not in employers_access.rights_of(by, wage_list.employer, on=on):
        return "NO_RIGHT"
    own = wage_list.declared_by_id == by.pk and employers_access.flow_of(wage_list.employer_id) == ApprovalFlow.CHECKED
    return "OWN_WORK" if own else ""


def _demand_decider(wage_list_id: int, by: User, on: date, act: str) -> None:
    """Raises NotPossible NO_RIGHT and OWN_WORK, which the trail keeps."""
    wage_list = WageList.objects.select_related("employer").get(pk=wage_list_id)
    code = may_decide_nil(wage_list=wage_list, by=by, on=on)
    if code:
        target, data = f"wagelist:{wage_list_id}", {"code": code}
        audit.record_refusal(actor=by, action=f"wage_list.{act}", target=target, data=data, subjects=[wage_list.employer])
        raise NotPossible(code)


def _waiting(wage_list_id: int) -> WageList:
    """The list, locked, on which an approver has still to speak. Raises NotPossible."""
    wage_lists.hold(Employer.objects.get(wage_lists=wage_list_id))
    wage_list = WageList.objects.select_for_update(of=("self",), no_key=True).select_related("employer").get(pk=wage_list_id)
    if wage_list.state != WageListState.NIL_WAITS:
        raise NotPossible("NOT_OPEN", state=str(wage_list.state))
    return wage_list


def _agree(wage_list: WageList, by: User, on: date) -> None:
    _take_effect(wage_list, by)
    wage_list.agreed_by, wage_list.agreed_on = by, on
    wage_lists.move(wage_list, WageListState.NIL, "agree_nil", by)


def _refuse_blank(wage_list: WageList) -> None:
    blank = selectors.counts_of(wage_list).blank
    if blank:
        raise NotPossible("BLANK", found=str(blank))


def _refuse_due(wage_list: WageList) -> None:
    """Raises NotPossible where something is to be contributed after all, or a Borang A has the month."""
    total = selectors.totals_of(selectors.all_lines(wage_list)).total
    if total:
        raise NotPossible("SOMETHING_DUE", found=str(total))
    month = WageMonth.of(wage_list.wage_month)
    held = filing_selectors.filed_months(employer=wage_list.employer, months=[month]).get(month)
    if held is not None:
        raise NotPossible("MONTH_TAKEN", filing=str(held.pk))


def _take_effect(wage_list: WageList, by: User) -> None:
    """Employments begin and end as the list says. Who begins and leaves in one list does both. Raises NotPossible NOT_WORKING."""
    employer = wage_list.employer
    for row in wage_list.rows.filter(hired_on__isnull=False).select_related("member"):
        if row.hired_on and employments.working_on(employer=employer, member=row.member, day=row.hired_on) is None:
            try:
                employments.begin(employer=employer, member=row.member, from_date=row.hired_on, by=by)
            except employments.AlreadyEmployed as error:
                raise NotPossible("ALREADY_EMPLOYED", row=str(row.pk), found=row.member.name) from error
    for row in wage_list.rows.filter(standing=WageStanding.LEFT).select_related("member"):
        if row.last_day is not None:
            try:
                employments.end(employer=employer, member=row.member, last_day=row.last_day, why=Leaving(row.leaving), by=by)
            except employments.NotEmployed as error:
                raise NotPossible("NOT_WORKING", row=str(row.pk), found=row.member.name) from error
