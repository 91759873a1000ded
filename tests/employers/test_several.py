"""Somebody who serves several employers: every page and act belongs to one, whatever another window shows."""

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from contributions.models import Filing
from employers.models import Representative
from kwsp_portal.common import clock
from tests import factories
from tests.contributions import pages
from tests.contributions.pages import Person, signed_in
from tests.factories import borang_a

SWITCH = "/employer/switch/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def first() -> Representative:
    cache.clear()
    found: Representative = factories.RepresentativeFactory()
    return found


@pytest.fixture
def second(first: Representative) -> Representative:
    found: Representative = factories.RepresentativeFactory(user=first.user)
    return found


@pytest.fixture
def person(second: Representative) -> Person:
    return signed_in(second.user)


def upload(person: Person, **fields: str) -> int:
    member = factories.MemberFactory()
    file = SimpleUploadedFile("borang-a.csv", borang_a.file(borang_a.row(member)), "text/csv")
    return person.post(pages.NEW, wage_month=str(clock.business_date())[:7], file=file, **fields).status_code


def test_the_frame_says_for_whom_and_leads_to_the_switch(first: Representative, second: Representative, person: Person) -> None:
    assert first.employer.name in pages.text_of(person.get("/employer/"))

    answer = person.post(SWITCH, employer=second.employer.number)

    assert (answer.status_code, answer.url) == (302, "/employer/")
    home = person.get("/employer/")
    assert second.employer.name in pages.text_of(home)
    assert first.employer.name not in pages.text_of(home)
    assert SWITCH in home.content.decode()


def test_who_serves_one_employer_sees_no_switch(first: Representative) -> None:
    assert SWITCH not in signed_in(first.user).get("/employer/").content.decode()


def test_an_employer_that_is_not_one_s_own_is_a_404(first: Representative, person: Person) -> None:
    foreign = factories.EmployerFactory().number

    assert [person.post(SWITCH, employer=number).status_code for number in (foreign, "99999999", "")] == [404, 404, 404]
    assert first.employer.name in pages.text_of(person.get("/employer/"))


def test_a_form_of_another_window_is_refused_in_words(first: Representative, second: Representative, person: Person) -> None:
    shown = f'name="for_employer" value="{first.employer.number}"'
    assert shown in person.get(pages.NEW).content.decode()
    person.post(SWITCH, employer=second.employer.number)

    refused = person.post(pages.NEW, wage_month="2026-10", for_employer=first.employer.number)

    assert refused.status_code == 409
    assert all(words in pages.text_of(refused) for words in (first.employer.number, second.employer.name))
    assert upload(person, for_employer=first.employer.number) == 409
    assert not Filing.objects.exists()
    assert upload(person, for_employer=second.employer.number) == 302
    assert Filing.objects.get().employer == second.employer


def test_a_form_that_does_not_say_for_whom_is_refused_where_there_are_several(first: Representative, person: Person) -> None:
    assert upload(person) == 409
    assert upload(signed_in(factories.RepresentativeFactory().user)) == 302


def test_a_choice_ends_with_the_role(first: Representative, second: Representative, person: Person) -> None:
    person.post(SWITCH, employer=second.employer.number)
    person.get("/employer/")  # reads the message of the switch
    second.removed_on = clock.business_date()
    second.save(update_fields=["removed_on"])

    home = pages.text_of(person.get("/employer/"))

    assert first.employer.name in home
    assert second.employer.name not in home
    assert upload(person, for_employer=second.employer.number) == 409


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_form_of_the_employer_s_pages_says_for_which_one(second: Representative, prefix: str) -> None:
    administrator = factories.RepresentativeFactory(employer=second.employer, administrator=True)
    person = signed_in(administrator.user, prefix)
    paths = [pages.NEW, "/employer/elections/files/new/", "/employer/people/new/", f"/employer/people/{second.pk}/remove/"]

    for path in paths:
        page = person.get(path).content.decode()
        main = page[page.index("<main") : page.index("</main>")]
        assert main.count('<form method="post"') == main.count("for_employer") > 0, path
