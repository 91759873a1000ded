from datetime import date

import factory
from factory.django import DjangoModelFactory

from employers.enums import EmployerKind, EmployerRole
from employers.models import Employer, Employment, Representative
from tests.factories.identity import TacPhoneFactory, UserFactory
from tests.factories.members import MemberFactory


class EmployerFactory(DjangoModelFactory):
    """A private employer since 2015."""

    class Meta:
        model = Employer

    class Params:
        government = factory.Trait(kind=EmployerKind.GOVERNMENT)
        closed = factory.Trait(closed_on=date(2026, 6, 30))
        household = factory.Trait(kind=EmployerKind.HOUSEHOLD)

    number = factory.Sequence(lambda n: f"{20_000_000 + n:08d}")
    name = factory.Sequence(lambda n: f"SYARIKAT {n} SDN BHD")
    kind = EmployerKind.PRIVATE
    from_date = date(2015, 1, 1)


class RepresentativeFactory(DjangoModelFactory):
    """A maker of an employer, with a phone that codes go to."""

    class Meta:
        model = Representative
        skip_postgeneration_save = True

    class Params:
        checker = factory.Trait(role=EmployerRole.CHECKER)
        administrator = factory.Trait(role=EmployerRole.ADMINISTRATOR)
        removed = factory.Trait(removed_on=date(2026, 9, 1))

    employer = factory.SubFactory(EmployerFactory)
    user = factory.SubFactory(UserFactory, representative=True)
    role = EmployerRole.MAKER
    appointed_on = date(2020, 1, 1)

    @factory.post_generation
    def tac_phone(self, create: bool, number: str | bool | None, **kwargs: object) -> None:
        """`tac_phone=False`: none was ever registered."""
        if create and number is not False:
            TacPhoneFactory(user=self.user)


class EmploymentFactory(DjangoModelFactory):
    """Employed since 2020, still there."""

    class Meta:
        model = Employment

    class Params:
        left = factory.Trait(to_date=date(2026, 7, 1))

    employer = factory.SubFactory(EmployerFactory)
    member = factory.SubFactory(MemberFactory)
    from_date = date(2020, 1, 1)
