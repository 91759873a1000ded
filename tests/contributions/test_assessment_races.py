"""Officers and an employer who act on one month at the same moment: one of them comes first, and the others are told."""

import pytest

from contributions.enums import AssessmentState, FilingSource, FilingState
from contributions.models import Assessment, Filing
from contributions.services import assessment_objections, assessment_signing
from contributions.services import filing as filings
from kwsp_portal.common import clock
from kwsp_portal.notify.models import Notice
from members.ledger import invariants
from tests.contributions import paying
from tests.contributions.assessed import LATE, Desk, total
from tests.contributions.conftest import OCTOBER, ON, Office
from tests.contributions.test_filing_races import outcomes
from tests.contributions.test_late_paying import at
from tests.factories import borang_a, leave

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def proposed(office: Office) -> tuple[Desk, Assessment, str]:
    """October put forward, and the row that the employer would have filed."""
    desk, member = Desk.of_two(), office.hire()
    office.approved(borang_a.row(member), wage_month=OCTOBER.previous())
    return desk, desk.propose(desk.draft(office)), borang_a.row(member)


def test_it_is_signed_once(office: Office, proposed: tuple[Desk, Assessment, str]) -> None:
    desk, found, _row = proposed
    seen = total(found)

    said = outcomes(*[lambda: assessment_signing.sign(assessment_id=found.pk, total=seen, by=desk.signer, on=LATE)] * 3)

    assert said == ["WRONG_STATE", "WRONG_STATE", "done"]
    assert Filing.objects.filter(source=FilingSource.ASSESSMENT).count() == 1
    assert Notice.objects.filter(code="ASSESSMENT_SERVED").count() == 1
    assert invariants.broken() == []


def test_the_employer_approves_the_month_while_it_is_signed(office: Office, proposed: tuple[Desk, Assessment, str]) -> None:
    desk, found, row = proposed
    seen = total(found)
    own = office.read(row)
    filings.submit(filing_id=own.pk, by=office.maker, declaration=True, on=ON)
    given = leave.to_approve(own.pk, office.checker)

    said = outcomes(
        lambda: assessment_signing.sign(assessment_id=found.pk, total=seen, by=desk.signer, on=LATE),
        lambda: filings.approve(filing_id=own.pk, by=office.checker, approval=given, on=ON, at=clock.now()),
    )

    assert said in (["BAD_ROWS", "done"], ["WRONG_STATE", "done"])
    stands = Filing.objects.get(wage_month=OCTOBER.first_day, state=FilingState.APPROVED)
    found.refresh_from_db()
    assert (found.state == AssessmentState.SERVED) == stands.assessed
    assert invariants.broken() == []


def test_it_is_withdrawn_while_the_employer_pays(office: Office, proposed: tuple[Desk, Assessment, str]) -> None:
    desk, found, _row = proposed
    filing = desk.sign(found).filing
    assert filing is not None
    given = paying.leave_of(filing, office.checker, at(LATE))

    said = outcomes(
        lambda: assessment_objections.withdraw(assessment_id=found.pk, reason="Silap", by=desk.signer, on=LATE),
        lambda: paying.start(filing, office.checker, at(LATE), given),
    )

    assert said in (["PAYMENT_BEGUN", "done"], ["WRONG_STATE", "done"])
    found.refresh_from_db()
    filing.refresh_from_db()
    assert (found.state == AssessmentState.WITHDRAWN) == (filing.state == FilingState.DISCARDED) == (not filing.payments.exists())
    assert invariants.broken() == []
