"""Pengeluaran Pendidikan: fees, hostel and flight of a semester, or the balance of an education loan (seed 003, item 2; facts 1.2, 1.4 Q2, 2.5)."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from kwsp_portal.common import money
from kwsp_portal.common.explain import Step
from members.enums import SubAccount
from withdrawals.enums import DocumentCode, KindCode, Payee
from withdrawals.facts import Earlier, Facts
from withdrawals.kinds import common
from withdrawals.kinds.base import Amount, Document, Kind, Particular, Sort
from withdrawals.kinds.common import Details
from withdrawals.rules import said
from withdrawals.rules.education import LAW

SOURCE: Final = "education/act_54_6g; education/seed_003"
SEED: Final = "education/seed_003"
PAPERS: Final = "education/kwsp_papers"
"""What the seed's list leaves out and KWSP's own page names."""
FORM: Final = "KWSP 9H (AHL)"
LEVELS: Final = ("SCHOOL", "CERTIFICATE", "CERTIFICATE_3", "DIPLOMA", "DEGREE", "MASTERS", "DOCTORATE", "PROFESSIONAL")
BELOW_DIPLOMA: Final = ("SCHOOL", "CERTIFICATE")
COSTS: Final = ("fees", "hostel", "flight")


def _another(answers: Mapping[str, Any]) -> bool:
    return answers.get("who") in ("CHILD", "SPOUSE", "PARENT")


def _fees(answers: Mapping[str, Any]) -> bool:
    return answers.get("purpose") == "FEES"


def _loan(answers: Mapping[str, Any]) -> bool:
    return answers.get("purpose") == "LOAN"


def _over(answers: Mapping[str, Any]) -> bool:
    return answers.get("status") in ("FINISHED", "LEFT")


def _paid_already(answers: Mapping[str, Any]) -> bool:
    return _fees(answers) and answers.get("paid_already") is True


def _flies(answers: Mapping[str, Any]) -> bool:
    return _fees(answers) and (said.amount(answers, "flight") or money.ZERO) > money.ZERO


PARTICULARS: Final = (
    Particular("who", Sort.CHOICE, 1, choices=("SELF", "CHILD", "SPOUSE", "PARENT")),
    Particular("student_name", Sort.TEXT, 1, when=_another, longest=150),
    Particular("student_id", Sort.TEXT, 1, when=_another, longest=20),
    Particular("institution", Sort.TEXT, 2, longest=120),
    Particular("place", Sort.CHOICE, 2, choices=("MALAYSIA", "ABROAD")),
    Particular("course", Sort.TEXT, 2, longest=120),
    Particular("level", Sort.CHOICE, 2, choices=LEVELS),
    Particular("study", Sort.CHOICE, 2, choices=("FULL_TIME", "PART_TIME", "DISTANCE")),
    Particular("status", Sort.CHOICE, 3, choices=("STUDYING", "FINISHED", "LEFT")),
    Particular("ended_on", Sort.DAY, 3, when=_over),
    Particular("purpose", Sort.CHOICE, 4, choices=("FEES", "LOAN")),
    Particular("semester", Sort.COUNT, 4, when=_fees),
    Particular("fees", Sort.MONEY, 4, when=_fees),
    Particular("hostel", Sort.MONEY, 4, required=False, when=_fees),
    Particular("flight", Sort.MONEY, 4, required=False, when=_fees),
    Particular("first_year_away", Sort.YES, 4, when=_flies),
    Particular("paid_already", Sort.YES, 4, when=_fees),
    Particular("receipt_on", Sort.DAY, 4, when=_paid_already),
    Particular("lender", Sort.TEXT, 4, when=_loan, longest=100),
    Particular("loan_number", Sort.TEXT, 4, when=_loan, longest=40),
    Particular("loan_balance", Sort.MONEY, 4, when=_loan),
    Particular("sponsored", Sort.MONEY, 5, required=False),
)


def subject_of(particulars: Mapping[str, Any], own: str = "", /) -> str:
    """Whose course, where and at what level, and which semester of it or its loan: in capitals without blanks and signs, so that it is the same
    however it was typed. The student of own studies is who applies (`own`, the number of the identity card): a husband's fees are one cost, whether
    he applies or his wife does for him. Two people's own studies of the same name are two, and so are a diploma and a degree of the same name."""
    number = said.text(particulars, "student_id") if _another(particulars) else own
    studies = _studies(particulars)
    return f"{_plain(number)}:{studies}" if studies else ""


