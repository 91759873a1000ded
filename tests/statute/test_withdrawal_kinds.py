"""How each kind comes in, is decided and paid; its papers; its questions."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from kwsp_portal.templatetags.formats import day as in_words
from members.enums import Citizenship, IdentityKind
from tests.statute import tables
from tests.statute.withdrawal_cases import PEOPLE, TODAY, facts
from withdrawals import explanations, kinds
from withdrawals.enums import Channel, DocumentCode, KindCode, Payee, State
from withdrawals.kinds import asking, listing

D = DocumentCode


def codes(kind: KindCode, change: str = "", *, required: bool | None = None) -> set[DocumentCode]:
    found = kinds.OF[kind].documents(facts(kind, change))
    return {one.code for one in found if required is None or one.required is required}


def test_fleksibel_is_decided_by_rule_alone_to_rm250_a_day() -> None:
    kind = kinds.OF[KindCode.FLEKSIBEL]

    assert kind.straight(facts(KindCode.FLEKSIBEL, asked="250.00"))
    assert not kind.straight(facts(KindCode.FLEKSIBEL, asked="250.01"))
    assert not kind.straight(facts(KindCode.FLEKSIBEL, "citizenship=NON_CITIZEN", asked="50.00"))
    assert not any(kinds.OF[other].straight(facts(other, asked="50.00")) for other in PEOPLE if other is not KindCode.FLEKSIBEL)


@pytest.mark.parametrize(
    ("mode", "recurring", "yearly", "holds"),
    [
        ("ALL", False, False, True),
        ("PART", False, False, True),
        ("MONTHLY", True, False, True),
        ("PART_AND_MONTHLY", True, False, True),
        ("DIVIDEND", True, True, False),
    ],
)
def test_the_five_modes_of_55(mode: str, recurring: bool, yearly: bool, holds: bool) -> None:
    kind, said = kinds.OF[KindCode.AGE_55], facts(KindCode.AGE_55, f".mode={mode} .part=100.00 .monthly=100.00 .months=12")

    assert (kind.recurring(said), kind.yearly(said), kind.holds(said)) == (recurring, yearly, holds)
    assert kind.changeable
    assert (kind.schedule(said, Decimal(1300), TODAY) != []) is (recurring and not yearly)  # type: ignore[misc]


def test_what_is_handed_in_before_55_or_beside_a_running_one_is_held_at_approval() -> None:
    kind = kinds.OF[KindCode.AGE_55]
    early = facts(KindCode.AGE_55, "born=1972-05-01")
    change = facts(KindCode.AGE_55, "earlier=AGE_55,ACTIVE,2026-01-01,1200.00,1200.00,,mode:MONTHLY,held:900.00")

    assert kind.decided_from(early) == date(2027, 5, 1)
    assert not kind.holds(early)
    assert kind.holds(replace(early, on=date(2027, 5, 1), applied_on=early.on))
    assert not kind.holds(change)
    assert kinds.evaluate(change).most == Decimal("100900.00")


def test_the_first_payment_is_on_the_25th_and_a_part_at_once() -> None:
    said = facts(KindCode.AGE_55, ".mode=PART_AND_MONTHLY .part=500.00 .monthly=100.00 .months=12")

    planned = kinds.OF[KindCode.AGE_55].schedule(said, Decimal(1700), date(2026, 11, 26))  # type: ignore[misc]

    assert planned[:2] == [(date(2026, 11, 26), Decimal(500)), (date(2026, 12, 25), Decimal(100))]
    assert planned[-1][0] == date(2027, 11, 25)


@pytest.mark.parametrize("row", tables.read("withdrawal_papers.csv"), ids=lambda row: f"{row['kind']} {row['change']}")
def test_papers_with_and_without_mykad_by_post_and_by_what_was_said(row: dict[str, str]) -> None:
    kind = KindCode(row["kind"])

    assert codes(kind, row["change"], required=True) == set(row["required"].split()), row["source"]
    assert codes(kind, row["change"], required=False) == set(row["where_it_applies"].split()), row["source"]


def test_khas_asks_for_no_paper() -> None:
    """Seed 004: online only, by rule."""
    assert list(kinds.OF[KindCode.KHAS_2022].documents(replace(facts(KindCode.FLEKSIBEL), kind=KindCode.KHAS_2022))) == []


W, H, E = "withdrawal/", "housing/", "education/"
CITED: Mapping[KindCode, Mapping[str, tuple[DocumentCode, ...]]] = {
    KindCode.AGE_50: {f"{W}seed_003": (D.MYKAD, D.FORM, D.ID_COPY, D.KWSP_3, D.BIRTH_DATE, D.EX_CITIZEN, D.BANK)},
    KindCode.AGE_55: {f"{W}seed_003": (D.MYKAD, D.FORM, D.ID_COPY, D.KWSP_3, D.BIRTH_DATE, D.EX_CITIZEN, D.BANK)},
    KindCode.FLEKSIBEL: {f"{W}fleksibel": (D.MYKAD, D.ID_COPY, D.KWSP_3, D.BANK)},
    KindCode.EDUCATION: {
        f"{E}seed_003": (D.FORM, D.ID_COPY, D.ENROLMENT, D.RECOGNITION),
        f"{E}kwsp_papers": (D.MYKAD, D.KWSP_3, D.FEES, D.FLIGHT, D.RELATIONSHIP, D.BANK),
        f"{E}seed_003_loans": (D.LOAN_STATEMENT,),
        f"{E}kwsp_education": (D.RESULTS,),
    },
    KindCode.HOUSE_BUY: {
        f"{H}seed_003": (D.MYKAD, D.FORM, D.ID_COPY, D.KWSP_3, D.SALE_AGREEMENT, D.BANK),
        f"{H}kwsp_buy": (D.LOAN_AGREEMENT, D.DISPOSAL),
        f"{H}seed_003_spouse": (D.RELATIONSHIP,),
    },
    KindCode.HOUSE_INSTALMENT: {
        f"{H}seed_003": (D.MYKAD, D.FORM, D.ID_COPY, D.KWSP_3, D.LOAN_STATEMENT, D.CHARGE, D.BANK),
        f"{H}seed_003_spouse": (D.RELATIONSHIP,),
    },
    KindCode.KHAS_2022: {},
}
"""Where each paper is named: the item of seed 003 that lists it, else KWSP's own page, else the item that the portal goes by (assumed)."""


