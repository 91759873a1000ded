"""Registering for i-Saraan: every condition, one at a time, what is told and kept; cancelling; at a counter with KWSP 16G(M)."""

import threading
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from contributions.enums import IncentiveScheme, Occupation, RegisteredAt, RegistrationEnd
from contributions.models import EKasihSpan, IncentiveRegistration
from contributions.selectors import registrations as selectors
from contributions.services import registering
from contributions.services.registering import Asked, NotAllowed, Seen
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.notify import kinds
from kwsp_portal.notify.models import Message, Notice
from members.enums import Thumb
from members.identity.enums import Role
from members.identity.models import User
from members.models import IdentityCheck, Member, OfficerIdentity
from members.services import checking, own_record
from members.services import registering as counter
from tests import factories
from tests.contributions.conftest import Office
from tests.contributions.correcting import credited
from tests.contributions.paying import Bank
from tests.identity.tac_codes import bound
from tests.members.counter import AT, PDF, checklist

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 2)
TOMORROW = date(2026, 11, 3)
TRADER = Asked(occupation=Occupation.TRADER, declared=True)


@pytest.fixture
def user() -> User:
    found: User = factories.UserFactory()
    return found


@pytest.fixture
def member(user: User) -> Member:
    found: Member = factories.MemberFactory(user=user)
    return found


@pytest.fixture
def officer() -> User:
    found: User = factories.UserFactory(role=Role.COUNTER_OFFICER)
    return found


def register(member: Member, asked: Asked = TRADER, on: date = ON) -> IncentiveRegistration:
    assert member.user is not None
    return registering.register(member=member, asked=asked, by=member.user, on=on)


def cancel(member: Member, on: date = ON) -> IncentiveRegistration:
    assert member.user is not None
    return registering.cancel(member=member, by=member.user, on=on)


def isuri(member: Member, first: date = date(2026, 1, 1)) -> IncentiveRegistration:
    EKasihSpan.objects.create(member=member, first=first)
    return IncentiveRegistration.objects.create(member=member, scheme=IncentiveScheme.ISURI, first=first, registered_at="LIST")


def told(member: Member) -> list[str]:
    return list(Notice.objects.filter(whose="MEMBER", whose_id=member.pk).order_by("pk").values_list("code", flat=True))


def acts(member: Member) -> list[tuple[str, bool]]:
    found = AuditEvent.objects.filter(subjects__contains=[member.subject], action__startswith="incentive.")
    return list(found.order_by("pk").values_list("action", "refused"))


