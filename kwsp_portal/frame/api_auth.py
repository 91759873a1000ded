"""`POST auth/tac/` and `auth/token/`: a token of the API for a password and a code. Both answer alike for people who do not exist."""

import re
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.contrib.auth import authenticate
from django.contrib.auth.decorators import login_not_required
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import AnonRateThrottle
from rest_framework.views import APIView

from contributions.api.bodies import Text
from contributions.api.calculators import AmountField, Problem
from contributions.api.me import ProblemWithoutFields
from employers import access as employers_access
from employers.enums import Right
from employers.models import Employer
from kwsp_portal.common import clock
from members.identity import api_tokens, lockout, services, tac, tac_limits
from members.identity.enums import Purpose
from members.identity.forms import LONGEST_PASSWORD, USER_ID_FORM
from members.identity.models import User, in_small_letters
from members.identity.sessions import address_of

SCOPE: Final = re.compile(r"\A(me|employer:[0-9]{8})\Z")


BAD: Final[dict[Any, Any]] = {
    (400, "application/problem+json"): Problem,
    **{(status, "application/problem+json"): ProblemWithoutFields for status in (401, 429)},
}


class Doorway(AnonRateThrottle):
    """So many requests a minute from one address, before anything is looked at. Guesses are counted in the database besides (lockout, TAC)."""

    rate = "60/minute"
    scope = "api_auth"


class AmountAsText(serializers.DecimalField):
    """An amount in ringgit as JSON's text. A number would have lost its digits on the way."""

    def to_internal_value(self, data: Any) -> Decimal:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Input(serializers.Serializer):  # type: ignore[type-arg]
    """Whose token, and for what. `monthly_limit`: what may be approved and paid with it in a month; without one it approves nothing."""

    user_id = Text(max_length=16)
    password = Text(max_length=LONGEST_PASSWORD, trim_whitespace=False)
    scope = serializers.RegexField(SCOPE, error_messages={"invalid": _('Dijangka "me" atau "employer:" dengan 8 angka')})
    monthly_limit = AmountAsText(max_digits=12, decimal_places=2, min_value=Decimal("0.01"), required=False, allow_null=True)

    def validate_user_id(self, value: str) -> str:
        typed = in_small_letters(value)
        USER_ID_FORM(typed)
        return typed

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["scope"] == api_tokens.ME and attrs.get("monthly_limit"):
            raise serializers.ValidationError({"monthly_limit": _("Had bulanan hanya untuk skop majikan")})
        return attrs


class InputWithCode(Input):
    """The same, with the code that was sent; `number` is the phone that it went to, asked for (TAC_NUMBER_NEEDED) while many guess everywhere."""

    tac = Text(max_length=20)
    number = Text(max_length=20, required=False, allow_blank=True, default="")


class Sent(serializers.Serializer):  # type: ignore[type-arg]
    """The same words whoever is asked about."""

    detail = serializers.CharField()


class Given(serializers.Serializer):  # type: ignore[type-arg]
    """The token is shown this once."""

    token = serializers.CharField()
    expires_at = serializers.DateTimeField()
    rights = serializers.ListField(child=serializers.ChoiceField(choices=["read", "prepare", "approve"]))
    monthly_limit = AmountField(allow_null=True)


class Wrong(exceptions.AuthenticationFailed):
    """Which of them was wrong is not said."""

    default_detail = _("ID Pengguna, kata laluan, skop atau TAC tidak betul")
    default_code = "WRONG"


class NumberNeeded(exceptions.AuthenticationFailed):
    """While everybody together guesses too often, whoever it is and whether they exist (tac_limits, the meter)."""

    default_detail = _('Terdapat banyak cubaan yang salah di seluruh portal. Hantar juga nombor telefon TAC anda dengan penuh dalam medan "number".')
    default_code = "TAC_NUMBER_NEEDED"


class Closed(exceptions.Throttled):
    """Too many wrong answers; when to try again is said."""

    default_code = "LOCKED"
    default_detail = _("Untuk melindungi akaun, percubaan dihentikan buat sementara.")
    extra_detail_singular = extra_detail_plural = ""


class _Door(APIView):
    permission_classes = (AllowAny,)
    authentication_classes = ()
    throttle_classes = (Doorway,)

    def get_authenticate_header(self, request: Request) -> str:
        return "Token"