def _studies(particulars: Mapping[str, Any]) -> str:
    """Institution, level, course, and the semester or the loan; empty until course and semester are said."""
    semester = said.count(particulars, "semester")
    what = "LOAN" if _loan(particulars) else "" if semester is None else str(semester)
    where, course = _plain(said.text(particulars, "institution")), _plain(said.text(particulars, "course"))
    return f"{where[:50]}:{said.text(particulars, 'level')}:{course[:60]}:{what}" if course and what else ""


def _plain(text: str) -> str:
    return "".join(sign for sign in text.upper() if sign.isalnum())


def _subject_of(one: Earlier) -> str:
    """What an own earlier application was about. Those of before institution and level were part of it keep `student:course:semester`, which nothing
    handed in may lose (migration 0002): they are known by what was answered then. Of another member's only the subject is known, so what somebody
    else was given before is not counted against a new one."""
    studies = _studies(one.particulars)
    return f"{one.subject.partition(':')[0]}:{studies}" if studies else one.subject


def _cost(facts: Facts) -> Decimal | None:
    """What the studies cost, less what a sponsor pays, RM; None until it is said."""
    told = facts.particulars
    if _loan(told):
        found = said.amount(told, "loan_balance")
    else:
        fees = said.amount(told, "fees") if _fees(told) else None
        found = None if fees is None else fees + sum((said.amount(told, name) or money.ZERO for name in COSTS[1:]), money.ZERO)
    return None if found is None else max(found - (said.amount(told, "sponsored") or money.ZERO), money.ZERO)


def _subject(facts: Facts) -> str:
    return facts.subject or subject_of(facts.particulars)


def _taken(facts: Facts) -> Decimal:
    """What others withdrew for the same semester or have asked for, RM; of a loan what they are still to be paid: its balance of today is less what
    was paid already. While it is not known whose studies they are, nobody's."""
    loan = _loan(facts.particulars)
    return sum((common.unpaid(one) if loan else one.taken for one in _others(facts)), money.ZERO)


def _others(facts: Facts) -> list[Earlier]:
    """Others' applications for the same semester or loan."""
    subject = _subject(facts)
    known = subject and not subject.startswith(":")
    return [one for one in facts.earlier if known and not one.own and one.kind is KindCode.EDUCATION and one.subject == subject]


def _amount(facts: Facts) -> Amount:
    free = common.free(facts, (SubAccount.SEJAHTERA,))
    cost, taken = _cost(facts), _taken(facts)
    steps = [common.free_step(free, SubAccount.SEJAHTERA, facts.on, SEED)]
    if cost is None:
        return Amount(free, common.SEN, (*steps, Step("EDUCATION_ESTIMATE", {}, SEED)))
    steps.append(Step("EDUCATION_LOAN" if _loan(facts.particulars) else "EDUCATION_COST", {"cost": f"{cost:.2f}"}, SEED))
    if taken > money.ZERO:
        shared = common.in_force(LAW["shared_cost"], facts.asked_on)
        left = max(cost - taken, money.ZERO)
        code = "SHARED_LOAN" if _loan(facts.particulars) else "SHARED"
        steps.append(Step(code, {"cap": f"{cost:.2f}", "taken": f"{taken:.2f}", "left": f"{left:.2f}"}, shared.citation, shared.assumption))
    most = max(min(cost - taken, free), money.ZERO)
    steps.append(Step("LOWER", {"most": f"{most:.2f}"}, SEED))
    return Amount(most, common.SEN, tuple(steps))


