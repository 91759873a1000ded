import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import factory
from factory.django import DjangoModelFactory

from kwsp_portal.common import clock
from members.identity.enums import Bound, Role
from members.identity.models import ApiToken, TacPhone, User


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


class ApiTokenFactory(DjangoModelFactory):
    """A token that is good for something; nobody knows what it is."""

    class Meta:
        model = ApiToken

    user = factory.SubFactory(UserFactory)
    digest = factory.LazyFunction(lambda: secrets.token_hex(64))
    token_key = factory.Sequence(lambda n: f"k{n:014d}")
    created = factory.LazyFunction(clock.now)
    expiry = factory.LazyAttribute(lambda token: token.created + timedelta(days=30))
    scope = "me"

    @classmethod
    def _create(cls, model_class: type[ApiToken], *args: Any, **fields: Any) -> ApiToken:
        """Not by knox's manager, which makes the token itself."""
        row = model_class(*args, **fields)
        row.save(force_insert=True)
        return row