@method_decorator(login_not_required, name="dispatch")
class AskCode(_Door):
    """A code (TAC) for a token goes to the person's registered phone; 202 whether there is such a person or not."""

    @extend_schema(
        description=_("Minta kod TAC bagi satu token. Jawapannya sama sama ada orang itu wujud atau tidak."),
        request=Input,
        responses={202: Sent, **BAD},
        tags=["auth"],
    )
    def post(self, request: Request) -> Response:
        asked = _asked(Input, request)
        found, now = person(request, asked), clock.now()
        try:
            tac.issue(
                user=found,
                purpose=Purpose.API_TOKEN,
                shown=api_tokens.shown(scope=asked["scope"], monthly_limit=asked.get("monthly_limit")),
                at=now,
                unknown=asked["user_id"],
                ip=address_of(request),
            )
        except tac.Refused as refused:
            if refused.code != "NO_PHONE":
                raise _closed(refused.details.get("until") or now, now) from None
        return Response({"detail": str(_("Jika butiran ini betul, kod TAC telah dihantar ke telefon yang didaftarkan."))}, status=202)


@method_decorator(login_not_required, name="dispatch")
class GiveToken(_Door):
    """The token, for the code; 401 for anything that is wrong, without saying what."""

    @extend_schema(
        description=_("Token bagi satu skop, dengan kata laluan dan kod TAC. Ia ditunjukkan sekali ini sahaja."),
        request=InputWithCode,
        responses={201: Given, **BAD},
        tags=["auth"],
    )
    def post(self, request: Request) -> Response:
        asked = _asked(InputWithCode, request)
        found, now = person(request, asked), clock.now()
        limit = asked.get("monthly_limit")
        shown = api_tokens.shown(scope=asked["scope"], monthly_limit=limit)
        challenge = tac.latest(user=found, unknown=asked["user_id"], purpose=Purpose.API_TOKEN, shown=shown, ip=address_of(request))
        if challenge is None:
            raise NumberNeeded if tac_limits.metered(at=now) and not asked["number"] else Wrong
        try:
            ip = address_of(request)
            approval = tac.verify(challenge=challenge, user=found, digits=asked["tac"], number=asked["number"], at=now, ip=ip)
            assert found is not None  # noqa: S101 - no digits are right for a decoy
            row, token = api_tokens.give(approval=approval, user=found, scope=asked["scope"], monthly_limit=limit, at=now, ip=ip)
        except tac.Refused as refused:
            raise (NumberNeeded if refused.code == "NUMBER" else Wrong) from None
        given = {"token": token, "expires_at": row.expiry, "rights": rights_of(found, row.scope, limit), "monthly_limit": limit}
        return Response(Given(given).data, status=201)


def _asked(kind: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    form = kind(data=request.data)
    form.is_valid(raise_exception=True)
    found: dict[str, Any] = form.validated_data
    return found


@sensitive_variables("asked")
def person(request: Request, asked: dict[str, Any]) -> User | None:
    """Who gave the right password and may have this scope; None for everybody else, after the same work. Raises Closed."""
    plain, now = request._request, clock.now()
    counter = lockout.counter_of(plain, user_id=asked["user_id"])
    _require_open(counter, now)
    with lockout.one_at_a_time(counter):
        _require_open(counter, now)
        user = authenticate(plain, user_id=asked["user_id"], password=asked["password"])
    # The page of a lockout is for people: a program gets a problem document.
    plain.axes_locked_out = False  # type: ignore[attr-defined]
    if not isinstance(user, User):
        services.note_refusal(plain, user_id=asked["user_id"], reason="password")
        _require_open(counter, now)
        return None
    return user if rights_of(user, asked["scope"], asked.get("monthly_limit")) else None


def rights_of(user: User, scope: str, monthly_limit: Decimal | None) -> list[str]:
    """What a token of this scope lets the person do now: a member reads; a representative does what the employer's role allows, and approves only
    within a monthly limit. Nothing for everybody else, for removed representatives, and for officers."""
    if scope == api_tokens.ME:
        return ["read"] if user.is_member else []
    if not user.is_representative:
        return []
    employer = Employer.objects.filter(number=scope.removeprefix(api_tokens.EMPLOYER)).first()
    found = employers_access.rights_of(user, employer, on=clock.business_date()) if employer else frozenset()
    if not found:
        return []
    rights = ["read"]
    if Right.PREPARE in found:
        rights.append("prepare")
    if Right.APPROVE in found and monthly_limit:
        rights.append("approve")
    return rights


def _require_open(counter: lockout.Counter, now: datetime) -> None:
    until = lockout.closed_until(counter, at=now)
    if until is not None:
        raise _closed(until, now)


def _closed(until: datetime, now: datetime) -> Closed:
    return Closed(wait=max(1.0, (until - now).total_seconds()))
