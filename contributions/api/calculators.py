"""Public calculators (design/contract.md): what the law asks for, and why."""

import re
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django.contrib.auth.decorators import login_not_required
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import exceptions, permissions, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from contributions import explanations
from contributions.facts import Elections, EmployeeFacts
from contributions.rules import schedule
from kwsp_portal.common import money
from kwsp_portal.common.periods import EARLIEST_YEAR, PeriodError, WageMonth
from kwsp_portal.common.rates import NotInForce
from kwsp_portal.common.refusal import Refusal
from members.enums import Citizenship

HIGHEST_WAGES = Decimal("10000000.00")
"""Ten million ringgit a month: more is a slip of the finger, and the answer would look like one."""
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
MONEY_WORDS = {
    "EMPTY": _("Ditemui kosong, dijangka amaun seperti 6250.00"),
    "NEGATIVE": _("Ditemui %(found)s, dijangka amaun yang tidak negatif"),
    "TOO_MANY_DECIMALS": _("Ditemui %(found)s, dijangka paling banyak dua tempat perpuluhan"),
    "TOO_LARGE": _("Ditemui %(found)s, dijangka paling tinggi 10000000.00"),
}
MOST_POINTS = Decimal(100)
POINTS_WORDS = {
    "NEGATIVE": _("Ditemui %(found)s, dijangka peratus yang tidak negatif, seperti 5 atau 2.5"),
    "TOO_MANY_DECIMALS": _("Ditemui %(found)s, dijangka peratus dengan paling banyak dua tempat perpuluhan"),
    "TOO_LARGE": _("Ditemui %(found)s, dijangka peratus paling tinggi 100"),
    "NOT_PLAIN": _("Ditemui %(found)s, dijangka peratus dengan angka 0 hingga 9, seperti 5 atau 2.5"),
}
TOO_FAR_AHEAD = _("Bulan upah terlalu jauh di hadapan untuk dikira")
MISSING = _("Ditemui kosong, dijangka nilai")
UNKNOWN_CHOICE = _("Ditemui {input}, dijangka satu daripada citizen, permanent_resident, non_citizen")
NOT_PLAIN = _("Ditemui %(found)s, dijangka angka 0 hingga 9 dengan dua tempat perpuluhan, seperti 6250.00")


@extend_schema_field({"type": "string", "format": "decimal", "example": "6250.00"})
class AmountField(serializers.Field):  # type: ignore[type-arg]
    """An amount in ringgit as text; see common.money.ringgit for what is refused."""

    default_error_messages: ClassVar = {"required": MISSING}

    def to_internal_value(self, data: Any) -> Decimal:
        try:
            amount = money.ringgit(str(data))
        except money.MoneyError as error:
            words = MONEY_WORDS.get(error.code, NOT_PLAIN)
            raise serializers.ValidationError(str(words) % {"found": error.found}, code=error.code) from error
        if amount > HIGHEST_WAGES:
            raise serializers.ValidationError(str(MONEY_WORDS["TOO_LARGE"]) % {"found": str(data)[:40]}, code="TOO_LARGE")
        return amount

    def to_representation(self, value: Decimal) -> str:
        return str(value)


@extend_schema_field({"type": "string", "format": "decimal", "default": "0", "example": "2.5"})
class PointsField(serializers.Field):  # type: ignore[type-arg]
    """Percentage points above the statutory rate as text, `5` or `2.5`: plain digits, at most two decimals, at most 100."""

    def to_internal_value(self, data: Any) -> Decimal:
        try:
            points = money.ringgit(str(data))
        except money.MoneyError as error:
            words = POINTS_WORDS.get(error.code, POINTS_WORDS["NOT_PLAIN"])
            raise serializers.ValidationError(str(words) % {"found": error.found}, code=error.code) from error
        if points > MOST_POINTS:
            raise serializers.ValidationError(str(POINTS_WORDS["TOO_LARGE"]) % {"found": str(data)[:40]}, code="TOO_LARGE")
        return points

    def to_representation(self, value: Decimal) -> str:
        return str(value)


@extend_schema_field({"type": "string", "example": "2026-10"})
class WageMonthField(serializers.Field):  # type: ignore[type-arg]
    """`YYYY-MM`."""

    default_error_messages: ClassVar = {"required": MISSING}

    def to_internal_value(self, data: Any) -> WageMonth:
        try:
            return WageMonth.parse(str(data))
        except PeriodError as error:
            words = _("Ditemui %(found)s, dijangka bulan seperti 2026-10")
            raise serializers.ValidationError(str(words) % {"found": error.found}, code=error.code) from error

    def to_representation(self, value: WageMonth) -> str:
        return str(value)


class DayField(serializers.DateField):
    """`YYYY-MM-DD` in ASCII digits, a day that exists."""

    default_error_messages: ClassVar = {"required": MISSING}

    def to_internal_value(self, value: Any) -> date:
        try:
            day = date.fromisoformat(value if DAY.fullmatch(value) else "")
        except ValueError as error:
            words = _("Ditemui %(found)s, dijangka tarikh seperti 1990-05-31")
            raise serializers.ValidationError(str(words) % {"found": value[:40]}, code="NOT_A_DATE") from error
        if day.year < EARLIEST_YEAR:
            words = _("Ditemui %(found)s, dijangka tarikh dari %(earliest)s")
            raise serializers.ValidationError(str(words) % {"found": value, "earliest": f"{EARLIEST_YEAR}-01-01"}, code="OUT_OF_RANGE")
        return day


