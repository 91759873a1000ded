"""A monthly debit for another member: the rule of its day, what each of the two is told and may see, two payers at once, what PostgreSQL holds."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from contributions.enums import IncentiveScheme, MandateState, MonthlyEnd, PaymentMethod, VoluntaryKind
from contributions.facts import AnotherPayer, VoluntaryFacts
from contributions.models import Mandate, Payment, VoluntaryContribution, VoluntaryOrder
from contributions.rules import monthly
from contributions.services import leave, mandates, monthly_debits, voluntary
from contributions.services.monthly_debits import OPEN_ALREADY
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common.clock import KL
from kwsp_portal.notify import kinds
from kwsp_portal.notify.models import Message, Notice
from members.enums import Citizenship
from members.identity import tac
from members.identity.enums import Purpose
from members.models import Member
from tests import factories
from tests.contributions import volunteering
from tests.contributions.volunteering import ISARAAN, OWN, TOP_UP
from tests.factories import leave as codes
from tests.jobs.threads import at_once

pytestmark = pytest.mark.django_db
ON = date(2026, 3, 5)
AT = datetime(2026, 3, 5, 9, 30, tzinfo=KL)
FACTS = VoluntaryFacts(kind=OWN, amount=Decimal(200), birth_date=date(1990, 5, 1), citizenship=Citizenship.CITIZEN)
LIVING = AnotherPayer()
ACCOUNT = {"bank": "MBBEMYKL", "account": "512345678901"}
GONE = Decimal(0)


@pytest.mark.parametrize(
    ("changes", "payer", "amount", "next_on", "ends"),
    [
        ({"credited": Decimal(99_800)}, LIVING, "200", date(2026, 4, 5), None),
        ({"credited": Decimal("99800.01")}, LIVING, "0", date(2027, 1, 5), None),
        ({"credited": Decimal(100_000)}, LIVING, "0", date(2027, 1, 5), None),
        ({}, AnotherPayer(died_on=date(2026, 3, 5)), "0", date(2026, 4, 5), MonthlyEnd.HOLDER),
        ({}, AnotherPayer(died_on=date(2026, 3, 6)), "200", date(2026, 4, 5), None),
        ({"died_on": date(2026, 3, 1)}, LIVING, "0", date(2026, 4, 5), MonthlyEnd.DIED),
        ({"died_on": date(2026, 3, 1)}, AnotherPayer(died_on=date(2026, 3, 1)), "0", date(2026, 4, 5), MonthlyEnd.HOLDER),
        ({"birth_date": date(1951, 3, 5)}, LIVING, "0", date(2026, 4, 5), MonthlyEnd.TOO_OLD),
        ({"citizenship": Citizenship.NON_CITIZEN}, LIVING, "0", date(2026, 4, 5), MonthlyEnd.FOREIGN),
        ({"kind": ISARAAN}, LIVING, "0", date(2026, 4, 5), MonthlyEnd.NO_MORE),
        ({"kind": ISARAAN, "schemes": frozenset({IncentiveScheme.ISARAAN})}, LIVING, "200", date(2026, 4, 5), None),
    ],
)
def test_another_s_debit_is_collected_whole_or_not_at_all_and_ends_with_either_of_the_two(
    changes: dict[str, Any], payer: AnotherPayer, amount: str, next_on: date, ends: MonthlyEnd | None
) -> None:
    assert monthly.decide(FACTS._replace(**changes), day=5, on=ON, payer=payer) == (Decimal(amount), next_on, ends)


def standing(payer: Member, whom: Member | None, **fields: Any) -> Mandate:
    """One that the bank has verified, and whose day is today."""
    good = {"kind": OWN, "day": ON.day, "next_on": ON, "state": MandateState.ACTIVE, "active_from": ON, "ceiling": Decimal(200)}
    made = {"number": f"DDA{Mandate.objects.count()}A", "ending": "8901", "applied_by": payer.user, "applied_on": ON}
    return Mandate.objects.create(member=payer, whom=whom, **{**good, **made, **ACCOUNT, **fields})


def two() -> tuple[Member, Member]:
    """Who pays, and who is paid for; both sign in."""
    return volunteering.member(name="RAMLAH BINTI OSMAN"), volunteering.member(name="AMINAH BINTI YUSOF")


def due(on: date = ON) -> int:
    with transaction.atomic():
        return monthly_debits.order_due(on=on, at=AT)


def room(member: Member, left: str) -> None:
    """What was credited already leaves so much of the year."""
    amount = Decimal(100_000) - Decimal(left)
    whole = {"member": member, "kind": TOP_UP, "amount": amount, "paid_on": ON, "credited": amount, "returned": GONE, "credited_on": ON}
    VoluntaryContribution.objects.create(**whole)


def said(member: Member, language: str = "ms") -> list[str]:
    """The member's notices about debits, in words."""
    with translation.override(language):
        found = Notice.objects.filter(whose="MEMBER", whose_id=member.pk, code__startswith="MONTHLY").order_by("pk")
        return [" ".join((shown := kinds.shown(one.code, one.figures)).paragraphs) + shown.subject for one in found]


