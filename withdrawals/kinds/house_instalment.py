"""Pengeluaran Ansuran Bulanan Pinjaman Perumahan: every month to the member, for one house (seed 003, item 6; facts 1.2, 1.4 Q7, 2.5).

Payments that run are changed where the bank has changed the instalment since: by another application with the statement that says so, whose approval
ends them (`instalment.one_at_a_time`).
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from kwsp_portal.common import money
from kwsp_portal.common.explain import Step
from members.enums import Citizenship, SubAccount
from members.rules import age
from withdrawals.enums import DocumentCode, KindCode, State, StopReason
from withdrawals.facts import Earlier, Facts
from withdrawals.kinds import common
from withdrawals.kinds.base import Amount, Document, Kind, Particular, Sort
from withdrawals.kinds.common import Details
from withdrawals.kinds.house_buy import subject_of
from withdrawals.rules import monthly, said
from withdrawals.rules.housing import LAW

SOURCE: Final = "housing/act_54_6c; housing/seed_003"
FORM: Final = "KWSP 9P (AHL)"
SEED: Final = "housing/seed_003"


def _refinanced(answers: Mapping[str, Any]) -> bool:
    return answers.get("refinanced") is True


def _together(answers: Mapping[str, Any]) -> bool:
    return answers.get("together") in ("SPOUSE", "FAMILY")


PARTICULARS: Final = (
    Particular("title", Sort.TEXT, 1, longest=60),
    Particular("address", Sort.TEXT, 1, longest=200),
    Particular("lender", Sort.TEXT, 2, longest=100),
    Particular("loan_number", Sort.TEXT, 2, longest=40),
    Particular("statement_by", Sort.CHOICE, 2, choices=("LENDER", "LPPSA")),
    Particular("statement_on", Sort.DAY, 2),
    Particular("balance", Sort.MONEY, 2),
    Particular("refinanced", Sort.YES, 2),
    Particular("first_balance", Sort.MONEY, 2, when=_refinanced),
    Particular("loan_ends_on", Sort.DAY, 3),
    Particular("instalment", Sort.MONEY, 3),
    Particular("changed_on", Sort.DAY, 3, required=False),
    Particular("paying", Sort.YES, 3),
    Particular("together", Sort.CHOICE, 4, choices=("ALONE", "SPOUSE", "FAMILY")),
    Particular("other_name", Sort.TEXT, 4, when=_together, longest=150),
    Particular("monthly", Sort.MONEY, 5),
    Particular("months", Sort.COUNT, 5),
)


def _others(facts: Facts) -> list[Earlier]:
    """Other members' payments for the same house that are running or asked for."""
    subject = subject_of(facts.particulars)
    kind = KindCode.HOUSE_INSTALMENT
    return [one for one in facts.earlier if not one.own and one.kind is kind and one.subject == subject and one.state in common.RUNNING]


def _left_monthly(facts: Facts) -> Decimal | None:
    """What of the loan's instalment no other applicant is paid, RM; None until it is said."""
    instalment = said.amount(facts.particulars, "instalment")
    if instalment is None:
        return None
    taken = common.of_each(_others(facts), lambda one: said.amount(one.particulars, "monthly") or money.ZERO)
    return max(instalment - taken, money.ZERO)


def _balance(facts: Facts) -> Decimal | None:
    """The loan's balance that counts, less what others are still to be paid of it, RM: refinanced, the lower one. What they were paid before the
    statement its balance is less already."""
    found = said.amount(facts.particulars, "balance")
    before = said.amount(facts.particulars, "first_balance")
    if (
        found is not None
        and before is not None
        and _refinanced(facts.particulars)
        and common.in_force(LAW["instalment.lower_balance"], facts.asked_on).value
    ):
        found = min(found, before)
    return None if found is None else max(found - common.of_each(_others(facts), common.unpaid), money.ZERO)


def last_day(facts: Facts) -> date:
    """The last day on which a payment may be made: before the 55th birthday, and not after the loan's end."""
    birthday = age.birthday(facts.birth_date, common.in_force(LAW["instalment.before"], facts.asked_on).value)
    last = birthday - timedelta(days=1)
    ends = said.day(facts.particulars, "loan_ends_on")
    return last if ends is None else min(last, ends)


def _fitting(facts: Facts) -> int:
    """How many payments fit from the day on."""
    return monthly.count(facts.on, last_day(facts), common.in_force(LAW["instalment.day"], facts.on).value)


