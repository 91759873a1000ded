"""Rows for tests, one file for each app; traits name situations (house style 47)."""

from tests.factories.contributions import (
    ElectionFactory,
    FilingFactory,
    IncentiveRegistrationFactory,
    MendingFactory,
    StoredFileFactory,
    VoluntaryContributionFactory,
)
from tests.factories.employers import EmployerFactory, EmploymentFactory, RepresentativeFactory
from tests.factories.identity import ApiTokenFactory, TacPhoneFactory, UserFactory
from tests.factories.members import CitizenshipPeriodFactory, MemberFactory

__all__ = [
    "ApiTokenFactory",
    "CitizenshipPeriodFactory",
    "ElectionFactory",
    "EmployerFactory",
    "EmploymentFactory",
    "FilingFactory",
    "IncentiveRegistrationFactory",
    "MemberFactory",
    "MendingFactory",
    "RepresentativeFactory",
    "StoredFileFactory",
    "TacPhoneFactory",
    "UserFactory",
    "VoluntaryContributionFactory",
]
