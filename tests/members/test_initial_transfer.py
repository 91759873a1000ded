"""The one transfer of 2024 on the member's page: seen before it is chosen, under a code, once and for good."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import translation

from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.notify.models import Message, Notice
from members.identity import tac
from members.identity.enums import Purpose
from members.identity.models import Approval, Challenge
from members.ledger import balances, posting
from members.ledger.enums import EntryKind, HolderKind
from members.models import Member
from members.services import initial_transfer
from tests import factories
from tests.factories import withdrawals
from tests.identity.tac_codes import digits_of
from tests.identity.test_security_pages import text_of
from tests.ledger.acts import together, unsound
from tests.members.conftest import _as_at
from tests.members.test_bank_accounts import signed_in

PAGE = "/member/initial-transfer/"
ON = date(2024, 6, 3)
BEFORE = date(2024, 4, 12)


@pytest.fixture
def day() -> Iterator[None]:
    """3 June 2024."""
    with _as_at(ON):
        yield


@pytest.fixture
def member(db: None, day: None) -> Member:
    """RM7,000 and RM3,000 on two accounts, credited in April 2024."""
    user = factories.UserFactory()
    factories.TacPhoneFactory(user=user)
    return saved(factories.MemberFactory(user=user))


def saved(member: Member, sejahtera: int = 300_000) -> Member:
    legs = [posting.Leg(posting.fund("CONTRIBUTION_CLEARING"), -700_000 - sejahtera), posting.Leg(posting.member(member.pk, "PERSARAAN"), 700_000)]
    posting.post(
        posting.Act(EntryKind.CONTRIBUTION, member.pk, 0, BEFORE, BEFORE, [*legs, posting.Leg(posting.member(member.pk, "SEJAHTERA"), sejahtera)])
    )
    return member


def stands(member: Member) -> dict[str, int]:
    return balances.balances_of(HolderKind.MEMBER, member.pk)


def approval_of(member: Member) -> Approval:
    shown = initial_transfer.shown(initial_transfer.preview(member, on=ON))
    challenge = tac.issue(user=member.user, purpose=Purpose.INITIAL_TRANSFER, shown=shown, at=clock.now())
    return tac.verify(challenge=challenge, user=member.user, digits=digits_of(challenge), at=clock.now())


def make(member: Member, approval: Approval | None = None, on: date = ON) -> int:
    return initial_transfer.transfer(member=member, approval=approval or approval_of(member), on=on, at=clock.now())


def chosen(client: Client) -> Any:
    client.post(PAGE, {"tac_send": "1"})
    return client.post(PAGE, {"tac": digits_of(Challenge.objects.latest("pk"))}, follow=True)


class TestPage:
    def test_before_and_after_are_seen_and_the_code_makes_it(self, member: Member) -> None:
        client = signed_in(member.user)  # type: ignore[arg-type]
        assert PAGE in client.get("/member/").content.decode()
        text = text_of(client.get(PAGE)).replace("\N{NO-BREAK SPACE}", " ")
        for words in ("3,000.00", "1,500.00", "1,000.00", "7,500.00", "10,000.00", "Tidak boleh dibatalkan", "RM 30"):
            assert words in text

        page = chosen(client)

        assert stands(member) == {"PERSARAAN": 750_000, "SEJAHTERA": 150_000, "FLEKSIBEL": 100_000}
        assert "Pindahan telah dibuat" in text_of(page)
        assert PAGE not in client.get("/member/").content.decode()
        assert "Pindahan amaun permulaan" in text_of(client.get("/member/accounts/FLEKSIBEL/"))
        assert unsound() == set()

    def test_a_second_click_is_harmless(self, member: Member) -> None:
        client = signed_in(member.user)  # type: ignore[arg-type]
        client.post(PAGE, {"tac_send": "1"})
        code = {"tac": digits_of(Challenge.objects.latest("pk"))}

        answers = [client.post(PAGE, code, follow=True) for _ in range(2)]

        assert [answer.status_code for answer in answers] == [200, 200]
        assert stands(member)["FLEKSIBEL"] == 100_000
        assert Notice.objects.filter(code="INITIAL_TRANSFER").count() == 1

    def test_a_wrong_code_changes_nothing_and_keeps_the_page(self, member: Member) -> None:
        client = signed_in(member.user)  # type: ignore[arg-type]
        client.post(PAGE, {"tac_send": "1"})

        page = client.post(PAGE, {"tac": "000000" if digits_of(Challenge.objects.latest("pk")) != "000000" else "000001"})

        assert page.status_code == 422
        assert "FLEKSIBEL" not in stands(member)

    @pytest.mark.parametrize(("on", "words"), [(date(2024, 5, 11), "12 Mei 2024"), (date(2024, 9, 1), "31 Ogos 2024")])
    def test_outside_of_its_time_the_page_says_so(self, member: Member, on: date, words: str) -> None:
        client = signed_in(member.user)  # type: ignore[arg-type]
        with _as_at(on):
            assert words in text_of(client.get(PAGE)).replace("\N{NO-BREAK SPACE}", " ")
            assert client.post(PAGE, {"tac_send": "1"}).status_code == 422
            assert PAGE not in client.get("/member/").content.decode()

    def test_in_english(self, member: Member) -> None:
        with translation.override("en"):
            text = text_of(signed_in(member.user).get(f"/en{PAGE}"))  # type: ignore[arg-type]
        assert "Initial amount" in text
        assert "cannot be undone" in text


@pytest.mark.django_db(transaction=True)
class TestRefused:
    def test_a_second_time(self, member: Member) -> None:
        make(member)
        other = approval_of_nothing(member)

        with pytest.raises(initial_transfer.NotAllowed) as refused:
            make(member, other)

        assert refused.value.refusal.code == "TRANSFER_DONE"
        assert AuditEvent.objects.filter(action="member.initial_transfer", refused=True).count() == 1

    def test_from_55_and_the_books_follow(self, member: Member) -> None:
        approval = approval_of(member)
        Member.objects.filter(pk=member.pk).update(birth_date=date(1969, 6, 3))
        member.refresh_from_db()

        with pytest.raises(initial_transfer.NotAllowed) as refused:
            make(member, approval)

        assert refused.value.refusal.code == "TRANSFER_TOO_OLD"
        assert stands(member)["AKAUN_55"] == 1_000_000

    def test_other_amounts_than_the_code_approved(self, member: Member) -> None:
        """Money that came in meanwhile makes another transfer: another code approves it."""
        approval = approval_of(member)
        posting.post(
            posting.Act(
                EntryKind.CONTRIBUTION,
                10_001,
                0,
                ON,
                ON,
                [posting.Leg(posting.fund("CONTRIBUTION_CLEARING"), -3000), posting.Leg(posting.member(member.pk, "SEJAHTERA"), 3000)],
            )
        )

        with pytest.raises(tac.Refused):
            make(member, approval)

        assert "FLEKSIBEL" not in stands(member)

    def test_held_money_stays_where_it_is_held(self, member: Member) -> None:
        account = posting.member(member.pk, "SEJAHTERA")
        withdrawals.hold(account, 250_000, on=ON)

        make(member)

        assert stands(member) == {"PERSARAAN": 700_000, "SEJAHTERA": 250_000, "FLEKSIBEL": 50_000}


def approval_of_nothing(member: Member) -> Approval:
    return approval_of(member)


@pytest.mark.django_db
def test_who_chose_is_told_and_reads_it_in_the_own_log(member: Member) -> None:
    make(member)

    assert Message.objects.filter(code="INITIAL_TRANSFER").count() == 1
    event = AuditEvent.objects.get(action="member.initial_transfer")
    assert event.data == {
        "before": {"PERSARAAN": "7000.00", "SEJAHTERA": "3000.00", "FLEKSIBEL": "0.00"},
        "after": {"PERSARAAN": "7500.00", "SEJAHTERA": "1500.00", "FLEKSIBEL": "1000.00"},
    }


@pytest.mark.django_db
class TestPostgresql:
    """It is once, and in its time, whoever posts."""

    def act(self, member: Member, *, part: int = 0, on: date = ON) -> posting.Act:
        legs = [posting.Leg(posting.member(member.pk, "SEJAHTERA"), -1), posting.Leg(posting.member(member.pk, "FLEKSIBEL"), 1)]
        return posting.Act(EntryKind.INITIAL_TRANSFER, member.pk, part, on, on, legs)

    def test_no_second_entry(self, member: Member) -> None:
        posting.post(self.act(member))
        with pytest.raises(posting.AlreadyPosted):
            posting.post(self.act(member))
        with pytest.raises(IntegrityError, match="ledger_entry_initial_transfer_once"), transaction.atomic():
            posting.post(self.act(member, part=1))

    @pytest.mark.parametrize("on", [date(2024, 5, 11), date(2024, 9, 1)])
    def test_no_other_day(self, member: Member, on: date) -> None:
        with pytest.raises(IntegrityError, match="ledger_entry_initial_transfer_once"), transaction.atomic():
            posting.post(self.act(member, on=on))


@pytest.mark.django_db(transaction=True)
def test_of_many_clicks_at_once_one_moves(member: Member) -> None:
    approvals = [approval_of(member)]

    outcomes = together(4, lambda place: make(member, approvals[0]))

    assert sum(isinstance(one, int) for one in outcomes) == 1
    assert stands(member) == {"PERSARAAN": 750_000, "SEJAHTERA": 150_000, "FLEKSIBEL": 100_000}
    assert unsound() == set()