def _amount(facts: Facts) -> Amount:
    running = _running_held(facts)
    free = common.free(facts, (SubAccount.SEJAHTERA,)) + running
    balance, share, fitting = _balance(facts), _left_monthly(facts), _fitting(facts)
    asked, months = said.amount(facts.particulars, "monthly"), said.count(facts.particulars, "months")
    limits = [free]
    steps = [common.free_step(free, SubAccount.SEJAHTERA, facts.on, SEED)]
    if running > money.ZERO:
        change = common.in_force(LAW["instalment.one_at_a_time"], facts.asked_on)
        steps.append(Step("RUNNING_ENDS", {"running": f"{running:.2f}"}, change.citation, change.assumption))
    if balance is not None:
        limits.append(balance)
        steps.append(Step("LOAN_BALANCE", {"balance": f"{balance:.2f}"}, common.in_force(LAW["instalment.lower_balance"], facts.asked_on).citation))
    steps.append(
        Step(
            "MONTHS_FIT",
            {"months": str(fitting), "last": last_day(facts).isoformat()},
            common.in_force(LAW["instalment.before"], facts.asked_on).citation,
        )
    )
    if share is not None:
        limits.append(share * fitting)
        steps.append(Step("INSTALMENT_SHARE", {"share": f"{share:.2f}"}, common.in_force(LAW["instalment.together"], facts.asked_on).citation))
    if facts.applied_on is not None and asked is not None and months is not None:
        limits.append(asked * min(months, fitting))  # what is decided later has fewer months before it
    most = max(min(limits), money.ZERO) if fitting else money.ZERO
    least = common.in_force(LAW["instalment.monthly"], facts.asked_on).value * common.in_force(LAW["instalment.months"], facts.asked_on).value
    steps.append(Step("LOWER", {"most": f"{most:.2f}"}, SEED))
    return Amount(most, least, tuple(steps))


def _standing(facts: Facts, before: date) -> Details | None:
    if facts.citizenship in (Citizenship.CITIZEN, Citizenship.PERMANENT_RESIDENT) or facts.member_since < before:
        return None
    return {"found": facts.member_since.isoformat(), "before": before.isoformat()}


def _another_house(facts: Facts, _law: bool) -> Details | None:
    subject = subject_of(facts.particulars)
    found = [one for one in common.own(facts, KindCode.HOUSE_INSTALMENT) if subject and one.subject != subject]
    return {"found": found[0].applied_on.isoformat()} if found else None


def _replaced(facts: Facts) -> list[Earlier]:
    """The own payments in whose place these come: for the same house, and the bank has changed the instalment since their statement. Until the
    statement is said that stands in nobody's way."""
    subject, stated = subject_of(facts.particulars), said.day(facts.particulars, "statement_on")
    running = [one for one in common.own(facts, KindCode.HOUSE_INSTALMENT) if one.state is State.ACTIVE]
    same = [one for one in running if not subject or one.subject == subject]
    return [one for one in same if stated is None or _changed(facts.particulars, one.particulars)]


def _running_held(facts: Facts) -> Decimal:
    """RM that is held for them still, and free with the approval of these."""
    return sum((one.held for one in _replaced(facts)), money.ZERO)


def _running(facts: Facts, _law: bool) -> Details | None:
    subject, replaced = subject_of(facts.particulars), _replaced(facts)
    mine = [one for one in common.own(facts, KindCode.HOUSE_INSTALMENT) if one.state in common.RUNNING and one not in replaced]
    same = [one for one in mine if one.subject in ("", subject)]
    return {"found": same[0].applied_on.isoformat()} if same else None


def _not_paying(facts: Facts, _law: bool) -> Details | None:
    return {} if facts.particulars.get("paying") is False else None


def _too_small(facts: Facts, least: Decimal) -> Details | None:
    found = said.amount(facts.particulars, "monthly")
    return {"found": f"{found:.2f}", "least": f"{least:.2f}"} if found is not None and found < least else None


def _few_left(facts: Facts, least: int) -> Details | None:
    """Fewer months left before 55 and the loan's end than the law's fewest. Once handed in it is a matter of the amount."""
    fitting = _fitting(facts)
    if facts.applied_on is not None or fitting >= least:
        return None
    return {"found": str(fitting), "least": str(least), "last": last_day(facts).isoformat()}


def _too_few(facts: Facts, least: int) -> Details | None:
    months = said.count(facts.particulars, "months")
    return {"found": str(months), "least": str(least)} if months is not None and months < least else None


def _too_many(facts: Facts, _law: int) -> Details | None:
    fitting, months = _fitting(facts), said.count(facts.particulars, "months")
    if facts.applied_on is not None or months is None or months <= fitting:
        return None
    return {"found": str(months), "most_months": str(fitting), "last": last_day(facts).isoformat()}


def _above_instalment(facts: Facts, _law: bool) -> Details | None:
    share, found = _left_monthly(facts), said.amount(facts.particulars, "monthly")
    if share is None or found is None or found <= share:
        return None
    return {"found": f"{found:.2f}", "most": f"{share:.2f}"}


def _told_otherwise(facts: Facts, _law: bool) -> Details | None:
    """Another applicant of the loan told another instalment: one of them is wrong, and neither is told the other's figure. An instalment that the
    bank has changed between their statements is another, and neither is wrong."""
    told = facts.particulars
    others = [one for one in _others(facts) if not _changed(told, one.particulars) and not _changed(one.particulars, told)]
    return {} if common.differ(facts, others, ("instalment",)) else None


