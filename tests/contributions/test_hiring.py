"""Somebody new on a wage list: JPN's simulator answers over HTTP, the member number is made at once, and a stranger learns nothing."""

from datetime import UTC, date, datetime

import pytest
from django.conf import LazySettings

from contributions.enums import FilingState, WageListSource
from contributions.models import WageList
from contributions.services import handing_in, hiring, wage_lists
from contributions.services.wage_lists import NotPossible
from employers.models import Employment
from kwsp_portal import jpn
from kwsp_portal.audit.models import AuditEvent
from members.enums import Citizenship, IdentityKind
from members.models import Member
from tests import factories
from tests.contributions.conftest import OCTOBER, ON, Office, work
from tests.contributions.test_wage_lists import write, written
from tests.jpn.conftest import _register as _register
from tests.jpn.conftest import register as register
from tests.jpn.jpn_process import JpnProcess

pytestmark = pytest.mark.django_db
AT = datetime(2126, 11, 10, 2, 0, tzinfo=UTC)
NUMBER = "950715105432"
FIRST_DAY = date(2026, 10, 12)


@pytest.fixture
def found(office: Office) -> WageList:
    return wage_lists.begin(employer=office.employer, wage_month=OCTOBER, source=WageListSource.EMPTY, by=office.maker, on=ON)


def hire(office: Office, wage_list: WageList, **fields: object) -> hiring.Hired:
    given = {"number": NUMBER, "name": "", "first_day": FIRST_DAY, "consent": True, "by": office.maker, "on": ON, "at": AT}
    return hiring.hire(wage_list_id=wage_list.pk, **{**given, **fields})  # type: ignore[arg-type]


def refusal(office: Office, wage_list: WageList, **fields: object) -> str:
    before = Member.objects.count()
    with pytest.raises(NotPossible) as refused:
        hire(office, wage_list, **fields)
    assert Member.objects.count() == before
    assert not wage_list.rows.exists()
    return refused.value.code


def outcomes() -> list[str]:
    return [event.data["outcome"] for event in AuditEvent.objects.filter(action=hiring.ACTION, refused=False).order_by("seq")]


def holder(number: str = NUMBER) -> jpn.Person:
    person = jpn.ask(number)
    assert person is not None
    return person


def test_who_is_no_member_becomes_one_at_once_and_is_employed_when_the_list_is_done(office: Office, found: WageList, register: JpnProcess) -> None:
    person = holder()

    row, enrolled = hire(office, found, name=person.name.lower())

    member = Member.objects.get()
    assert enrolled
    assert (member.name, member.identity_kind, member.identity_number, member.birth_date, member.sex, member.member_since) == (
        person.name, IdentityKind.MYKAD, NUMBER, date(1995, 7, 15), "FEMALE", ON,
    )  # fmt: skip
    assert member.citizenships.get().status == Citizenship.CITIZEN
    assert not Employment.objects.exists(), "employed when the list is done, not before"
    assert {event.action for event in AuditEvent.objects.filter(subjects__contains=[member.subject])} == {"member.enrol", "hire.look_up"}

    write(office, written(row))
    filing = work(handing_in.hand_in(wage_list_id=found.pk, by=office.maker, on=ON))
    assert filing.state == FilingState.READY
    assert filing.rows.get().member == member
    assert Employment.objects.get().from_date == FIRST_DAY


def test_who_is_a_member_is_found_by_number_and_name_and_reads_who_looked(office: Office, found: WageList, register: JpnProcess) -> None:
    member = factories.MemberFactory(name="NURUL BINTI OSMAN", identity_number="900101140777")
    asked = register.state()["asked"]

    row, enrolled = hire(office, found, number="900101140777", name="Nurul Osman")

    assert (row.member, enrolled, row.hired_on) == (member, False, FIRST_DAY)
    assert AuditEvent.objects.get(action=hiring.ACTION, subjects__contains=[member.subject]).data == {"outcome": "KNOWN"}
    assert register.state()["asked"] == asked, "JPN is asked for strangers only"