@pytest.mark.parametrize("kind", KindCode)
def test_each_paper_cites_the_place_that_names_it(kind: KindCode) -> None:
    day = date(2022, 4, 10) if kind is KindCode.KHAS_2022 else TODAY
    checklist = listing.checklist(kind, day)
    papers = {paper.code: paper.source for papers in checklist for paper in papers}

    assert papers == {code: source for source, named in CITED[kind].items() for code in named}
    for source in CITED[kind]:
        assert explanations.citations(source)


def test_the_checklist_has_the_form_of_who_has_no_mykad_and_9h_and_9c_of_everybody() -> None:
    """Seed 003: 9B and 9P are for who has no MyKad (items 1, 6 and 12); of 9H and 9C (items 2 and 3) nothing of the sort is said, while the copy of
    an identity paper in the same lists is."""
    of_all = {KindCode.EDUCATION, KindCode.HOUSE_BUY}
    forms = {"AGE_50": "KWSP 9B (AHL)", "EDUCATION": "KWSP 9H (AHL)", "HOUSE_BUY": "KWSP 9C (AHL)", "HOUSE_INSTALMENT": "KWSP 9P (AHL)"}
    for code, form in {**forms, "AGE_55": "KWSP 9B (AHL)"}.items():
        found = listing.checklist(KindCode(code), TODAY)

        assert [one.form for one in found.without_mykad if one.code is D.FORM] == [form]
        assert [one.form for one in found.with_mykad if one.code is D.FORM] == ([form] if code in of_all else [])
        assert [one.form for one in found.by_post if one.code is D.FORM] == [form]


def test_the_list_says_what_is_open_and_from_when() -> None:
    then = {entry.kind.code: entry for entry in listing.entries(date(2022, 4, 10))}
    now = {entry.kind.code: entry for entry in listing.entries(TODAY)}

    assert (then[KindCode.FLEKSIBEL].is_open, then[KindCode.FLEKSIBEL].opens) == (False, date(2024, 5, 12))
    assert now[KindCode.FLEKSIBEL].is_open
    assert then[KindCode.AGE_50].is_open
    assert now[KindCode.HOUSE_BUY].charter_days == 15
    assert "PART_BELOW" in {condition.code for condition in then[KindCode.AGE_55].conditions}
    assert "PART_BELOW" not in {condition.code for condition in now[KindCode.AGE_55].conditions}


def test_who_is_paid() -> None:
    """A bankrupt has a payment order; the institution may be paid for costs that nobody has paid yet."""
    payees = kinds.OF[KindCode.EDUCATION].payees

    assert payees(facts(KindCode.EDUCATION)) == (Payee.ACCOUNT, Payee.INSTITUTION)
    assert payees(facts(KindCode.EDUCATION, ".paid_already=yes .receipt_on=2026-10-01")) == (Payee.ACCOUNT,)
    assert kinds.OF[KindCode.AGE_50].payees(facts(KindCode.AGE_50, "bankrupt=yes")) == (Payee.PAYMENT_ORDER,)