def _not_family(facts: Facts) -> Details | None:
    """A spouse or parent before the day from which they count. `until`: that day."""
    who, law = facts.particulars.get("who"), LAW["for_family"]
    if who not in ("SPOUSE", "PARENT") or common.in_force(law, facts.asked_on).value:
        return None
    return {"who": str(who), **common.later(law, facts.asked_on)}


def _too_low(facts: Facts, _law: bool) -> Details | None:
    """Below a diploma. `until`: the day from which Certificate Level 3 counts, where it is that."""
    level, law = facts.particulars.get("level"), LAW["certificate_3"]
    if level == "CERTIFICATE_3" and not common.in_force(law, facts.asked_on).value:
        return {"level": str(level), **common.later(law, facts.asked_on)}
    return {"level": str(level)} if level in BELOW_DIPLOMA else None


def _tuition_only(facts: Facts, _law: bool) -> Details | None:
    """Certificate Level 3 has its fees alone."""
    told = facts.particulars
    more = _loan(told) or any((said.amount(told, name) or money.ZERO) > money.ZERO for name in COSTS[1:])
    return {} if told.get("level") == "CERTIFICATE_3" and more else None


def _part_time_abroad(facts: Facts, _law: bool) -> Details | None:
    told = facts.particulars
    return {"study": str(told["study"])} if told.get("place") == "ABROAD" and told.get("study") in ("PART_TIME", "DISTANCE") else None


def _again(facts: Facts, _law: bool) -> Details | None:
    """The same semester of the same course once; a loan again when the last application is decided and paid."""
    subject = _subject(facts)
    same = [one for one in common.own(facts, KindCode.EDUCATION) if subject and _subject_of(one) == subject]
    same = [one for one in same if one.state in common.RUNNING] if _loan(facts.particulars) else same
    return {"found": same[0].applied_on.isoformat()} if same else None


def _not_first_year(facts: Facts, _law: bool) -> Details | None:
    told = facts.particulars
    return {} if _flies(told) and told.get("first_year_away") is False else None


def _sponsored(facts: Facts, _law: bool) -> Details | None:
    return {} if _cost(facts) == money.ZERO and (said.amount(facts.particulars, "sponsored") or money.ZERO) > money.ZERO else None


def _cost_used(facts: Facts, _law: bool) -> Details | None:
    cost, taken = _cost(facts), _taken(facts)
    return {"cap": f"{cost:.2f}", "taken": f"{taken:.2f}"} if cost is not None and money.ZERO < cost <= taken else None


def _costs(answers: Mapping[str, Any]) -> list[Decimal]:
    """Fees, hostel and flight; what is left blank is nothing."""
    return [said.amount(answers, name) or money.ZERO for name in COSTS]


def _told_otherwise(facts: Facts, _law: bool) -> Details | None:
    """Another applicant of the semester told other costs: one of them is wrong, and neither is told the other's figures. A loan's balance is another
    on another day."""
    told = facts.particulars
    if not _fees(told) or said.amount(told, "fees") is None:
        return None
    others = [one for one in _others(facts) if one.taken > money.ZERO and said.amount(one.particulars, "fees") is not None]
    return {} if any(_costs(one.particulars) != _costs(told) for one in others) else None


def _level(on: date) -> Mapping[str, str]:
    """Whether Certificate Level 3 is one."""
    return {"variant": "CERTIFICATE"} if common.in_force(LAW["certificate_3"], on).value else {}


def _who(on: date) -> Mapping[str, str]:
    """For whom it is, and since when a spouse and parents are among them or when they will be."""
    law = common.in_force(LAW["for_family"], on)
    return {"variant": "FAMILY", "since": law.start.isoformat()} if law.value else common.later(LAW["for_family"], on)


