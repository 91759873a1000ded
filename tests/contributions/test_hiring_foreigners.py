"""A foreigner on a wage list: known by number and country of the passport, asked about where like a countryman, and a member at once."""

from datetime import UTC, date, datetime

import pytest

from contributions.enums import FilingState, WageListSource
from contributions.models import WageList
from contributions.services import handing_in, hiring, wage_lists
from contributions.services.wage_lists import NotPossible
from employers.models import Employment
from kwsp_portal.audit.models import AuditEvent
from members.enums import Citizenship, IdentityKind, Sex
from members.models import Member
from members.services import registering
from tests import factories
from tests.contributions.conftest import OCTOBER, ON, Office, work
from tests.contributions.pages import Person, text_of
from tests.contributions.test_hiring import outcomes
from tests.contributions.test_pages_wage_lists import begun
from tests.contributions.test_pages_wage_lists import maker as maker
from tests.contributions.test_pages_wage_lists import tenth_of_november as tenth_of_november
from tests.contributions.test_wage_lists import write, written

pytestmark = pytest.mark.django_db
AT = datetime(2126, 11, 10, 2, 0, tzinfo=UTC)
BORN = date(1994, 3, 8)
PASSPORT = hiring.Passport("BGD", "A1234567", "Kamal Hossain", BORN, Sex.MALE)
KAMAL = {"non_citizen": True, "name": "KAMAL HOSSAIN", "birth_date": BORN}


@pytest.fixture
def found(office: Office) -> WageList:
    return wage_lists.begin(employer=office.employer, wage_month=OCTOBER, source=WageListSource.EMPTY, by=office.maker, on=ON)


def hire(office: Office, wage_list: WageList, passport: hiring.Passport = PASSPORT, *, another: bool = False, consent: bool = True) -> hiring.Hired:
    return hiring.hire_foreigner(
        wage_list_id=wage_list.pk,
        passport=passport,
        first_day=date(2026, 10, 12),
        consent=consent,
        another=another,
        by=office.maker,
        on=ON,
        at=AT,
    )


def refusal(office: Office, wage_list: WageList, passport: hiring.Passport = PASSPORT, **fields: bool) -> str:
    before = Member.objects.count()
    with pytest.raises(NotPossible) as refused:
        hire(office, wage_list, passport, **fields)
    assert (Member.objects.count(), wage_list.rows.count()) == (before, 0)
    return refused.value.code


def test_who_is_no_member_becomes_one_at_once_and_the_month_is_filed_with_them(office: Office, found: WageList) -> None:
    row, enrolled = hire(office, found)

    member = Member.objects.get()
    assert enrolled
    assert (member.name, member.identity_kind, member.identity_country, member.identity_number, member.sex) == (
        "Kamal Hossain", IdentityKind.PASSPORT, "BGD", "A1234567", "MALE",
    )  # fmt: skip
    assert member.citizenships.get().status == Citizenship.NON_CITIZEN
    assert {event.action for event in AuditEvent.objects.filter(subjects__contains=[member.subject])} == {"member.enrol", "hire.look_up"}

    write(office, written(row))
    filing = work(handing_in.hand_in(wage_list_id=found.pk, by=office.maker, on=ON))
    assert (filing.state, filing.rows.get().member, filing.rows.get().part) == (FilingState.READY, member, "F")
    assert Employment.objects.get().from_date == date(2026, 10, 12)


def test_one_number_of_two_countries_is_two_people(office: Office, found: WageList) -> None:
    nepali = factories.MemberFactory(non_citizen=True, name="PREM GURUNG", identity_country="NPL", identity_number="A1234567")

    assert hire(office, found).row.member != nepali
    assert hire(office, found, PASSPORT._replace(country="NPL", name="Prem Gurung", birth_date=nepali.birth_date)).row.member == nepali
    assert Member.objects.filter(identity_number="A1234567").count() == 2


