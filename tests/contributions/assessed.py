"""Assessments as tests make them: who makes and who signs, and what passes on the way."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from contributions.enums import AssessmentSource
from contributions.models import Assessment
from contributions.services import assessed_rows, assessment_signing, assessments
from contributions.services.assessments import Written
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.documents.services import Upload
from members.identity.enums import Role
from members.identity.models import User
from members.models import Member
from tests.contributions.conftest import OCTOBER, Office
from tests.contributions.test_pages_corrections import officer

LATE = date(2026, 12, 31)
"""When October's wages have been late for 46 days."""
STRANGER = "010203145555"
GROUNDS = "Tiada Borang A dihantar bagi bulan ini."
PAPER = Upload("surat.pdf", b"%PDF-1.4 surat")


@dataclass(frozen=True)
class Desk:
    """Who makes assessments and who signs them."""

    maker: User
    signer: User

    @classmethod
    def of_two(cls) -> "Desk":
        return cls(officer("pemeriksa7", Role.INSPECTOR), officer("pemeriksa8", Role.INSPECTOR))

    def draft(
        self, office: Office, source: AssessmentSource = AssessmentSource.LAST_WAGES, month: WageMonth = OCTOBER, on: date = LATE
    ) -> Assessment:
        (made,) = assessments.begin(employer=office.employer, first=month, last=month, source=source, grounds=GROUNDS, by=self.maker, on=on)
        return made

    def write(self, found: Assessment, name: str, wages: str, member: Member | None = None, *, place: int | None = None) -> None:
        """A row of a member, or of somebody whom the register does not know."""
        known = {"member_number": member.number, "identity_number": member.identity_number} if member else {"identity_number": STRANGER}
        written = Written(name=name, wages=Decimal(wages), **known)
        assessments.write_row(assessment_id=found.pk, place=place, written=written, by=self.maker, on=LATE)

    def propose(self, found: Assessment, on: date = LATE) -> Assessment:
        return assessments.propose(assessment_id=found.pk, by=self.maker, on=on)

    def sign(self, found: Assessment, by: User | None = None, on: date = LATE) -> Assessment:
        return assessment_signing.sign(assessment_id=found.pk, total=total(found), by=by or self.signer, on=on)

    def served(self, office: Office, month: WageMonth = OCTOBER, on: date = LATE) -> Assessment:
        """Last wages and people on record, put forward and signed."""
        return self.sign(self.propose(self.draft(office, month=month, on=on), on), on=on)


def total(found: Assessment) -> Decimal:
    return assessed_rows.totals_of(assessed_rows.all_lines(Assessment.objects.get(pk=found.pk))).total