def _documents(facts: Facts) -> Sequence[Document]:
    """Seed 003, item 2: form, enrolment and recognition of whoever applies, the student of today and of before."""
    told = facts.particulars
    flown = (said.amount(told, "flight") or None) if _fees(told) else ("" if "purpose" not in told else None)
    return common.papers(
        facts,
        FORM,
        SEED,
        Document(DocumentCode.ENROLMENT, True, SEED),
        Document(DocumentCode.RECOGNITION, True, SEED),
        *common.asked_for(DocumentCode.FEES, told.get("purpose"), ("FEES",), PAPERS),
        *common.assumed(DocumentCode.LOAN_STATEMENT, LAW["proof_of_loan"], facts, told.get("purpose"), ("LOAN",)),
        *([Document(DocumentCode.FLIGHT, bool(flown), PAPERS)] if flown is not None else []),
        *common.asked_for(DocumentCode.RELATIONSHIP, told.get("who"), ("CHILD", "SPOUSE", "PARENT"), PAPERS),
        *_results(facts),
        common.bank(PAPERS),
        of_all=True,
        shown=PAPERS,
    )


def _results(facts: Facts) -> list[Document]:
    """What shows that the studies are over, and when; of who still studies the last results, from the second year."""
    status = facts.particulars.get("status")
    if status == "STUDYING":
        return [Document(DocumentCode.RESULTS, False, PAPERS)]
    return common.assumed(DocumentCode.RESULTS, LAW["proof_of_end"], facts, status, ("FINISHED", "LEFT"))


def _payees(facts: Facts) -> Sequence[Payee]:
    """The institution or the lender where nothing was paid ahead, or the member."""
    to_member = tuple(common.to_member(facts))
    return to_member if _paid_already(facts.particulars) else (*to_member, Payee.INSTITUTION)


def creditor(particulars: Mapping[str, Any]) -> str:
    """Whom the costs are owed to: the lender of a loan, otherwise the institution. What was handed in before the lender was asked for names the
    institution alone."""
    return (said.text(particulars, "lender") if _loan(particulars) else "") or said.text(particulars, "institution")


KIND: Final = Kind(
    code=KindCode.EDUCATION,
    laws=(LAW,),
    accounts=lambda _on: (SubAccount.SEJAHTERA,),
    conditions=(
        common.LIVING,
        common.BELOW_55,
        common.plain("EDUCATION_WHO", LAW["for_family"], _not_family, _who),
        common.condition("EDUCATION_LEVEL", LAW["diploma_and_above"], _too_low, _level),
        common.condition("TUITION_ONLY", LAW["certificate_3"], _tuition_only),
        common.condition("ABROAD_FULL_TIME", LAW["abroad_full_time"], _part_time_abroad),
        common.condition("SEMESTER_ONCE", LAW["once_a_semester"], _again),
        common.not_in_future("ENDED_FUTURE", "ended_on", LAW["ended"], lambda facts: _over(facts.particulars)),
        common.not_older("STUDIES_ENDED", "ended_on", LAW["ended"], lambda facts: _over(facts.particulars)),
        common.not_in_future("RECEIPT_FUTURE", "receipt_on", LAW["receipt"], lambda facts: _paid_already(facts.particulars)),
        common.not_older("RECEIPT_OLD", "receipt_on", LAW["receipt"], lambda facts: _paid_already(facts.particulars)),
        common.condition("FLIGHT_FIRST_YEAR", LAW["flight_first_year"], _not_first_year),
        common.condition("SPONSORED", LAW["not_fully_sponsored"], _sponsored),
        common.condition("COST_DIFFERS", LAW["shared_cost"], _told_otherwise),
        common.condition("CAP_USED", LAW["shared_cost"], _cost_used),
        common.OWN_ACCOUNT,
    ),
    amount=_amount,
    documents=_documents,
    particulars=PARTICULARS,
    form=FORM,
    channels=common.every_way,
    payees=_payees,
    open_on=common.open_by(LAW["for_family"]),
    opens=common.opens_by(LAW["for_family"]),
    charter_days=common.days_of(LAW["charter"]),
    creditor=creditor,
    creditor_paper=lambda told: DocumentCode.LOAN_STATEMENT if _loan(told) else DocumentCode.FEES,
    subject=subject_of,
    shared=COSTS,
    source=SOURCE,
)
