"""For whom a person acts, with which rights; absent and foreign employers are the same 404."""

from datetime import date, timedelta

import pytest
from django.http import Http404

from employers import access
from employers.enums import Right
from tests import factories

TODAY = date(2026, 11, 16)

pytestmark = pytest.mark.django_db


def test_a_representative_is_led_to_the_employer_they_act_for() -> None:
    first = factories.RepresentativeFactory()
    second = factories.RepresentativeFactory(user=first.user)

    assert access.employer_for(first.user, on=TODAY) == first.employer
    assert access.employer_for(first.user, second.employer.number, on=TODAY) == second.employer


@pytest.mark.parametrize("situation", [{"removed": True}, {"user__inactive": True}])
def test_who_was_removed_or_locked_acts_for_nobody(situation: dict[str, bool]) -> None:
    gone = factories.RepresentativeFactory(**situation)

    with pytest.raises(Http404):
        access.employer_for(gone.user, on=TODAY)
    assert access.rights_of(gone.user, gone.employer, on=TODAY) == frozenset()


def test_another_employer_is_as_absent_as_one_that_does_not_exist() -> None:
    own, other = factories.RepresentativeFactory(), factories.EmployerFactory()

    for number in (other.number, "99999999", ""):
        with pytest.raises(Http404):
            access.employer_for(own.user, number, on=TODAY)


@pytest.mark.parametrize(
    ("situation", "rights"),
    [({}, {Right.PREPARE}), ({"checker": True}, {Right.APPROVE}), ({"administrator": True}, {Right.PREPARE, Right.APPROVE, Right.ADMINISTER})],
)
def test_rights_follow_the_role_and_end_at_the_employer(situation: dict[str, bool], rights: set[Right]) -> None:
    person = factories.RepresentativeFactory(**situation)
    other = factories.EmployerFactory()

    assert access.rights_of(person.user, person.employer, on=TODAY) == rights
    assert access.rights_of(person.user, other, on=TODAY) == frozenset()


def test_rights_begin_on_the_day_of_appointment() -> None:
    tomorrow = factories.RepresentativeFactory(appointed_on=TODAY + timedelta(days=1))

    assert access.rights_of(tomorrow.user, tomorrow.employer, on=TODAY) == frozenset()
    with pytest.raises(Http404):
        access.employer_for(tomorrow.user, on=TODAY)
    assert access.employer_for(tomorrow.user, on=TODAY + timedelta(days=1)) == tomorrow.employer
    assert access.rights_of(tomorrow.user, tomorrow.employer, on=TODAY + timedelta(days=1)) == {Right.PREPARE}