class TestRegistering:
    def test_it_holds_from_that_day_is_told_and_kept(self, member: Member) -> None:
        found = register(member)

        assert (found.first, found.last, found.registered_at) == (ON, None, RegisteredAt.ACCOUNT)
        assert selectors.as_it_stands(member, found, on=ON).good, "a contribution of that day counts"
        assert told(member) == ["INCENTIVE_REGISTERED"]
        assert acts(member) == [("incentive.register", False)]
        words = kinds.shown("INCENTIVE_REGISTERED", Notice.objects.get().figures)
        assert words.subject == "Anda didaftarkan untuk i-Saraan mulai 2\xa0Nov\xa02026"

    def test_the_same_again_is_a_second_click(self, member: Member) -> None:
        assert register(member) == register(member)
        assert (IncentiveRegistration.objects.count(), len(told(member))) == (1, 1)

    def test_other_work_while_it_holds_is_refused(self, member: Member) -> None:
        register(member)
        with pytest.raises(NotAllowed, match="HOLDS_ALREADY"):
            register(member, Asked(occupation=Occupation.AGENT, declared=True))

    def test_other_work_is_written(self, member: Member) -> None:
        with pytest.raises(NotAllowed, match="NO_WORK"):
            register(member, Asked(occupation=Occupation.OTHER, other_work="  ", declared=True))
        assert register(member, Asked(occupation=Occupation.OTHER, other_work=" Tukang  jahit", declared=True)).other_work == "Tukang jahit"

    def test_nothing_without_the_declaration(self, member: Member) -> None:
        with pytest.raises(NotAllowed, match="NOT_DECLARED"):
            register(member, Asked(occupation=Occupation.TRADER))
        assert not IncentiveRegistration.objects.exists()

    @pytest.mark.parametrize(
        ("changed", "lacking"),
        [
            ({"permanent_resident": True}, ["CITIZEN"]),
            ({"birth_date": date(1966, 11, 2)}, ["AGE"]),
            ({"birth_date": date(1966, 11, 2), "permanent_resident": True}, ["CITIZEN", "AGE"]),
        ],
    )
    def test_every_condition_that_is_not_met_is_said_together(self, user: User, changed: dict[str, Any], lacking: list[str]) -> None:
        member = factories.MemberFactory(user=user, **changed)
        with pytest.raises(NotAllowed, match="CONDITIONS") as refused:
            register(member)
        assert [one.code for one in refused.value.unmet] == lacking
        assert not IncentiveRegistration.objects.exists()

    def test_the_day_before_the_sixtieth_birthday_is_young_enough(self, user: User) -> None:
        assert register(factories.MemberFactory(user=user, birth_date=date(1966, 11, 3))).first == ON

    def test_who_works_for_an_employer_is_no_occupation_of_it(self, member: Member) -> None:
        with pytest.raises(NotAllowed, match="CONDITIONS"):
            register(member, Asked(occupation=Occupation.EMPLOYEE, declared=True))

    def test_an_employers_contribution_of_the_month_stands_in_the_way_but_not_of_a_pensioner(self, office: Office, bank: Bank) -> None:
        member = office.hire(user=factories.UserFactory())
        credited(office, bank, member)
        day = date(2026, 11, 20)

        with pytest.raises(NotAllowed) as refused:
            register(member, on=day)
        assert [one.code for one in refused.value.unmet] == ["NO_EMPLOYER"]
        assert register(member, Asked(occupation=Occupation.PENSIONABLE, declared=True), day).first == day
        cancel(member, day)
        assert register(member, on=date(2026, 12, 1)).first == date(2026, 12, 1), "the next month has none"

    def test_a_year_without_terms(self, member: Member) -> None:
        with pytest.raises(NotAllowed, match="NOT_IN_FORCE"):
            register(member, on=date(2017, 6, 1))

    def test_who_died_is_not_registered(self, user: User) -> None:
        with pytest.raises(NotAllowed, match="DIED"):
            register(factories.MemberFactory(user=user, deceased=True))


class TestCancelling:
    def test_it_ends_that_day_and_the_next_begins_the_day_after(self, member: Member) -> None:
        register(member)
        found = cancel(member, date(2026, 11, 9))
        again = register(member, on=date(2026, 11, 9))

        assert (found.last, found.ended_why, found.ended_by) == (date(2026, 11, 9), RegistrationEnd.MEMBER, member.user)
        assert again.first == date(2026, 11, 10)
        assert told(member) == ["INCENTIVE_REGISTERED", "INCENTIVE_CANCELLED", "INCENTIVE_REGISTERED"]

    def test_twice_is_once(self, member: Member) -> None:
        register(member)
        assert cancel(member) == cancel(member)
        assert told(member).count("INCENTIVE_CANCELLED") == 1

    def test_what_begins_tomorrow_is_cancelled_with_it(self, member: Member) -> None:
        register(member)
        cancel(member)
        later = register(member)
        assert (later.first, cancel(member).last) == (TOMORROW, TOMORROW)

    def test_nothing_held(self, member: Member) -> None:
        with pytest.raises(NotAllowed, match="NOTHING_HELD"):
            cancel(member)

    def test_i_suri_first(self, member: Member) -> None:
        isuri(member)
        with pytest.raises(NotAllowed, match="CANCEL_FIRST"):
            register(member)
        cancel(member)
        found = register(member)
        assert (found.scheme, found.first) == (IncentiveScheme.ISARAAN, TOMORROW)
        assert selectors.as_it_stands(member, found, on=TOMORROW).good

    def test_back_to_i_suri_while_the_list_has_her(self, member: Member) -> None:
        isuri(member)
        cancel(member)
        assert member.user is not None
        found = registering.register_listed(member=member, by=member.user, on=TOMORROW)
        assert (found.scheme, found.first, found.occupation) == (IncentiveScheme.ISURI, TOMORROW, "")
        assert registering.register_listed(member=member, by=member.user, on=TOMORROW) == found

    def test_i_suri_is_not_for_who_is_not_listed(self, member: Member) -> None:
        assert member.user is not None
        with pytest.raises(NotAllowed) as refused:
            registering.register_listed(member=member, by=member.user, on=ON)
        assert [one.code for one in refused.value.unmet] == ["ON_LIST"]


