"""Pengeluaran Membeli Rumah: alone or together, with a loan or with own money, the first house or a second after it (seed 003, item 3; facts 1.2, 1.4
Q3 to Q5, 2.5; ruling 22)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from kwsp_portal.common import money
from kwsp_portal.common.explain import Step
from members.enums import SubAccount
from withdrawals.enums import Channel, DocumentCode, KindCode
from withdrawals.facts import Earlier, Facts
from withdrawals.kinds import common
from withdrawals.kinds.base import Amount, Document, Kind, Particular, Sort
from withdrawals.kinds.common import Details
from withdrawals.rules import housing, said
from withdrawals.rules.housing import LAW

SOURCE: Final = "housing/act_54_6b; housing/seed_003"
FORM: Final = "KWSP 9C (AHL)"
SEED: Final = "housing/seed_003"
RESIDENCES: Final = (
    *("BUNGALOW", "TERRACE", "SEMI_DETACHED", "TOWNHOUSE", "APARTMENT", "CONDOMINIUM", "STUDIO", "SERVICE_APARTMENT", "SOHO"),
    "SHOP_WITH_RESIDENCE",
)
OTHERS: Final = ("COMMERCIAL", "LAND_ONLY", "RENOVATION")
SHARED: Final = ("price", "financing", "loan")
"""What all applicants of a house tell alike."""
HOUSING: Final = (KindCode.HOUSE_BUY, KindCode.HOUSE_INSTALMENT)


def subject_of(particulars: Mapping[str, Any], _own: str = "", /) -> str:
    """The house: its title or unit number, in capitals without blanks and signs."""
    return "".join(sign for sign in said.text(particulars, "title").upper() if sign.isalnum())


def _with_loan(answers: Mapping[str, Any]) -> bool:
    return answers.get("financing") == "LOAN"


def _together(answers: Mapping[str, Any]) -> bool:
    return answers.get("together") in ("SPOUSE", "FAMILY")


def _second(answers: Mapping[str, Any]) -> bool:
    return answers.get("house") == "SECOND"


PARTICULARS: Final = (
    Particular("title", Sort.TEXT, 1, longest=60),
    Particular("address", Sort.TEXT, 1, longest=200),
    Particular("property", Sort.CHOICE, 1, choices=(*RESIDENCES, *OTHERS)),
    Particular("in_malaysia", Sort.YES, 1),
    Particular("house", Sort.CHOICE, 2, choices=("FIRST", "SECOND")),
    Particular("disposed_on", Sort.DAY, 2, when=_second),
    Particular("agreement_on", Sort.DAY, 3),
    Particular("price", Sort.MONEY, 3),
    Particular("financing", Sort.CHOICE, 4, choices=("LOAN", "CASH")),
    Particular("loan", Sort.MONEY, 4, when=_with_loan),
    Particular("lender", Sort.TEXT, 4, when=_with_loan, longest=100),
    Particular("together", Sort.CHOICE, 5, choices=("ALONE", "SPOUSE", "FAMILY")),
    Particular("other_name", Sort.TEXT, 5, when=_together, longest=150),
)


def _cap(facts: Facts, law: Decimal) -> Decimal | None:
    """The cap of all applicants together, RM; None until price, financing and loan are said."""
    price, financing = said.amount(facts.particulars, "price"), facts.particulars.get("financing")
    loan = said.amount(facts.particulars, "loan") if financing == "LOAN" else money.ZERO
    if price is None or loan is None or financing not in ("LOAN", "CASH"):
        return None
    return housing.cap(price=price, loan=loan, addition=law)


def _taken(facts: Facts) -> Decimal:
    """What others, and the member before, took of the same house's cap, or have asked for, RM."""
    subject = subject_of(facts.particulars)
    same = [one.taken for one in facts.earlier if one.kind is KindCode.HOUSE_BUY and subject and one.subject == subject]
    return sum(same, money.ZERO)


def _amount(facts: Facts) -> Amount:
    free = common.free(facts, (SubAccount.SEJAHTERA,))
    addition = common.in_force(LAW["buy.addition"], facts.asked_on)
    cap = _cap(facts, addition.value)
    steps = [common.free_step(free, SubAccount.SEJAHTERA, facts.on, SEED)]
    if cap is None:
        return Amount(free, common.SEN, (*steps, Step("HOUSE_ESTIMATE", {"rate": str(addition.value)}, addition.citation)))
    taken = _taken(facts)
    most = max(min(cap - taken, free), money.ZERO)
    steps.append(_cap_step(facts, addition.value, cap, addition.citation))
    if taken > money.ZERO:
        shared = common.in_force(LAW["buy.shared_cap"], facts.asked_on)
        steps.append(Step("SHARED", {"cap": f"{cap:.2f}", "taken": f"{taken:.2f}", "left": f"{max(cap - taken, money.ZERO):.2f}"}, shared.citation))
    steps.append(Step("LOWER", {"most": f"{most:.2f}"}, addition.citation))
    return Amount(most, common.SEN, tuple(steps))


def _cap_step(facts: Facts, addition: Decimal, cap: Decimal, citation: str) -> Step:
    figures = {"price": str(facts.particulars["price"]), "rate": str(addition), "cap": f"{cap:.2f}"}
    if _with_loan(facts.particulars):
        return Step("HOUSE_WITH_LOAN", {**figures, "loan": str(facts.particulars["loan"])}, citation)
    return Step("HOUSE_CASH", figures, citation)