def apply(payer: Member, whom: Member, coded_for: Member | None = None, **changes: Any) -> Mandate:
    """As the page does once the code is typed, which was for `coded_for`."""
    asked: dict[str, Any] = {"kind": OWN, "day": 5, "amount": Decimal(200), **ACCOUNT, **changes}
    another = monthly_debits.another(coded_for or whom, payer)
    shown = leave.to_debit_monthly(whom=another.number if another else "", **asked)
    user = volunteering.user_of(payer)
    approval = codes.as_rows(user=user, purpose=Purpose.DIRECT_DEBIT, shown=shown, at=AT)
    return monthly_debits.apply(member=whom, **asked, by=user, approval=approval, on=ON, at=AT)


def refused(payer: Member, whom: Member, **changes: Any) -> list[str]:
    with pytest.raises(voluntary.NotPayable) as caught:
        apply(payer, whom, **changes)
    return [refusal.code for refusal in caught.value.refusals]


def test_what_is_applied_for_another_is_theirs_alone_and_of_each_kind_one_is_open() -> None:
    payer, whom = two()
    third = volunteering.member()
    made = [apply(payer, whom), apply(payer, payer), apply(payer, third), apply(payer, whom, kind=TOP_UP), apply(third, whom)]

    assert [(one.member, one.whom, one.credited) for one in made] == [
        (payer, whom, whom), (payer, None, payer), (payer, third, third), (payer, whom, whom), (third, whom, whom),
    ]  # fmt: skip
    assert {one.owner for one in made} == {payer, third}
    assert refused(payer, whom, amount=Decimal(300)) == [OPEN_ALREADY]
    kept = AuditEvent.objects.get(action="mandate.apply", refused=True)
    assert {payer.subject, whom.subject} <= set(kept.subjects)
    with pytest.raises(IntegrityError, match="mandate_one_open_of_kind"), transaction.atomic():
        standing(payer, whom)
    with pytest.raises(IntegrityError, match="mandate_one_open_of_kind"), transaction.atomic():
        standing(payer, None)
    with pytest.raises(IntegrityError, match="mandate_whom_is_another_person_s"), transaction.atomic():
        Mandate.objects.create(
            employer=factories.EmployerFactory(), whom=whom, number="DDAE", ending="8901", applied_by=payer.user, applied_on=ON, ceiling=5, **ACCOUNT
        )


def test_a_code_for_one_member_allows_no_debit_for_another() -> None:
    payer, whom = two()
    for coded_for, meant in ((volunteering.member(), whom), (payer, whom), (whom, payer)):
        with pytest.raises(tac.Refused):
            apply(payer, meant, coded_for)

    assert not Mandate.objects.exists()


def test_the_sms_says_for_whom() -> None:
    payer, whom = two()
    shown = leave.to_debit_monthly(whom=whom.number, kind=OWN, day=5, amount=Decimal(200), **ACCOUNT)
    codes.leave_for(user=volunteering.user_of(payer), purpose=Purpose.DIRECT_DEBIT, shown=shown, at=AT)
    figures = Message.objects.latest("pk").figures

    for language, words in (("ms", f"bagi ahli {whom.number}"), ("en", f"for member {whom.number}")):
        with translation.override(language):
            assert words in kinds.shown(f"TAC_{Purpose.DIRECT_DEBIT}", figures, {"tac": "123456"}).paragraphs[0]


@pytest.mark.parametrize(
    ("fields", "code"),
    [({"aged_76": True}, "MEMBER_TOO_OLD"), ({"died_on": date(2026, 3, 1)}, "MEMBER_DIED"), ({"non_citizen": True}, "MEMBER_FOREIGN"), ({}, None)],
)
def test_who_cannot_be_credited_is_debited_for_by_nobody(fields: dict[str, Any], code: str | None) -> None:
    payer = volunteering.member(**fields)
    whom = factories.MemberFactory(**fields)
    other = volunteering.member()

    if code is None:
        assert refused(other, whom, kind=ISARAAN) == ["NOT_REGISTERED"]
        assert refused(other, whom, amount=Decimal("100000.01")) == ["ABOVE_CEILING"]
        volunteering.register(whom)
        assert apply(other, whom, kind=ISARAAN).whom == whom
        return
    assert refused(other, whom) == [code]
    # Nothing of who pays stands in the way.
    assert apply(payer, other).whom == other