class TestAtACounter:
    def at_counter(self, member: Member, officer: User, asked: Asked = TRADER, **seen: Any) -> IncentiveRegistration:
        shown = Seen(**{"checklist": checklist(), "form": PDF, **seen})
        return registering.register_at_counter(member=member, asked=asked, seen=shown, by=officer, on=ON, at=AT)

    def test_with_the_form_the_checklist_and_the_officer(self, member: Member, officer: User) -> None:
        assert member.user is not None
        bound(member.user)
        found = self.at_counter(member, officer)

        assert found.form is not None
        assert bytes(found.form.content) == PDF.content
        assert (found.registered_at, found.registered_by) == (RegisteredAt.COUNTER, officer)
        assert found.identity_check == IdentityCheck.objects.get(member=member, checked_by=officer)
        assert Message.objects.filter(code="INCENTIVE_REGISTERED").exists(), "an SMS tells who did not ask"

    def test_the_form_is_for_the_first_time_only(self, member: Member, officer: User) -> None:
        with pytest.raises(NotAllowed, match="FORM_MISSING"):
            self.at_counter(member, officer, form=None)
        assert not IdentityCheck.objects.exists(), "nothing half done"
        self.at_counter(member, officer)
        registering.cancel_at_counter(member=member, checklist=checklist(), by=officer, on=ON, at=AT)
        assert self.at_counter(member, officer, form=None).form is None

    def test_who_holds_nothing_of_the_checklist(self, member: Member, officer: User) -> None:
        with pytest.raises(checking.Incomplete):
            self.at_counter(member, officer, checklist=checklist(thumb=Thumb.SILENT))

    def test_cancelled_there(self, member: Member, officer: User) -> None:
        register(member)
        found = registering.cancel_at_counter(member=member, checklist=checklist(), by=officer, on=ON, at=AT)
        assert (found.ended_why, found.ended_by) == (RegistrationEnd.COUNTER, officer)

    def test_the_own_record_is_another_officers(self, member: Member, officer: User) -> None:
        OfficerIdentity.objects.create(
            user=officer,
            identity_kind=member.identity_kind,
            identity_number=member.identity_number,
            reason="Pelantikan",
            named_by=factories.UserFactory(role=Role.ADMINISTRATOR),
            named_at=AT,
        )
        with pytest.raises(own_record.OwnRecord):
            self.at_counter(member, officer)
        with pytest.raises(own_record.OwnRecord):
            registering.cancel_at_counter(member=member, checklist=checklist(), by=officer, on=ON, at=AT)

    def test_only_who_sits_there(self, member: Member) -> None:
        with pytest.raises(counter.NoRight):
            self.at_counter(member, factories.UserFactory(role=Role.INSPECTOR))


class TestWhatPostgresqlKeeps:
    @pytest.mark.parametrize("column", ["scheme = 'ISURI'", "first = '2026-01-01'", "occupation = 'AGENT'", "member_id = member_id"])
    def test_a_registration_is_written_once(self, member: Member, column: str) -> None:
        found = register(member)
        with pytest.raises(Exception, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE contributions_incentiveregistration SET {column} WHERE id = %s", [found.pk])

    def test_and_never_deleted(self, member: Member) -> None:
        register(member)
        with pytest.raises(Exception, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM contributions_incentiveregistration")

    def test_it_ends_once(self, member: Member) -> None:
        register(member)
        cancel(member)
        with pytest.raises(IntegrityError, match="the first to stay"), transaction.atomic():
            IncentiveRegistration.objects.update(last=date(2026, 12, 1))


@pytest.mark.django_db(transaction=True)
def test_of_many_clicks_at_once_one_registers() -> None:
    """Signed in for several kinds of work at the same moment: one holds, the others are told so."""
    member = factories.MemberFactory(user=factories.UserFactory())
    works = [Occupation.TRADER, Occupation.AGENT, Occupation.FARMER, Occupation.PRACTICE]
    answers: list[str] = []
    ready = threading.Barrier(len(works))

    def click(work: Occupation) -> None:
        ready.wait()
        try:
            registering.register(member=member, asked=Asked(occupation=work, declared=True), by=member.user, on=ON)
            answers.append("REGISTERED")
        except NotAllowed as error:
            answers.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=click, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == ["HOLDS_ALREADY"] * 3 + ["REGISTERED"]
    assert IncentiveRegistration.objects.filter(last=None).count() == 1
    assert sorted(acts(member)) == [("incentive.register", False), *[("incentive.register", True)] * 3], "each refusal is in the trail"