def test_a_wrong_name_a_wrong_number_and_nobody_are_one_answer(office: Office, found: WageList, register: JpnProcess) -> None:
    known = factories.MemberFactory(name="NURUL BINTI OSMAN", identity_number="900101140777")

    assert refusal(office, found, number="900101140777", name="SITI") == "NOT_AGREED"
    assert refusal(office, found, number="900101140777", name="NURUL") == "NOT_AGREED", "the beginning of a name is not the name"
    assert refusal(office, found, name="SITI") == "NOT_AGREED"
    assert refusal(office, found, number="950715109999", name="SITI") == "NOT_AGREED"
    assert outcomes() == ["NOT_AGREED"] * 4
    assert AuditEvent.objects.filter(subjects__contains=[known.subject]).count() == 2


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"consent": False}, "CONSENT_MISSING"),
        ({"number": "950231105432"}, "IDENTITY_FORM"),
        ({"number": "95071510543"}, "IDENTITY_FORM"),
        ({"number": "９５０７１５１０５４３２"}, "IDENTITY_FORM"),
        ({"first_day": date(2026, 11, 1)}, "FIRST_DAY_AFTER"),
        ({"first_day": date(2025, 9, 30)}, "FIRST_DAY_BEFORE"),
    ],
)
def test_what_is_wrong_with_the_question_is_said_before_anybody_is_looked_at(
    office: Office, found: WageList, fields: dict[str, object], code: str
) -> None:
    assert refusal(office, found, name="X", **fields) == code
    assert outcomes() == []


@pytest.mark.parametrize(
    ("fault", "code"), [("DEAD", "DEAD"), ("SILENT", "JPN_SILENT"), ("BAD_SIGNATURE", "JPN_SILENT"), ("ANOTHER_NAME", "NOT_AGREED")]
)
def test_what_jpn_says_otherwise(office: Office, found: WageList, register: JpnProcess, fault: str, code: str) -> None:
    name = holder().name
    register.behave(fault, 1)

    assert refusal(office, found, name=name) == code
    assert outcomes() == [code]


def test_a_birth_date_that_is_not_the_number_s_registers_nobody(office: Office, found: WageList, register: JpnProcess) -> None:
    name = holder().name
    register.behave("ANOTHER_BIRTH", 1)

    assert refusal(office, found, name=name) == "NOT_AGREED"


def test_a_namesake_of_the_same_birth_date_is_said_and_never_merged(office: Office, found: WageList, register: JpnProcess) -> None:
    person = holder()
    factories.MemberFactory(name=person.name, birth_date=person.birth_date, identity_kind=IdentityKind.PASSPORT, identity_number="B1234567")

    assert refusal(office, found, name=person.name) == "PERHAPS_KNOWN"


def test_who_died_is_not_hired(office: Office, found: WageList) -> None:
    factories.MemberFactory(deceased=True, name="NURUL", identity_number="900101140777")

    assert refusal(office, found, number="900101140777", name="NURUL") == "DEAD"


def test_an_employer_asks_so_often_an_hour(office: Office, found: WageList, register: JpnProcess, settings: LazySettings) -> None:
    settings.HIRE_LOOKUPS_AN_HOUR = 2
    now = datetime.now(UTC)
    for _ in range(2):
        refusal(office, found, name="X", at=now)
    colleague = factories.RepresentativeFactory(employer=office.employer).user

    assert refusal(office, found, name="X", at=now) == "TOO_MANY"
    assert refusal(office, found, name="X", at=now, by=colleague) == "TOO_MANY"
    assert AuditEvent.objects.filter(action=hiring.ACTION, refused=True).count() == 2


def test_who_worked_here_until_later_does_not_begin_before(office: Office, found: WageList) -> None:
    member = factories.MemberFactory(name="NURUL", identity_number="900101140777")
    factories.EmploymentFactory(employer=office.employer, member=member, to_date=date(2026, 9, 15))

    assert refusal(office, found, number="900101140777", name="NURUL", first_day=date(2026, 9, 10)) == "ALREADY_EMPLOYED"
    assert hire(office, found, number="900101140777", name="NURUL").row.hired_on == FIRST_DAY