def test_who_is_a_member_is_found_by_all_that_stands_in_the_passport(office: Office, found: WageList) -> None:
    factories.MemberFactory(**KAMAL, identity_country="BGD", identity_number="A1234567")

    assert refusal(office, found, PASSPORT._replace(name="Jashim Uddin")) == "PASSPORT_NOT_AGREED"
    assert refusal(office, found, PASSPORT._replace(birth_date=date(1994, 8, 3))) == "PASSPORT_NOT_AGREED"
    assert not hire(office, found).enrolled
    assert outcomes() == ["NOT_AGREED", "NOT_AGREED", "KNOWN"]


def test_a_countryman_like_them_is_a_question_and_its_answer_stands_in_the_trail(office: Office, found: WageList) -> None:
    known = factories.MemberFactory(**KAMAL, identity_country="BGD", identity_number="B7654321")

    assert refusal(office, found) == "PASSPORT_PERHAPS_KNOWN"
    assert AuditEvent.objects.get(action=hiring.ACTION, subjects__contains=[known.subject]).data == {"outcome": "PERHAPS_KNOWN"}
    assert hire(office, found, another=True).enrolled
    assert AuditEvent.objects.get(action="member.enrol").data["none_of"] == [known.number]


def test_a_namesake_of_another_country_is_no_question(office: Office, found: WageList) -> None:
    factories.MemberFactory(**KAMAL, identity_country="PAK")
    factories.MemberFactory(name="KAMAL HOSSAIN", birth_date=BORN)

    assert hire(office, found).enrolled


def test_a_passport_from_before_countries_were_kept_may_be_of_any(office: Office, found: WageList) -> None:
    factories.MemberFactory(non_citizen=True, name="PREM GURUNG", identity_country="XXX", identity_number="A1234567")
    assert refusal(office, found) == "PASSPORT_NOT_AGREED"

    Member.objects.update(name="KAMAL HOSSAIN", name_key="KAMALHOSSAIN", birth_date=BORN)
    assert not hire(office, found).enrolled


def test_what_no_passport_says_is_refused_before_anybody_is_looked_at(office: Office, found: WageList) -> None:
    with pytest.raises(registering.NotRegistrable) as refused:
        hire(office, found, hiring.Passport("MYS", "A1", "…", date(2027, 1, 1), Sex.MALE))

    assert {one.code for one in refused.value.refusals} == {"NAME_EMPTY", "IDENTITY_FORM", "PASSPORT_COUNTRY", "BIRTH_DATE_RANGE"}
    assert refusal(office, found, consent=False) == "CONSENT_MISSING"
    assert outcomes() == []


def test_the_page_asks_about_a_countryman_and_takes_the_answer_for_that_passport_only(office: Office, maker: Person) -> None:
    factories.MemberFactory(**KAMAL, identity_country="BGD", identity_number="B7654321")
    address = f"/employer/wage-lists/{begun(maker, 'EMPTY').pk}/add/foreigner/"
    typed = {"identity_country": "BGD", "identity_number": "a 123 4567", "name": "Kamal Hossain", "birth_date": "1994-03-08", "sex": "MALE"}
    typed |= {"first_day": "2026-10-12", "consent": "on"}

    assert "Pekerja asing dengan pasport" in text_of(maker.get(address))
    assert maker.post(address, **{**typed, "identity_country": ""}).status_code == 422
    asked = maker.post(address, **typed)
    assert (asked.status_code, "Adakah ini orang yang sama?" in text_of(asked)) == (409, True)
    assert 'value="BGD A1234567"' in asked.content.decode()
    assert "B7654321" not in asked.content.decode()
    assert maker.post(address, **typed, another="on", about="BGD C0000001").status_code == 409
    done = maker.post(address, **typed, another="on", about="BGD A1234567")
    assert "kini ahli dengan nombor 4" in text_of(maker.get(done.headers["Location"]))
    assert maker.post(address, **typed).headers["Location"] == done.headers["Location"], "a second click"