def _not_residential(facts: Facts, _law: bool) -> Details | None:
    found = facts.particulars.get("property")
    return {"property": str(found)} if found in OTHERS else None


def _abroad(facts: Facts, _law: bool) -> Details | None:
    return {} if facts.particulars.get("in_malaysia") is False else None


def _before(facts: Facts) -> list[Earlier]:
    """The member's earlier housing withdrawals for another house; none until this house is said."""
    subject = subject_of(facts.particulars)
    return [one for one in common.own(facts, *HOUSING) if subject and one.subject != subject]


def _not_disposed(facts: Facts, _law: bool) -> Details | None:
    """A house before this one: it is a second house, and the first was given up after it was last withdrawn for and by the day of the application."""
    house, day = facts.particulars.get("house"), said.day(facts.particulars, "disposed_on")
    before = _before(facts)
    if before and house == "FIRST":
        return {"found": before[0].applied_on.isoformat()}
    if house == "SECOND" and day is not None and day > facts.asked_on:
        return {"found": day.isoformat(), "until": day.isoformat()}
    if house == "SECOND" and day is not None and any(day < one.applied_on for one in before):
        return {"found": day.isoformat()}
    return None


def _third(facts: Facts, _law: bool) -> Details | None:
    return {} if len({one.subject for one in _before(facts)}) > 1 else None


def _same(facts: Facts, _law: bool) -> Details | None:
    subject = subject_of(facts.particulars)
    same = [one for one in common.own(facts, KindCode.HOUSE_BUY) if subject and one.subject == subject]
    return {"found": same[0].applied_on.isoformat()} if same else None


def _cap_used(facts: Facts, _law: bool) -> Details | None:
    cap, taken = _cap(facts, common.in_force(LAW["buy.addition"], facts.asked_on).value), _taken(facts)
    if cap is None or cap - taken > money.ZERO:
        return None
    return {"cap": f"{cap:.2f}", "taken": f"{taken:.2f}"}


def _told_otherwise(facts: Facts, _law: bool) -> Details | None:
    """Another applicant of the house told another price or loan: one of them is wrong, and neither is told the other's figures."""
    subject = subject_of(facts.particulars)
    others = [one for one in facts.earlier if not one.own and one.kind is KindCode.HOUSE_BUY and one.subject == subject and one.taken > money.ZERO]
    return {} if subject and common.differ(facts, others, SHARED) else None


def _channels(facts: Facts) -> frozenset[Channel]:
    soho = facts.particulars.get("property") == "SOHO" and common.in_force(LAW["buy.soho_at_office"], facts.asked_on).value
    return frozenset({Channel.COUNTER}) if soho else frozenset(Channel)


def _documents(facts: Facts) -> Sequence[Document]:
    """Seed 003, item 3: the form of whoever applies, with MyKad or without."""
    told = facts.particulars
    return common.papers(
        facts,
        FORM,
        SEED,
        Document(DocumentCode.SALE_AGREEMENT, True, SEED),
        *common.asked_for(DocumentCode.LOAN_AGREEMENT, told.get("financing"), ("LOAN",), "housing/kwsp_buy"),
        *common.assumed(DocumentCode.RELATIONSHIP, LAW["together.proof"], facts, told.get("together"), ("SPOUSE", "FAMILY")),
        *common.asked_for(DocumentCode.DISPOSAL, told.get("house"), ("SECOND",), "housing/kwsp_buy"),
        common.bank(SEED),
        of_all=True,
    )


KIND: Final = Kind(
    code=KindCode.HOUSE_BUY,
    laws=(LAW,),
    accounts=lambda _on: (SubAccount.SEJAHTERA,),
    conditions=(
        common.LIVING,
        common.BELOW_55,
        common.least_balance(SubAccount.SEJAHTERA, LAW["buy.balance"]),
        common.condition("HOUSE_NOT_RESIDENTIAL", LAW["buy.residential"], _not_residential),
        common.condition("HOUSE_ABROAD", LAW["buy.residential"], _abroad),
        common.condition("HOUSE_SAME", LAW["buy.once_a_house"], _same),
        common.condition("HOUSE_NOT_DISPOSED", LAW["buy.disposed"], _not_disposed),
        common.condition("HOUSE_THIRD", LAW["buy.two_houses"], _third),
        common.not_in_future("AGREEMENT_FUTURE", "agreement_on", LAW["buy.agreement"]),
        common.not_older("AGREEMENT_OLD", "agreement_on", LAW["buy.agreement"]),
        common.condition("JOINT_DIFFERS", LAW["buy.shared_cap"], _told_otherwise),
        common.condition("CAP_USED", LAW["buy.shared_cap"], _cap_used),
        common.OWN_ACCOUNT,
    ),
    amount=_amount,
    documents=_documents,
    particulars=PARTICULARS,
    form=FORM,
    channels=_channels,
    payees=common.to_member,
    open_on=common.open_by(LAW["buy.addition"]),
    opens=common.opens_by(LAW["buy.addition"]),
    charter_days=common.days_of(LAW["charter"]),
    subject=subject_of,
    shared=SHARED,
    source=SOURCE,
)