def test_a_payment_straight_goes_to_whom_the_costs_are_owed() -> None:
    creditor = kinds.OF[KindCode.EDUCATION].creditor

    assert creditor({"purpose": "FEES", "institution": "Universiti Contoh", "lender": "Dana Contoh"}) == "Universiti Contoh"
    assert creditor({"purpose": "LOAN", "institution": "Universiti Contoh", "lender": "Dana Contoh"}) == "Dana Contoh"
    assert creditor({"purpose": "LOAN", "institution": "Universiti Contoh"}) == "Universiti Contoh", "asked for before lenders were"


def test_questions_follow_the_answers_and_idle_answers_are_left_out() -> None:
    kind = kinds.OF[KindCode.HOUSE_BUY]

    assert [one.name for one in asking.asked_of(kind, {"financing": "CASH"}, page=4)] == ["financing"]
    assert [one.name for one in asking.asked_of(kind, {"financing": "LOAN"}, page=4)] == ["financing", "loan", "lender"]
    assert asking.pages(kind, {}) == [1, 2, 3, 4, 5]
    assert asking.pages(kinds.OF[KindCode.AGE_55], {"mode": "ALL"}) == [1]
    assert asking.needed(kind, {"financing": "CASH", "loan": "5.00", "price": ""}) == {"financing": "CASH"}


@pytest.mark.parametrize(
    ("name", "found", "code"),
    [
        ("price", "1e5", "PARTICULAR_WRONG"),
        ("price", "1.234", "PARTICULAR_WRONG"),
        ("price", 5.0, "PARTICULAR_WRONG"),
        ("agreement_on", "2026-02-30", "PARTICULAR_WRONG"),
        ("in_malaysia", "yes", "PARTICULAR_WRONG"),
        ("title", "x" * 61, "PARTICULAR_WRONG"),
        ("title", "   ", "PARTICULAR_WRONG"),
        ("title", "", "PARTICULAR_MISSING"),
        ("house", "THIRD", "PARTICULAR_WRONG"),
        ("house", ["FIRST"], "PARTICULAR_WRONG"),
        ("price", "400000.00", ""),
    ],
)
def test_an_answer_in_another_form_is_named(name: str, found: object, code: str) -> None:
    said = facts(KindCode.HOUSE_BUY)
    refusals = list(asking.faults(kinds.OF[KindCode.HOUSE_BUY], {**said.particulars, name: found}))

    assert [(one.code, one.details["name"]) for one in refusals] == ([(code, name)] if code else [])
    kinds.evaluate(replace(said, particulars={**said.particulars, name: found}))


def test_what_was_asked_is_never_exceeded_when_more_is_there_later() -> None:
    later = facts(KindCode.AGE_50, "applied=2026-11-01 sejahtera=90000.00", "500.00")

    assert sum(part.amount for part in kinds.evaluate(later).charges) == Decimal("500.00")


def test_house_and_course_are_known_however_they_are_typed() -> None:
    house, course = kinds.OF[KindCode.HOUSE_BUY].subject, kinds.OF[KindCode.EDUCATION].subject

    assert house({"title": "hsd 12-345 "}) == house({"title": "HSD12345"}) == "HSD12345"
    assert house({}) == ""
    assert course({"who": "CHILD", "student_id": "05-01", "course": "Sains", "purpose": "FEES", "semester": 2}) == "0501:::SAINS:2"
    assert course({"who": "SELF", "student_id": "05-01", "course": "Sains", "purpose": "LOAN"}) == ":::SAINS:LOAN"
    assert course({"who": "SELF", "course": "Sains"}) == ""
    where = {"institution": "Kolej Contoh, K.L.", "level": "DIPLOMA"}
    assert course({**where, "who": "SELF", "course": "Sains", "semester": 1}, "9001") == "9001:KOLEJCONTOHKL:DIPLOMA:SAINS:1"
    longest = {"who": "CHILD", "student_id": "9" * 20, "institution": "x" * 120, "level": "CERTIFICATE_3", "course": "y" * 120, "semester": 99999}
    assert len(course(longest)) <= 160
    own = course({"who": "SELF", "course": "Sains", "purpose": "LOAN"}, "900101145678")
    assert own == course({"who": "SPOUSE", "student_id": "900101-14-5678", "course": "sains", "purpose": "LOAN"}, "920202145679")


