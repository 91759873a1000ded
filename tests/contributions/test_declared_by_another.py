"""PostgreSQL itself lets nobody approve what they prepared, declared correct or had read again, whatever the services would say."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from contributions.enums import FilingState
from contributions.models import Election, Filing
from contributions.services import elections
from contributions.services import filing as filings
from members.identity.models import User
from tests import factories
from tests.contributions import electing, pages
from tests.contributions.conftest import ON, Office, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(office: Office) -> User:
    user: User = factories.RepresentativeFactory(employer=office.employer, administrator=True).user
    return user


def submitted(office: Office, by: User) -> Filing:
    return filings.submit(filing_id=pages.ready(office).pk, by=by, declaration=True, on=ON)


def read_again(office: Office, by: User) -> Filing:
    again = work(filings.reread(filing_id=pages.ready(office).pk, by=by, on=ON))
    return filings.submit(filing_id=again.pk, by=office.maker, declaration=True, on=ON)


def approve_filing(filing: Filing, by: User) -> int:
    return Filing.objects.filter(pk=filing.pk).update(state=FilingState.APPROVED, approved_by=by, approved_on=ON)


@pytest.mark.parametrize("made", [submitted, read_again])
def test_a_filing_is_not_approved_by_who_declared_it_or_had_it_read_again(
    office: Office, administrator: User, made: Callable[[Office, User], Filing]
) -> None:
    filing = made(office, administrator)

    with pytest.raises(IntegrityError, match="filing_declared_by_another"), transaction.atomic():
        approve_filing(filing, administrator)
    assert approve_filing(filing, office.checker) == 1


def test_an_election_is_not_approved_by_who_declared_it_alone_or_among_others(office: Office, administrator: User) -> None:
    mine, other = electing.record(office, office.hire()), electing.submitted(office, office.hire())
    elections.submit(election_id=mine.pk, by=administrator, declaration=True, on=ON)
    both = Election.objects.filter(pk__in=[mine.pk, other.pk])

    for some in (Election.objects.filter(pk=mine.pk), both):
        with pytest.raises(IntegrityError, match="election_declared_by_another"), transaction.atomic():
            some.update(state="APPROVED", approved_by=administrator, approved_on=ON)
    assert both.update(state="APPROVED", approved_by=office.checker, approved_on=ON) == 2
