"""What the rules are told of earlier applications: only what they may know of another member's, and what a running one holds."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from kwsp_portal.common import money
from kwsp_portal.common.clock import KL
from members.enums import SubAccount
from members.ledger import posting
from members.ledger.enums import EntryKind, HoldKind
from members.models import Member
from tests.factories import withdrawals as make
from tests.factories.identity import UserFactory
from tests.factories.members import MemberFactory
from tests.statute import withdrawal_cases
from withdrawals import kinds
from withdrawals.enums import KindCode, Payee, State
from withdrawals.models import Application
from withdrawals.selectors import facts as gathering

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 20)
HOUSE = withdrawal_cases.PEOPLE[KindCode.HOUSE_INSTALMENT]["answers"]
MONTHLY = {"mode": "MONTHLY", "monthly": "100.00", "months": 12}
_NUMBERS = count(1)


def somebody(**fields: Any) -> Member:
    member: Member = MemberFactory(**fields)
    return member


def application(member: Member, kind: KindCode, *, state: State = State.SUBMITTED, asked: str = "1200.00", **fields: Any) -> Application:
    """As it was handed in; approved where its state says so."""
    particulars = fields.pop("particulars", {})
    approved = {"approved": Decimal(asked), "decided_on": ON} if state is State.ACTIVE else {}
    return Application.objects.create(
        number=f"K{next(_NUMBERS):09d}",
        member=member,
        kind=kind,
        state=state,
        particulars=particulars,
        subject=kinds.OF[kind].subject(particulars),
        asked=Decimal(asked),
        payee=Payee.PAYMENT_ORDER,
        drafted_on=ON,
        entered_by=UserFactory(),
        applied_on=ON,
        applied_at=datetime(2026, 11, 20, 9, 0, tzinfo=KL),
        due_on=ON,
        **approved,
        **fields,
    )


def save(member: Member, account: SubAccount, sen: int) -> None:
    legs = [posting.Leg(posting.fund("CONTRIBUTION_CLEARING"), -sen), posting.Leg(posting.member(member.pk, account.value), sen)]
    posting.post(posting.Act(EntryKind.INCENTIVE, next(_NUMBERS), 0, date(2026, 6, 1), date(2026, 6, 1), legs))


def test_of_anothers_application_the_rules_read_only_what_the_kind_shares() -> None:
    other = application(somebody(), KindCode.HOUSE_INSTALMENT, particulars=dict(HOUSE))

    found = gathering.gather(somebody(), KindCode.HOUSE_INSTALMENT, on=ON, subject=other.subject, particulars=HOUSE)

    assert [(one.own, dict(one.particulars), one.taken) for one in found.earlier] == [
        (False, {"monthly": "500.00", "instalment": "900.00", "statement_on": "2026-11-10"}, Decimal("1200.00"))
    ]
    assert gathering.from_json(gathering.to_json(found)) == found


def test_what_is_paid_of_a_running_plan_is_known_apart_from_what_was_approved() -> None:
    other = application(somebody(), KindCode.HOUSE_INSTALMENT, state=State.ACTIVE, particulars=dict(HOUSE))
    other.paid = Decimal("500.00")
    other.save(update_fields=["paid"])

    found = gathering.gather(somebody(), KindCode.HOUSE_INSTALMENT, on=ON, subject=other.subject, particulars=HOUSE)

    assert [(one.taken, one.paid) for one in found.earlier] == [(Decimal("1200.00"), Decimal("500.00"))]
    stored = gathering.to_json(found)
    assert gathering.from_json(stored) == found
    del stored["earlier"][0]["paid"], stored["payee"]
    assert gathering.from_json(stored).earlier[0].paid == Decimal(0), "kept before it was known"


def test_the_second_of_two_joint_applicants_has_what_the_first_left() -> None:
    answers = {**withdrawal_cases.PEOPLE[KindCode.HOUSE_BUY]["answers"], "together": "SPOUSE", "other_name": "Ani"}
    first = application(somebody(), KindCode.HOUSE_BUY, asked="9000.00", particulars=answers)
    second = somebody()
    save(second, SubAccount.SEJAHTERA, 2_000_000)

    typed = {**answers, "title": "hsd-12345"}
    found = gathering.gather(second, KindCode.HOUSE_BUY, on=ON, subject=kinds.OF[KindCode.HOUSE_BUY].subject(typed), particulars=typed)

    assert first.subject == "HSD12345"
    assert kinds.evaluate(found).most == Decimal("6000.00")
    first.state = State.CANCELLED
    first.save(update_fields=["state"])
    again = gathering.gather(second, KindCode.HOUSE_BUY, on=ON, subject=first.subject, particulars=typed)
    assert kinds.evaluate(again).most == Decimal("15000.00")


def test_an_instalment_that_the_bank_has_changed_since_is_said_with_the_new_statement() -> None:
    first = application(somebody(), KindCode.HOUSE_INSTALMENT, state=State.ACTIVE, particulars={**HOUSE, "statement_on": "2026-10-20"})
    second = somebody()
    save(second, SubAccount.SEJAHTERA, 2_000_000)

    def refusals(**told: object) -> set[str]:
        answers = {**HOUSE, "instalment": "950.00", "monthly": "450.00", **told}
        found = gathering.gather(
            second, KindCode.HOUSE_INSTALMENT, on=ON, subject=first.subject, particulars=answers, asked=Decimal("5400.00"), payee=Payee.PAYMENT_ORDER
        )
        return {one.code for one in kinds.evaluate(found).refusals} - {"NO_ACCOUNT"}

    assert refusals() == {"INSTALMENT_DIFFERS"}
    assert refusals(changed_on="2026-10-20") == {"INSTALMENT_DIFFERS"}, "the first statement would show it"
    assert refusals(changed_on="2026-11-11") == {"INSTALMENT_DIFFERS", "CHANGE_NOT_STATED"}, "the second does not show it yet"
    assert refusals(changed_on="2026-11-01") == set()
    assert refusals(changed_on="2026-11-01", monthly="450.01", months=12) >= {"MONTHLY_ABOVE"}, "together never above the new instalment"


def test_a_running_choice_of_55_may_be_changed_for_all_that_it_holds() -> None:
    member = somebody(birth_date=date(1970, 1, 1))
    save(member, SubAccount.AKAUN_55, 500_000)
    hold = posting.place_hold(
        account=posting.member(member.pk, SubAccount.AKAUN_55.value), amount_sen=120_000, kind=HoldKind.WITHDRAWAL, ref=next(_NUMBERS), booked_on=ON
    )
    application(member, KindCode.AGE_55, state=State.ACTIVE, particulars=MONTHLY, holds=[hold])

    found = gathering.gather(member, KindCode.AGE_55, on=ON, particulars={"mode": "ALL"})

    assert [one.held for one in found.earlier] == [Decimal("1200.00")]
    assert found.free(SubAccount.AKAUN_55) == Decimal("3800.00")
    assert kinds.evaluate(found).most == Decimal("5000.00")
    assert not kinds.OF[KindCode.AGE_55].holds(found)


def test_the_day_of_the_application_decides_who_may_and_the_money_is_of_the_day() -> None:
    member = somebody(birth_date=date(1971, 11, 21))
    save(member, SubAccount.SEJAHTERA, 80_000)
    handed_in = application(member, KindCode.AGE_50, asked="500.00")

    found = gathering.of_application(handed_in, on=date(2026, 11, 25))

    assert found.applied_on == ON
    assert found.free(SubAccount.AKAUN_55) == Decimal("800.00")
    result = kinds.evaluate(replace(found, account_verified=True))
    assert (result.refusals, result.most) == ((), Decimal("500.00"))
    assert [part.account for part in result.charges] == [SubAccount.AKAUN_55]
    assert sum((part.amount for part in result.charges), money.ZERO) == Decimal("500.00")


def test_a_husband_s_fees_are_one_cost_whether_he_applies_or_his_wife_does_for_him() -> None:
    husband, wife, namesake = make.saver(), make.saver(), make.saver()
    own = withdrawal_cases.PEOPLE[KindCode.EDUCATION]["answers"]
    make.handed_in(husband, kind=KindCode.EDUCATION, asked="5000.00", particulars=own)
    number = husband.identity_number
    hers = {
        **own,
        "who": "SPOUSE",
        "student_name": husband.name,
        "student_id": f"{number[:6]}-{number[6:8]}-{number[8:]}",
        "course": "sains komputer",
    }

    def most(member: Member, told: dict[str, Any]) -> Decimal:
        subject = kinds.OF[KindCode.EDUCATION].subject(told, member.identity_number)
        return kinds.evaluate(gathering.gather(member, KindCode.EDUCATION, on=make.ON, particulars=told, subject=subject)).most

    assert most(wife, hers) == Decimal("3000.00")
    assert most(namesake, own) == Decimal("8000.00"), "another's own course of the same name is another course"


@pytest.mark.parametrize("kind", list(KindCode))
def test_they_are_gathered_in_at_most_ten_queries_however_many_applied(kind: KindCode, django_assert_max_num_queries: Any) -> None:
    member, wife = somebody(birth_date=date(1975, 3, 5)), somebody()
    for one in (member, wife):
        for number in range(4):
            application(one, KindCode.HOUSE_INSTALMENT, state=State.REFUSED if number else State.ACTIVE, particulars=HOUSE)
    asked = Application.objects.filter(member=member).last()
    assert asked is not None

    with django_assert_max_num_queries(10):
        gathering.gather(member, kind, on=ON)
    with django_assert_max_num_queries(10):
        gathering.of_application(asked, on=ON)