def test_who_pays_learns_no_figure_of_who_is_credited() -> None:
    payer, whom = two()
    found = standing(payer, whom)
    room(whom, "199.99")

    assert due() == 0

    found.refresh_from_db()
    assert (found.state, found.next_on, Payment.objects.count()) == (MandateState.ACTIVE, date(2027, 1, 5), 0)
    for language, words in (("ms", "melebihi apa yang tinggal"), ("en", "above what is left")):
        (news,) = said(payer, language)
        assert words in news
        assert f"{whom.number} (AM**** BI*** YU***)" in news
        assert "199.99" not in news
        assert "AMINAH" not in news
    assert said(whom) == []


@pytest.mark.parametrize(
    ("reason", "payer_has", "whom_has", "kind", "words"),
    [
        ("DIED", {}, {"died_on": ON}, OWN, "tidak menerima caruman lagi"),
        ("TOO_OLD", {}, {"aged_76": True}, OWN, "Ahli itu sudah mencapai umur"),
        ("FOREIGN", {}, {"non_citizen": True}, OWN, "warganegara Malaysia"),
        ("NO_MORE", {}, {}, ISARAAN, "Ahli itu tidak berdaftar bagi insentif itu"),
        ("HOLDER", {"died_on": ON}, {}, OWN, "Pemegang akaun bank itu telah meninggal dunia"),
    ],
)
def test_it_ends_by_what_happens_to_either_and_only_who_pays_is_told(
    reason: str, payer_has: dict[str, Any], whom_has: dict[str, Any], kind: VoluntaryKind, words: str
) -> None:
    payer, whom = volunteering.member(**payer_has), volunteering.member(**whom_has)
    found = standing(payer, whom, kind=kind)

    assert due() == 0

    found.refresh_from_db()
    assert (found.state, found.reason, Payment.objects.count()) == (MandateState.ENDED, reason, 0)
    (news,) = said(payer)
    assert words in news
    assert said(whom) == []
    kept = AuditEvent.objects.get(action="mandate.ended")
    assert {payer.subject, whom.subject} <= set(kept.subjects)
    assert kept.data["payer_reason"] == reason
    assert found.pk in mandates.due_for_question(on=ON), "the bank is told that it is over"


def test_the_log_of_who_is_credited_has_nothing_of_the_payer_s_bank() -> None:
    payer, whom = two()
    apply(payer, whom)
    Mandate.objects.update(state=MandateState.ACTIVE, active_from=ON, next_on=ON)
    assert due() == 1

    events = AuditEvent.objects.filter(subjects__contains=[whom.subject])
    assert set(events.values_list("action", flat=True)) == {"mandate.apply", "voluntary.start"}
    for event in events:
        assert not {"bank", "ending"} & event.data.keys()
    own = AuditEvent.objects.get(action="mandate.apply")
    assert (own.data["payer_bank"], own.data["payer_ending"], own.data["whom"]) == ("Maybank", "8901", whom.number)


def test_postgresql_keeps_a_debit_to_whom_was_agreed() -> None:
    payer, whom = two()
    found = standing(payer, whom)

    def debit(member: Member, by: Member, kind: VoluntaryKind = OWN) -> Payment:
        asked = VoluntaryOrder.objects.create(member=member, payer=by, kind=kind)
        when = {"started_by": payer.user, "started_on": ON, "started_at": AT, "order_no": f"260305T{asked.pk}"}
        given = {"mandate": found, "collect_on": ON, "bank_code": found.bank, "amount": Decimal(200)}
        return Payment.objects.create(method=PaymentMethod.DDA, voluntary=asked, **given, **when)

    for member, by in ((payer, payer), (whom, whom), (payer, whom), (volunteering.member(), payer)):
        with pytest.raises(IntegrityError, match="no more than was agreed"), transaction.atomic():
            debit(member, by)
    assert debit(whom, payer).collection_id is None


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_are_one_debit_and_two_payers_two() -> None:
    payer, whom = two()
    other = volunteering.member()

    def click(number: int) -> bool:
        try:
            return bool(apply(other if number == 3 else payer, whom))
        except voluntary.NotPayable:
            return False

    assert sorted(at_once(4, click)) == [False, False, True, True]
    assert set(Mandate.objects.values_list("member", "whom")) == {(payer.pk, whom.pk), (other.pk, whom.pk)}


@pytest.mark.django_db(transaction=True)
def test_of_debits_of_two_payers_the_first_has_the_last_ringgit_and_each_is_ordered_once() -> None:
    payer, whom = two()
    first, second = standing(payer, whom), standing(volunteering.member(), whom)
    room(whom, "399.99")

    assert sorted(at_once(3, lambda _number: due())) == [0, 0, 1]

    made = Payment.objects.get()
    assert (made.mandate_id, made.amount, made.voluntary.member_id, made.voluntary.payer_id) == (first.pk, 200, whom.pk, payer.pk)  # type: ignore[union-attr]
    second.refresh_from_db()
    assert (second.state, second.next_on) == (MandateState.ACTIVE, date(2027, 1, 5))
    assert Notice.objects.get(code="MONTHLY_PAUSED_FOR").whose_id == second.member_id