def test_a_kind_without_a_citizenship_on_file_is_asked_at_the_office() -> None:
    nobody = replace(facts(KindCode.FLEKSIBEL), citizenship=None, identity_kind=IdentityKind.PASSPORT)

    assert kinds.OF[KindCode.FLEKSIBEL].channels(nobody) == {Channel.COUNTER}
    assert kinds.OF[KindCode.FLEKSIBEL].channels(replace(nobody, citizenship=Citizenship.CITIZEN)) >= {Channel.ONLINE}


def test_states_that_run_are_those_of_the_workflow() -> None:
    """kinds may not know the workflow; its lists agree with it."""
    from withdrawals import workflow  # noqa: PLC0415
    from withdrawals.kinds import common  # noqa: PLC0415

    assert set(workflow.OPEN) == common.RUNNING
    assert set(workflow.UNDECIDED) == common.UNDECIDED
    assert State.PAID not in common.RUNNING


def test_a_refusal_says_what_was_found_what_would_change_it_and_when() -> None:
    refusal = kinds.evaluate(facts(KindCode.AGE_50, "born=1977-03-03")).refusals[0]

    with translation.override("en"):
        reason = explanations.reason(refusal)
        assert reason.words == f"For members from age 50. You have not reached that age on {in_words(TODAY)}."
        assert reason.change == f"On {in_words(date(2027, 3, 3))} you turn 50."
    assert reason.until == date(2027, 3, 3)
    assert any("s. 54(6)(a)" in text for text in reason.citations)


@pytest.mark.parametrize(("on", "name"), [(date(2024, 5, 10), "Akaun 2"), (date(2024, 5, 11), "Akaun Sejahtera")])
def test_an_account_is_called_as_on_the_day(on: date, name: str) -> None:
    """Ruling 3."""
    found = kinds.evaluate(facts(KindCode.HOUSE_BUY, "sejahtera=100.00 .agreement_on=2024-01-01", on=on))
    below = next(one for one in found.refusals if one.code == "BALANCE_BELOW")
    condition = next(one for one in kinds.OF[KindCode.HOUSE_BUY].conditions if one.code == "BALANCE_BELOW")

    with translation.override("ms"):
        assert name in explanations.reason(below).words
        assert name in explanations.condition_words(condition, on)
        assert name in explanations.explained(found.steps).sentences[0]


@pytest.mark.parametrize("language", ["ms", "en"])
def test_a_refusal_for_a_spouse_or_a_parent_says_from_when_they_count(language: str) -> None:
    """P.U.(A) 177/2021, from 1 May 2021."""
    day = date(2021, 5, 1)
    with translation.override(language):
        for who in ("SPOUSE", "PARENT"):
            said = f".who={who} .student_name=Ali .student_id=850101101234"
            before, after = (kinds.evaluate(facts(KindCode.EDUCATION, said, on=on)) for on in (date(2021, 4, 30), day))
            (reason,) = explanations.reasons(before.refusals)
            assert (reason.code, reason.until) == ("EDUCATION_WHO", day)
            assert in_words(day) in reason.change
            assert after.refusals == ()
        for on in (date(2021, 4, 30), day):
            (condition,) = [one for one in kinds.OF[KindCode.EDUCATION].conditions if one.code == "EDUCATION_WHO"]
            assert in_words(day) in explanations.condition_words(condition, on), "the public list says it on both sides"


def test_certificate_level_3_is_told_from_when_and_a_school_is_told_nothing() -> None:
    told = [kinds.evaluate(facts(KindCode.EDUCATION, f".level={level}", on=date(2021, 12, 29))) for level in ("CERTIFICATE_3", "CERTIFICATE")]
    third, lower = (explanations.reasons(found.refusals)[0] for found in told)

    assert (third.until, lower.until, lower.change) == (date(2021, 12, 30), None, "")
    assert third.change


def test_a_member_of_60_has_a_way_to_akaun_55_and_reads_that_it_is_an_assumption() -> None:
    """Seed 003, item 12, ends it before 60; Age 60 is not a kind of this portal yet."""
    before, at_60 = (kinds.evaluate(facts(KindCode.AGE_55, f"born={born}")) for born in ("1966-11-24", "1966-11-23"))

    assert before.refusals == at_60.refusals == ()
    assert "AGE_55_FROM_60" not in {step.code for step in before.steps}
    with translation.override("en"):
        assert any("before 60" in text for text in explanations.explained(at_60.steps).assumptions)
        assert not any("before 60" in text for text in explanations.explained(before.steps).assumptions)


def test_what_rests_on_an_assumption_says_so() -> None:
    change = facts(KindCode.AGE_55, "earlier=AGE_55,ACTIVE,2026-01-01,1200.00,1200.00,,mode:MONTHLY,held:900.00")

    with translation.override("ms"):
        assert any("menamatkan bayaran berkala" in text for text in explanations.explained(kinds.evaluate(change).steps).assumptions)
