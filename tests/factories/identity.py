from datetime import UTC, datetime

import factory
from factory.django import DjangoModelFactory

from members.identity.enums import Bound, Role
from members.identity.models import TacPhone, User


class UserFactory(DjangoModelFactory):
    """A member who can sign in with `PASSWORD`."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    class Params:
        representative = factory.Trait(role=Role.REPRESENTATIVE)
        administrator = factory.Trait(role=Role.ADMINISTRATOR)
        auditor = factory.Trait(role=Role.AUDITOR)
        counter_officer = factory.Trait(role=Role.COUNTER_OFFICER)
        supervisor = factory.Trait(role=Role.SUPERVISOR)
        invited = factory.Trait(activated_at=None, secret_phrase="", password=factory.django.Password(None))
        inactive = factory.Trait(is_active=False)

    user_id = factory.Sequence(lambda n: f"pengguna{n:06d}")
    name = factory.Sequence(lambda n: f"Pengguna {n}")
    role = Role.MEMBER
    secret_phrase = "bunga raya"
    activated_at = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
    password = factory.django.Password("kwsp-demo-2026")


PASSWORD = "kwsp-demo-2026"


class TacPhoneFactory(DjangoModelFactory):
    """A number that was bound at a counter long ago; a user who has one keeps it."""

    class Meta:
        model = TacPhone
        django_get_or_create = ("user", "ended_at")

    user = factory.SubFactory(UserFactory)
    number = factory.Sequence(lambda n: f"+6011{20_000_000 + n}")
    how = Bound.COUNTER
    bound_at = datetime(2020, 1, 1, tzinfo=UTC)
    ended_at = None
