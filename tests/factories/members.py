from datetime import date
from typing import Any

import factory
from factory.django import DjangoModelFactory

from kwsp_portal.common.names import name_key
from members.enums import Citizenship, IdentityKind, Sex
from members.models import CitizenshipPeriod, Member

_NAMES = ("AMINAH BINTI YUSOF", "LIM WEI MING", "RAJU A/L KUMAR", "JUGAH ANAK BARIENG", "NURUL @ SITI BINTI OSMAN", "TAN MEI LING")


class MemberFactory(DjangoModelFactory):
    """A citizen born on 1 January 1990, member since 2012."""

    class Meta:
        model = Member

    class Params:
        permanent_resident = factory.Trait(status=Citizenship.PERMANENT_RESIDENT, identity_kind=IdentityKind.MYPR)
        non_citizen = factory.Trait(
            status=Citizenship.NON_CITIZEN,
            identity_kind=IdentityKind.PASSPORT,
            identity_country="IDN",
            identity_number=factory.Sequence(lambda n: f"A{n:08d}"),
        )
        aged_60 = factory.Trait(birth_date=date(1966, 3, 5))
        aged_76 = factory.Trait(birth_date=date(1950, 3, 5), member_since=date(1975, 1, 1))
        deceased = factory.Trait(died_on=date(2026, 8, 17))

    number = factory.Sequence(lambda n: f"{30_000_000 + n:08d}")
    name = factory.Sequence(lambda n: _NAMES[n % len(_NAMES)])
    name_key = factory.LazyAttribute(lambda member: name_key(member.name))
    identity_kind = IdentityKind.MYKAD
    identity_country = factory.LazyAttribute(lambda member: "IDN" if member.identity_kind == IdentityKind.PASSPORT else "")
    identity_number = factory.LazyAttributeSequence(lambda member, n: f"{member.birth_date:%y%m%d}14{n % 10_000:04d}")
    birth_date = date(1990, 1, 1)
    sex = Sex.FEMALE
    member_since = date(2012, 6, 1)

    status = Citizenship.CITIZEN

    @classmethod
    def _create(cls, model_class: type[Member], *args: object, **fields: Any) -> Member:
        """`status` is the one citizenship since birth."""
        status = fields.pop("status")
        member: Member = super()._create(model_class, *args, **fields)
        CitizenshipPeriodFactory(member=member, status=status, from_date=member.birth_date)
        return member


class CitizenshipPeriodFactory(DjangoModelFactory):
    class Meta:
        model = CitizenshipPeriod

    member = factory.SubFactory(MemberFactory)
    status = Citizenship.CITIZEN
    from_date = date(1990, 1, 1)