def _changed(newer: Mapping[str, Any], older: Mapping[str, Any]) -> bool:
    """Whether the bank changed the instalment after the statement of the one, and the statement of the other says so."""
    before, changed, after = said.day(older, "statement_on"), said.day(newer, "changed_on"), said.day(newer, "statement_on")
    return before is not None and changed is not None and after is not None and before < changed <= after


def _not_stated(facts: Facts, _law: bool) -> Details | None:
    """The instalment is said to have changed after the statement, which cannot show it."""
    changed, stated = said.day(facts.particulars, "changed_on"), said.day(facts.particulars, "statement_on")
    if changed is None or stated is None or changed <= stated:
        return None
    return {"found": changed.isoformat(), "expected": stated.isoformat()}


def _total(facts: Facts) -> Decimal | None:
    part, months = said.amount(facts.particulars, "monthly"), said.count(facts.particulars, "months")
    return None if part is None or months is None else part * months


def _of(body: str) -> common.When:
    return lambda facts: facts.particulars.get("statement_by") == body


def _documents(facts: Facts) -> Sequence[Document]:
    """Seed 003, item 6: the form at a counter of who has no MyKad alone."""
    return common.papers(
        facts,
        FORM,
        SEED,
        Document(DocumentCode.LOAN_STATEMENT, True, SEED),
        Document(DocumentCode.CHARGE, False, SEED),
        *common.assumed(DocumentCode.RELATIONSHIP, LAW["together.proof"], facts, facts.particulars.get("together"), ("SPOUSE", "FAMILY")),
        common.bank(SEED),
    )


def schedule(facts: Facts, approved: Decimal, start: date) -> Sequence[tuple[date, Decimal]]:
    """Each payment's day and RM, from the first payment day on or after `start`; none after the last day that the law gives, and what would be paid
    then is not paid."""
    part = said.amount(facts.particulars, "monthly") or approved
    last = last_day(facts)
    planned = monthly.payments(approved, part, start, common.in_force(LAW["instalment.day"], start).value)
    return [(day, amount) for day, amount in planned if day <= last]


KIND: Final = Kind(
    code=KindCode.HOUSE_INSTALMENT,
    laws=(LAW,),
    accounts=lambda _on: (SubAccount.SEJAHTERA,),
    conditions=(
        common.LIVING,
        common.BELOW_55,
        common.condition("STANDING", LAW["instalment.joined_before"], _standing, common.days(before=LAW["instalment.joined_before"])),
        common.least_balance(SubAccount.SEJAHTERA, LAW["instalment.balance"], _running_held),
        common.condition("INSTALMENT_HOUSE", LAW["instalment.one_house"], _another_house),
        common.condition("INSTALMENT_RUNNING", LAW["instalment.one_at_a_time"], _running),
        common.condition("NOT_PAYING", LAW["instalment.paying"], _not_paying),
        common.not_in_future("STATEMENT_FUTURE", "statement_on", LAW["instalment.statement"]),
        common.not_older("STATEMENT_OLD", "statement_on", LAW["instalment.statement"], _of("LENDER")),
        common.not_older("STATEMENT_OLD_LPPSA", "statement_on", LAW["instalment.statement_lppsa"], _of("LPPSA")),
        common.condition("MONTHLY_BELOW", LAW["instalment.monthly"], _too_small, common.ringgit(least=LAW["instalment.monthly"])),
        common.condition("MONTHS_BELOW", LAW["instalment.months"], _too_few, common.whole(least=LAW["instalment.months"])),
        common.condition("MONTHS_LEFT", LAW["instalment.months"], _few_left, common.whole(least=LAW["instalment.months"])),
        common.condition("MONTHS_ABOVE", LAW["instalment.before"], _too_many, common.whole(age=LAW["instalment.before"])),
        common.condition("INSTALMENT_DIFFERS", LAW["instalment.together"], _told_otherwise),
        common.condition("CHANGE_NOT_STATED", LAW["instalment.together"], _not_stated),
        common.condition("MONTHLY_ABOVE", LAW["instalment.together"], _above_instalment),
        common.sums_up("PARTS_SUM", LAW["instalment.monthly"], _total),
        common.OWN_ACCOUNT,
    ),
    amount=_amount,
    documents=_documents,
    particulars=PARTICULARS,
    form=FORM,
    channels=common.every_way,
    payees=common.to_member,
    open_on=common.open_by(LAW["instalment.monthly"]),
    opens=common.opens_by(LAW["instalment.monthly"]),
    charter_days=common.days_of(LAW["charter"]),
    recurring=lambda _facts: True,
    schedule=schedule,
    subject=subject_of,
    shared=("monthly", "instalment", "statement_on", "changed_on"),
    holds=lambda facts: not _replaced(facts),
    changeable=True,
    keeps=("title", "address", "lender", "loan_number", "statement_by", "together", "other_name"),
    stopped_for=tuple(StopReason),
    source=SOURCE,
)