class Input(serializers.Serializer):  # type: ignore[type-arg]
    wage_month = WageMonthField()
    wages = AmountField()
    bonus = AmountField(default=Decimal("0.00"))
    citizenship = serializers.ChoiceField(
        choices=[status.value.lower() for status in Citizenship], error_messages={"required": MISSING, "invalid_choice": UNKNOWN_CHOICE}
    )
    birth_date = DayField()
    member_since = DayField(required=False, allow_null=True, default=None)
    employer_excess = PointsField(default=Decimal(0))
    employee_excess = PointsField(default=Decimal(0))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Dates and amounts that contradict each other."""
        errors: dict[str, list[exceptions.ErrorDetail]] = {}
        if attrs["bonus"] > attrs["wages"]:
            errors["bonus"] = [exceptions.ErrorDetail(str(_("Bonus ialah sebahagian daripada upah dan tidak boleh melebihinya")), code="OVER_WAGES")]
        since = attrs["member_since"]
        if since is not None and since < attrs["birth_date"]:
            words = _("Tarikh menjadi ahli lebih awal daripada tarikh lahir")
            errors["member_since"] = [exceptions.ErrorDetail(str(words), code="BEFORE_BIRTH")]
        if errors:
            raise serializers.ValidationError(errors)
        return attrs


class Band(serializers.Serializer):  # type: ignore[type-arg]
    """The row of the schedule in which the wages lie; `to` is null where there is none: above RM20,000, and in Part F."""

    vars()["from"] = AmountField(source="band_from")
    to = AmountField(source="band_to", allow_null=True)


class Output(serializers.Serializer):  # type: ignore[type-arg]
    part = serializers.CharField()
    employer = AmountField()
    employee = AmountField()
    total = AmountField()
    band = Band(source="*")
    reference = serializers.CharField()
    explanation = serializers.ListField(child=serializers.CharField(), source="why.sentences")
    citations = serializers.ListField(child=serializers.CharField(), source="why.citations")
    assumptions = serializers.ListField(child=serializers.CharField(), source="why.assumptions")


class Wrong(serializers.Serializer):  # type: ignore[type-arg]
    """What is wrong with one parameter. `code` is stable, `detail` is for people."""

    field = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class Problem(serializers.Serializer):  # type: ignore[type-arg]
    """RFC 9457."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    errors = Wrong(many=True)  # type: ignore[assignment]


@method_decorator(login_not_required, name="dispatch")
class Contribution(APIView):
    """Both shares for one employee and wage month, with the reasons, in the language of Accept-Language."""

    owner = "public"
    roles: ClassVar[frozenset[str]] = frozenset()
    authentication_classes = ()
    permission_classes = (permissions.AllowAny,)

    @extend_schema(
        description=_("Kedua-dua syer bagi seorang pekerja dan satu bulan upah, dengan sebab setiap angka, dalam bahasa Accept-Language."),
        parameters=[Input, OpenApiParameter("Accept-Language", str, OpenApiParameter.HEADER)],
        responses={200: Output, (400, "application/problem+json"): Problem},
        tags=["calculators"],
    )
    def get(self, request: Request) -> Response:
        asked = Input(data=_single(request))
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        facts = EmployeeFacts(
            wage_month=given["wage_month"],
            wages=given["wages"],
            bonus=given["bonus"],
            citizenship=Citizenship(given["citizenship"].upper()),
            member_since=given["member_since"],
            birth_date=given["birth_date"],
        )
        # Whoever asks wants the figures: somebody who may choose is taken to have chosen, and the explanation says so.
        elections = Elections(given["employer_excess"], given["employee_excess"], chosen=True)
        try:
            found = schedule.shares(facts, elections)
            why = explanations.explained(schedule.explain(facts, elections))
        except NotInForce as error:
            words = exceptions.ErrorDetail(explanations.not_in_force_words(error), code="NOT_IN_FORCE")
            raise serializers.ValidationError({"wage_month": [words]}) from error
        except PeriodError as error:
            words = exceptions.ErrorDetail(str(TOO_FAR_AHEAD), code=error.code)
            raise serializers.ValidationError({"wage_month": [words]}) from error
        except Refusal as refusal:
            words = exceptions.ErrorDetail(explanations.refusal_words(refusal), code=refusal.code)
            raise serializers.ValidationError({_field(refusal): [words]}) from refusal
        return Response(Output({**found._asdict(), "why": why}).data)


def _field(refusal: Refusal) -> str:
    """The parameter that a refusal of the rules is about."""
    if refusal.code == "EXCESS_TOO_HIGH":
        return f"{refusal.details['whose']}_excess"
    return "birth_date" if refusal.code in ("ABOVE_CONTRIBUTION_AGE", "BORN_AFTER_WAGE_MONTH") else "wages"


def _single(request: Request) -> dict[str, str]:
    """The query, each name once. A name given twice is refused: of two answers nobody knows which was meant."""
    doubled = [name for name, values in request.query_params.lists() if len(values) > 1]
    if doubled:
        words = str(_("Ditemui lebih daripada sekali, dijangka sekali"))
        raise serializers.ValidationError({name: [exceptions.ErrorDetail(words, code="GIVEN_TWICE")] for name in doubled})
    return {name: values[0] for name, values in request.query_params.lists() if values != [""]}
