"""Pengeluaran Umur 55 Tahun: all, a part, monthly, a part and monthly, or the yearly dividend of Akaun 55 (seed 003, item 12; facts 1.2, 2.3).

Handed in up to six months before 55, it is decided on the birthday. A choice that is running is changed by another application, whose approval ends
it. Akaun Emas belongs to Age 60. Sources end Age 55 at 60, where Age 60 begins: no ruling closes it, and until the portal has Age 60
members of 60 and more withdraw Akaun 55 by it, which the answer shows as an assumption (`age_55.from_60`).
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from kwsp_portal.common import money
from kwsp_portal.common.explain import Step
from members.enums import Citizenship, SubAccount
from members.rules import age
from withdrawals.enums import KindCode, State
from withdrawals.facts import Earlier, Facts
from withdrawals.kinds import common
from withdrawals.kinds.base import Amount, Condition, Document, Kind, Particular, Sort
from withdrawals.kinds.common import Details
from withdrawals.rules import monthly, said
from withdrawals.rules.withdrawal import LAW

SOURCE: Final = "withdrawal/act_55a; withdrawal/seed_003"
SEED: Final = "withdrawal/seed_003"
FORM: Final = "KWSP 9B (AHL)"
MODES: Final = ("ALL", "PART", "MONTHLY", "PART_AND_MONTHLY", "DIVIDEND")
WHOLE: Final = ("ALL", "DIVIDEND")
"""Modes that are asked for with everything: DIVIDEND with the balance as the most that it may ever come to."""


def _monthly(answers: Mapping[str, Any]) -> bool:
    return answers.get("mode") in ("MONTHLY", "PART_AND_MONTHLY")


def _part_too(answers: Mapping[str, Any]) -> bool:
    return answers.get("mode") == "PART_AND_MONTHLY"


PARTICULARS: Final = (
    Particular("mode", Sort.CHOICE, 1, choices=MODES),
    Particular("part", Sort.MONEY, 2, when=_part_too),
    Particular("monthly", Sort.MONEY, 2, when=_monthly),
    Particular("months", Sort.COUNT, 2, when=_monthly),
)


def _mode(facts: Facts) -> str:
    return str(facts.particulars.get("mode", ""))


def _birthday(facts: Facts) -> date:
    return age.birthday(facts.birth_date, common.in_force(LAW["age_55.from"], facts.asked_on).value)


def _running(facts: Facts) -> list[Earlier]:
    return [one for one in common.own(facts, KindCode.AGE_55) if one.state is State.ACTIVE]


def _least(facts: Facts) -> Decimal:
    """The least of a mode, RM."""
    part = max(common.in_force(LAW["age_55.part.least"], facts.asked_on).value, common.SEN)
    by_month = (
        common.in_force(LAW["age_55.monthly.least"], facts.asked_on).value * common.in_force(LAW["age_55.monthly.months"], facts.asked_on).value
    )
    return {"PART": part, "MONTHLY": by_month, "PART_AND_MONTHLY": part + by_month}.get(_mode(facts), common.SEN)


def _amount(facts: Facts) -> Amount:
    running = sum((one.held for one in _running(facts)), money.ZERO)
    most = common.free(facts, (SubAccount.AKAUN_55,)) + running
    steps = [Step("WHOLE_ACCOUNT", {"free": f"{most:.2f}"}, SOURCE)] if most > money.ZERO else []
    if running > money.ZERO:
        change = common.in_force(LAW["age_55.one_at_a_time"], facts.asked_on)
        steps.append(Step("RUNNING_ENDS", {"running": f"{running:.2f}"}, change.citation, change.assumption))
    if facts.asked_on < _birthday(facts):
        steps.append(Step("MERGES_AT_55", {"until": _birthday(facts).isoformat()}, common.in_force(LAW["age_55.early"], facts.asked_on).citation))
    emas = common.in_force(LAW["age_55.emas"], facts.asked_on)
    opens = age.birthday(facts.birth_date, emas.value)
    beyond = common.in_force(LAW["age_55.from_60"], facts.asked_on)
    if facts.asked_on >= opens:
        most = most if beyond.value else money.ZERO
        steps.append(Step("AGE_55_FROM_60", {"age": str(emas.value)}, beyond.citation, beyond.assumption))
    steps.append(Step("EMAS_LATER" if facts.on < opens else "EMAS_NOW", {"age": str(emas.value), "opens": opens.isoformat()}, emas.citation))
    return Amount(most, _least(facts), tuple(steps))


def _early(facts: Facts, months: int) -> Details | None:
    first = age.months_later(_birthday(facts), -months)
    if facts.asked_on >= first:
        return None
    return {
        "age": str(common.in_force(LAW["age_55.from"], facts.asked_on).value),
        "birthday": _birthday(facts).isoformat(),
        "until": first.isoformat(),
    }


def _all_only(facts: Facts, joined_from: date) -> Details | None:
    at_home = facts.citizenship in (Citizenship.CITIZEN, Citizenship.PERMANENT_RESIDENT)
    if at_home or facts.member_since < joined_from or _mode(facts) in ("", "ALL"):
        return None
    return {"found": facts.member_since.isoformat(), "joined_from": joined_from.isoformat()}


def _wait(facts: Facts, days: int) -> Details | None:
    """So many days between one part and another: an appeal may come after a later one. `until`: from when another may be asked for."""
    parts = [one.applied_on for one in common.own(facts, KindCode.AGE_55) if one.particulars.get("mode") in ("PART", "PART_AND_MONTHLY")]
    near = [day for day in parts if abs(facts.asked_on - day) < timedelta(days=days)]
    if _mode(facts) not in ("PART", "PART_AND_MONTHLY") or not near:
        return None
    return {"found": max(near).isoformat(), "days": str(days), "until": (max(near) + timedelta(days=days)).isoformat()}


def _part_too_small(facts: Facts, least: Decimal) -> Details | None:
    found = said.amount(facts.particulars, "part") if _part_too(facts.particulars) else None
    return {"found": f"{found:.2f}", "least": f"{max(least, common.SEN):.2f}"} if found is not None and found < max(least, common.SEN) else None


def _too_small(facts: Facts, least: Decimal) -> Details | None:
    found = said.amount(facts.particulars, "monthly") if _monthly(facts.particulars) else None
    return {"found": f"{found:.2f}", "least": f"{least:.2f}"} if found is not None and found < least else None


def _too_few(facts: Facts, least: int) -> Details | None:
    found = said.count(facts.particulars, "months") if _monthly(facts.particulars) else None
    return {"found": str(found), "least": str(least)} if found is not None and found < least else None


def _too_many(facts: Facts, until: int) -> Details | None:
    """Payments before the age that ends them, from the day, or from 55 where that is later."""
    found = said.count(facts.particulars, "months") if _monthly(facts.particulars) else None
    last = age.birthday(facts.birth_date, until) - timedelta(days=1)
    most = monthly.count(max(facts.asked_on, _birthday(facts)), last, common.in_force(LAW["age_55.monthly.day"], facts.asked_on).value)
    if found is None or found <= most:
        return None
    return {"found": str(found), "most_months": str(most), "age": str(until), "last": last.isoformat()}


def _total(facts: Facts) -> Decimal | None:
    """What the answers come to: everything, or the part and the months."""
    if _mode(facts) in WHOLE:
        return _amount(facts).most
    if not _monthly(facts.particulars):
        return None
    part = said.amount(facts.particulars, "part") if _part_too(facts.particulars) else money.ZERO
    each, months = said.amount(facts.particulars, "monthly"), said.count(facts.particulars, "months")
    return None if part is None or each is None or months is None else part + each * months


def _conditions() -> tuple[Condition, ...]:
    monthly_least = LAW["age_55.monthly.least"]
    return (
        common.LIVING,
        common.condition("AGE_55_EARLY", LAW["age_55.early"], _early, common.whole(months=LAW["age_55.early"], age=LAW["age_55.from"])),
        common.undecided(KindCode.AGE_55, LAW["age_55.one_at_a_time"]),
        common.condition("ALL_ONLY", LAW["age_55.all_only_joined_from"], _all_only, common.days(joined_from=LAW["age_55.all_only_joined_from"])),
        common.condition("PART_WAIT", LAW["age_55.part.wait"], _wait, common.whole(days=LAW["age_55.part.wait"])),
        common.condition("PART_BELOW", LAW["age_55.part.least"], _part_too_small, common.ringgit(least=LAW["age_55.part.least"])),
        common.condition("MONTHLY_BELOW", monthly_least, _too_small, common.ringgit(least=monthly_least)),
        common.condition("MONTHS_BELOW", LAW["age_55.monthly.months"], _too_few, common.whole(least=LAW["age_55.monthly.months"])),
        common.condition("MONTHS_ABOVE_AGE", LAW["age_55.monthly.until"], _too_many, common.whole(age=LAW["age_55.monthly.until"])),
        common.sums_up("PARTS_SUM", monthly_least, lambda facts: _total(facts) if _monthly(facts.particulars) else None),
        common.sums_up("NOT_ALL", LAW["age_55.from"], lambda facts: _total(facts) if _mode(facts) in WHOLE else None),
        common.OWN_ACCOUNT,
    )


def _documents(facts: Facts) -> Sequence[Document]:
    return common.papers(facts, FORM, SEED, *common.of_birth(facts, SEED), common.bank(SEED))


def schedule(facts: Facts, approved: Decimal, start: date) -> Sequence[tuple[date, Decimal]]:
    """The part on the first day, then each month's payment; they add up to what was approved. Nothing for the dividend: each year's is paid as it is
    credited."""
    if not _monthly(facts.particulars):
        return []
    part = min(said.amount(facts.particulars, "part") or money.ZERO, approved) if _part_too(facts.particulars) else money.ZERO
    each = said.amount(facts.particulars, "monthly") or approved
    planned = [(start, part)] if part > money.ZERO else []
    return [*planned, *monthly.payments(approved - part, each, start, common.in_force(LAW["age_55.monthly.day"], start).value)]


def _holds(facts: Facts) -> bool:
    """Not before 55, not beside what it takes the place of, and never for dividends to come."""
    return facts.on >= _birthday(facts) and not _running(facts) and _mode(facts) != "DIVIDEND"


KIND: Final = Kind(
    code=KindCode.AGE_55,
    laws=(LAW,),
    accounts=lambda _on: (SubAccount.AKAUN_55,),
    conditions=_conditions(),
    amount=_amount,
    documents=_documents,
    particulars=PARTICULARS,
    form=FORM,
    channels=common.every_way,
    payees=common.to_member,
    open_on=common.open_by(LAW["age_55.from"]),
    opens=common.opens_by(LAW["age_55.from"]),
    charter_days=common.days_of(LAW["age_55.charter"]),
    recurring=lambda facts: _mode(facts) in ("MONTHLY", "PART_AND_MONTHLY", "DIVIDEND"),
    schedule=schedule,
    yearly=lambda facts: _mode(facts) == "DIVIDEND",
    holds=_holds,
    decided_from=_birthday,
    changeable=True,
    source=SOURCE,
)
