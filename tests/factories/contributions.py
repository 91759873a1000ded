import hashlib
from datetime import UTC, date, datetime
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from contributions.enums import ElectionKind, ElectionState, FilingState, IncentiveScheme, MendKind, Occupation, VoluntaryKind
from contributions.models import Election, Filing, IncentiveRegistration, Mending, VoluntaryContribution
from kwsp_portal.documents.models import StoredFile
from tests.factories.employers import EmployerFactory, RepresentativeFactory
from tests.factories.identity import UserFactory
from tests.factories.members import MemberFactory


class StoredFileFactory(DjangoModelFactory):
    class Meta:
        model = StoredFile

    name = "borang-a.csv"
    content = factory.Sequence(lambda n: f"fail {n}".encode())
    size = factory.LazyAttribute(lambda stored: len(stored.content))
    sha256 = factory.LazyAttribute(lambda stored: hashlib.sha256(stored.content).hexdigest())
    uploaded_by = factory.SubFactory(UserFactory, representative=True)
    uploaded_at = datetime(2026, 11, 10, 2, 0, tzinfo=UTC)


class FilingFactory(DjangoModelFactory):
    """October 2026 of one person at RM6,250, just received, prepared by a maker of the employer.

    `clean` has the counts and totals of a file read without a fault; any state after READY needs it.
    """

    class Meta:
        model = Filing

    class Params:
        clean = factory.Trait(rows_total=1, rows_valid=1, employer_total=Decimal(756), employee_total=Decimal(693))
        faulty = factory.Trait(state=FilingState.FAULTY, rows_total=2, rows_valid=1, rows_invalid=1)
        ready = factory.Trait(clean=True, state=FilingState.READY)
        submitted = factory.Trait(clean=True, state=FilingState.SUBMITTED)
        approved = factory.Trait(
            clean=True,
            state=FilingState.APPROVED,
            approved_by=factory.LazyAttribute(lambda filing: RepresentativeFactory(employer=filing.employer, checker=True).user),
            approved_on=date(2026, 11, 10),
        )

    employer = factory.SubFactory(EmployerFactory)
    wage_month = date(2026, 10, 1)
    prepared_by = factory.LazyAttribute(lambda filing: RepresentativeFactory(employer=filing.employer).user)
    file = factory.SubFactory(StoredFileFactory)
    content_digest = factory.LazyAttribute(lambda filing: filing.file.sha256)
    received_on = date(2026, 11, 10)


class MendingFactory(DjangoModelFactory):
    """One row of a filing, mended by hand by who prepared it."""

    class Meta:
        model = Mending

    filing = factory.SubFactory(FilingFactory, ready=True)
    kind = MendKind.BY_HAND
    rows_total = 1
    by = factory.LazyAttribute(lambda mending: mending.filing.prepared_by)
    on = date(2026, 11, 10)
    at = datetime(2026, 11, 10, 2, 0, tzinfo=UTC)


class IncentiveRegistrationFactory(DjangoModelFactory):
    """A trader's registration for i-Saraan since 2020; `isuri` is on the Ministry's list."""

    class Meta:
        model = IncentiveRegistration

    class Params:
        isuri = factory.Trait(scheme=IncentiveScheme.ISURI, occupation="", registered_at="LIST")

    member = factory.SubFactory(MemberFactory)
    scheme = IncentiveScheme.ISARAAN
    occupation = Occupation.TRADER
    first = date(2020, 1, 1)
    registered_at = "ACCOUNT"


class VoluntaryContributionFactory(DjangoModelFactory):
    """RM1,000 paid to i-Saraan and credited on the same day."""

    class Meta:
        model = VoluntaryContribution

    member = factory.SubFactory(MemberFactory)
    kind = VoluntaryKind.ISARAAN
    amount = Decimal(1000)
    paid_on = date(2025, 3, 3)
    credited = factory.SelfAttribute("amount")
    returned = Decimal(0)
    credited_on = factory.SelfAttribute("paid_on")


class ElectionFactory(DjangoModelFactory):
    """The employee's share +5 % from November 2026, recorded by a maker of the employer."""

    class Meta:
        model = Election

    class Params:
        employer_share = factory.Trait(kind=ElectionKind.EMPLOYER_EXCESS, document=None)
        foreigner = factory.Trait(kind=ElectionKind.KWSP_16B, points=None)
        helper = factory.Trait(kind=ElectionKind.KWSP_16, points=None)
        approved = factory.Trait(
            state=ElectionState.APPROVED,
            approved_by=factory.LazyAttribute(lambda election: RepresentativeFactory(employer=election.employer, checker=True).user),
            approved_on=factory.LazyAttribute(lambda election: min(election.from_month, election.prepared_on)),
        )

    employer = factory.SubFactory(EmployerFactory)
    member = factory.SubFactory(MemberFactory)
    kind = ElectionKind.EMPLOYEE_EXCESS
    points = Decimal(5)
    from_month = date(2026, 11, 1)
    document = factory.SubFactory(StoredFileFactory, name="kwsp-17a.pdf")
    prepared_by = factory.LazyAttribute(lambda election: RepresentativeFactory(employer=election.employer).user)
    prepared_on = factory.LazyAttribute(lambda election: min(election.from_month, date(2026, 11, 10)))
