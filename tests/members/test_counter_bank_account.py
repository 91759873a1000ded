"""The account of who has no i-Akaun, registered at a counter: the print in place of the code, the bank's word for whose it is, the day of cooling."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.test import Client

from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.bank.names import AccountKind
from kwsp_portal.common import clock
from kwsp_portal.notify.models import Message, Notice
from kwsp_portal.thumbprint import demo as reader
from members.enums import BankAccountRefusal, BankAccountState, NameMatch, Thumb
from members.identity.enums import Role
from members.identity.models import User
from members.models import BankAccount, IdentityCheck, Member, OfficerIdentity
from members.selectors import bank_accounts as selectors
from members.selectors import cooling
from members.services import account_names, bank_accounts, checking, own_record, registering
from tests import factories
from tests.identity.conftest import person, sign_in_officer
from tests.members import bank_names
from tests.members.counter import ON, checklist, without_thumb

__all__ = ["person"]

pytestmark = pytest.mark.django_db
BANK, NUMBER = "MBBEMYKL", "114123456789"
SEEN = ["ORIGINAL", "LIKENESS", "REGISTER"]


@pytest.fixture(autouse=True)
def _told_bank(settings: LazySettings) -> Iterator[None]:
    settings.BANK_NAMES = {"gateway": "tests.members.bank_names.ToldBank"}
    bank_names.ASKED.clear()
    bank_names.NEXT.clear()
    yield
    assert bank_names.NEXT == []


@pytest.fixture
def member() -> Member:
    found: Member = factories.MemberFactory(user=None, name="AMINAH BINTI YUSOF", phone="+60123456789")
    return found


@pytest.fixture
def officer(person: Callable[..., User]) -> User:  # noqa: F811
    return person("kaunter08", Role.COUNTER_OFFICER)


def ask(member: Member, by: User, seen: checking.Checklist | None = None, *, number: str = NUMBER) -> BankAccount:
    at = clock.now()
    row = bank_accounts.ask_at_counter(member=member, bank=BANK, number=number, checklist=seen or checklist(), by=by, on=ON, at=at)
    account_names.verify(account_id=row.pk, at=at)
    return BankAccount.objects.get(pk=row.pk)


def test_it_is_taken_when_the_bank_names_the_member_and_cools_off_for_a_day(member: Member, officer: User) -> None:
    row = ask(member, officer)

    assert (row.state, row.match, selectors.current(member)) == (BankAccountState.CURRENT, NameMatch.FULL, row)
    assert (row.identity_check.checked_by, row.identity_check.thumb) == (officer, Thumb.MATCHED)  # type: ignore[union-attr]
    waits = cooling.of(member, at=clock.now())
    assert waits is not None
    assert waits.until - row.since == timedelta(hours=24)  # type: ignore[operator]
    assert Message.objects.filter(to=member.phone, code="BANK_ACCOUNT_CHANGED").count() == 1
    event = AuditEvent.objects.get(action="bank_account.ask")
    assert (event.actor_id, member.subject in event.subjects, NUMBER in str(event.data)) == (officer.pk, True, False)
    with pytest.raises(bank_accounts.NotNow, match="SAME"):
        ask(member, officer)


def test_who_left_no_number_finds_it_in_the_inbox_of_the_i_akaun_to_come(officer: User) -> None:
    member = factories.MemberFactory(user=None, name="AMINAH BINTI YUSOF", phone="")
    ask(member, officer)
    assert list(Notice.objects.filter(whose_id=member.pk).values_list("code", flat=True)) == ["BANK_ACCOUNT_CHANGED"]


def test_whose_it_is_the_bank_says_here_too(member: Member, officer: User) -> None:
    bank_names.NEXT.append(bank_names.of("AMINAH BINTI YUSOF", kind=AccountKind.JOINT))
    assert ask(member, officer).why == BankAccountRefusal.JOINT
    bank_names.NEXT.append(bank_names.of("SITI BINTI KASSIM"))
    assert ask(member, officer).why == BankAccountRefusal.NAME
    bank_names.NEXT.append(bank_names.of("AMINAH BINTI YUSUF"))
    near = ask(member, officer)
    assert near.state == BankAccountState.REVIEW
    assert selectors.current(member) is None

    bank_accounts.decide(account=near, right=True, by=officer, at=clock.now())

    assert selectors.current(member) == near


def test_who_may_and_for_whom(member: Member, officer: User) -> None:
    tried: list[tuple[type[Exception], Callable[[], object]]] = [
        (checking.Incomplete, lambda: ask(member, officer, checklist(thumb=Thumb.SILENT))),
        (checking.Incomplete, lambda: ask(member, officer, checklist(seen=frozenset()))),
        (checking.Incomplete, lambda: ask(member, officer, without_thumb(Thumb.REFUSED))),
        (registering.NoRight, lambda: ask(member, factories.UserFactory(role=Role.WITHDRAWAL_OFFICER))),
        (bank_accounts.HasIAkaun, lambda: ask(factories.MemberFactory(user=factories.UserFactory()), officer)),
    ]
    named = {"identity_kind": member.identity_kind, "identity_number": member.identity_number, "reason": "Ujian", "named_at": clock.now()}
    mine = factories.UserFactory(role=Role.COUNTER_OFFICER)
    OfficerIdentity.objects.create(user=mine, named_by=factories.UserFactory(role=Role.ADMINISTRATOR), **named)
    for error, act in [*tried, (own_record.OwnRecord, lambda: ask(member, mine))]:
        with pytest.raises(error):
            act()
    assert (BankAccount.objects.count(), IdentityCheck.objects.count(), bank_names.ASKED) == (0, 0, [])

    assert ask(member, officer, without_thumb()).state == BankAccountState.CURRENT, "a second paper and the reason, as elsewhere"


def test_on_the_page(client: Client, member: Member, officer: User) -> None:
    here = f"/counter/members/{member.number}/bank-account/"
    sign_in_officer(client, officer.user_id)
    assert client.get(here)["Location"] == "/counter/?reason=1"
    client.post("/counter/", {"q": "30000000", "reason": "AT_COUNTER"})
    page = client.get(here).content.decode()
    assert "Belum ada yang disahkan oleh bank" in page
    assert member.identity_number not in page
    form = {"bank": BANK, "account": NUMBER, "paper_number": member.identity_number, "seen": SEEN}
    for wrong, said in (
        ({"paper_number": "900101145678"}, "Nombor pada dokumen berlainan"),
        ({"account": "12"}, "Nombor akaun"),
        ({}, "Cap ibu jari tidak disahkan"),
    ):
        answer = client.post(here, form | wrong)
        assert (answer.status_code, said in answer.content.decode(), BankAccount.objects.count()) == (422, True, 0), said
    reader.put(reader=officer.get_username(), card=member.identity_number, own=True, at=clock.now())

    assert client.post(here, form)["Location"] == here

    page = re.sub(r"\s+", " ", client.get(here).content.decode())
    assert "Maybank •••• 6789" in page
    assert "Akaun ini baharu: permohonan boleh dihantar selepas" in page
    assert NUMBER not in page
    reader.put(reader=officer.get_username(), card=member.identity_number, own=True, at=clock.now())
    assert (client.post(here, form)["Location"], BankAccount.objects.count()) == (here, 1), "the second click"
    theirs = factories.MemberFactory(user=factories.UserFactory())
    other = client.get(f"/counter/members/{theirs.number}/bank-account/").content.decode()
    assert "Ahli ini mempunyai i-Akaun" in other
    assert 'name="account"' not in other
