"""People who act on one election, or on elections and a Borang A, at the same moment."""

from collections.abc import Callable

import pytest

from contributions.enums import ElectionKind
from contributions.models import Election
from contributions.services import elections
from contributions.services import filing as filings
from kwsp_portal.audit.models import AuditEvent
from tests import factories
from tests.contributions.conftest import NOVEMBER, ON, Office, work
from tests.contributions.electing import record, submitted, wanted
from tests.factories import borang_a, leave
from tests.ledger.acts import together

pytestmark = pytest.mark.django_db(transaction=True)


def outcomes(*asked: Callable[[], object]) -> list[str]:
    """All acts at once: `done`, or the code of the refusal, or what went wrong."""
    found = together(len(asked), lambda place: asked[place]())
    return sorted(getattr(one, "code", str(one)) if isinstance(one, Exception) else "done" for one in found)


def test_two_checkers_approve_and_a_third_returns(office: Office) -> None:
    election = submitted(office, office.hire())
    checkers = [office.checker, *(factories.RepresentativeFactory(employer=office.employer, checker=True).user for _ in range(2))]

    found = outcomes(
        lambda: leave.elect(election_id=election.pk, by=checkers[0], on=ON),
        lambda: leave.elect(election_id=election.pk, by=checkers[1], on=ON),
        lambda: elections.return_to_maker(election_id=election.pk, by=checkers[2], comment="Semak", on=ON),
    )

    assert found == ["WRONG_STATE", "WRONG_STATE", "done"]
    assert election.log.count() == 2
    assert AuditEvent.objects.filter(target=f"election:{election.pk}", refused=True).count() == 2


def test_two_makers_record_for_the_same_person(office: Office) -> None:
    member = office.hire()

    found = outcomes(*[lambda points=points: record(office, member, wanted(points=points)) for points in ("1", "2", "3")])

    assert found == ["ON_ITS_WAY", "ON_ITS_WAY", "done"]
    assert Election.objects.count() == 1


def test_an_election_and_the_borang_a_it_concerns_are_approved_at_once(office: Office) -> None:
    """Whichever comes first, no month is approved by rates that do not hold in it."""
    member = office.hire()
    filing = work(office.send(borang_a.file(borang_a.row(member, "1000.00", "130", "110")), NOVEMBER))
    filings.submit(filing_id=filing.pk, by=office.maker, declaration=True, on=ON)
    election = submitted(office, member, wanted(ElectionKind.EMPLOYER_EXCESS, "5"))

    found = outcomes(
        lambda: leave.elect(election_id=election.pk, by=office.checker, on=ON),
        lambda: leave.approve(filing_id=filing.pk, by=office.checker, on=ON),
    )

    election.refresh_from_db()
    filing.refresh_from_db()
    stands = (found, election.state, filing.state)
    assert stands in ((["ELECTIONS_CHANGED", "done"], "APPROVED", "SUBMITTED"), (["MONTH_FILED", "done"], "SUBMITTED", "APPROVED"))


def test_a_refusal_outlives_the_act_it_stopped(office: Office) -> None:
    second_maker = factories.RepresentativeFactory(employer=office.employer).user
    election = submitted(office, office.hire())

    assert outcomes(lambda: leave.elect(election_id=election.pk, by=second_maker, on=ON)) == ["NO_RIGHT"]

    [event] = AuditEvent.objects.filter(refused=True, target=f"election:{election.pk}")
    assert (event.action, event.actor_id, event.data) == ("election.approve", second_maker.pk, {"code": "NO_RIGHT", "state": "SUBMITTED"})
