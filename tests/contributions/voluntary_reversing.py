"""Two officers who take back a credited voluntary contribution, for tests."""

from datetime import date, datetime

from contributions.models import VoluntaryContribution, VoluntaryReversal
from contributions.services import voluntary_reversals
from kwsp_portal.common.clock import KL
from kwsp_portal.documents.services import Upload
from members.identity.enums import Role
from members.identity.models import User
from members.models import Member
from tests import factories

PAPER = Upload("surat-ejen.pdf", b"%PDF-1.4 surat ejen")
REASON = "Ejen menaip nombor ahli yang salah."


def officer(role: Role = Role.SUPERVISOR) -> User:
    found: User = factories.UserFactory(role=role)
    return found


def propose(found: VoluntaryContribution, *, by: User, on: date, payer: Member | None = None, reason: str = REASON) -> VoluntaryReversal:
    assert found.payment is not None
    assert found.payment.voluntary is not None
    whom = payer or found.payment.voluntary.payer
    return voluntary_reversals.propose(contribution_id=found.pk, payer=whom, reason=reason, document=PAPER, by=by, on=on)


def recall(found: VoluntaryContribution, *, by: User, on: date) -> VoluntaryReversal:
    """Its bank takes it back, as a first officer proposes."""
    given = {"payer": None, "reason": "Surat bank: bayaran dipertikaikan.", "document": PAPER}
    return voluntary_reversals.propose(contribution_id=found.pk, by=by, on=on, **given)  # type: ignore[arg-type]


def approve(found: VoluntaryReversal, *, by: User, on: date) -> VoluntaryReversal:
    return voluntary_reversals.approve(reversal_id=found.pk, by=by, on=on, at=datetime(on.year, on.month, on.day, 10, tzinfo=KL))


def reverse(found: VoluntaryContribution, *, on: date, payer: Member | None = None) -> VoluntaryReversal:
    """Proposed by one and approved by another, both on the day."""
    return approve(propose(found, by=officer(), on=on, payer=payer), by=officer(Role.INSPECTOR), on=on)
