"""The public calculator of lateness over the API (design/contract.md)."""

from django.contrib.auth.decorators import login_not_required
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from contributions.api.calculators import AmountField, Problem, Public, WageMonthField, refuse, texts_of
from contributions.calculator import late
from contributions.calculator.reckoning import Refused
from contributions.rules.late import Part
from contributions.selectors import late_rates
from kwsp_portal.common import clock, money


class LateQuestion(serializers.Serializer):  # type: ignore[type-arg]
    """Arrears of a contribution month and the day on which they are paid, in the words of the schema; `late.FIELDS` reads the texts."""

    contribution_month = WageMonthField()
    arrears = AmountField()
    paid_on = serializers.DateField()


class LateDays(serializers.Serializer):  # type: ignore[type-arg]
    """Days of one year, first and last included. `rate_of` is the year whose declared dividends are used: an earlier one while `year` has none."""

    year = serializers.IntegerField()
    vars()["from"] = serializers.DateField(source="first")
    to = serializers.DateField(source="last")
    days = serializers.IntegerField()
    days_in_year = serializers.IntegerField()
    rate = serializers.CharField()
    rate_of = serializers.IntegerField()
    base = AmountField()
    amount = serializers.CharField()


class LateAnswer(serializers.Serializer):  # type: ignore[type-arg]
    charge = AmountField()
    dividend = AmountField()
    days = LateDays(many=True)
    dividend_days = LateDays(many=True)
    explanation = serializers.ListField(child=serializers.CharField())
    citations = serializers.ListField(child=serializers.CharField())
    assumptions = serializers.ListField(child=serializers.CharField())


@method_decorator(login_not_required, name="dispatch")
class LateCharge(Public):
    """What a late payment costs and the dividend that the members are owed for it, with the reasons, in the language of Accept-Language."""

    @extend_schema(
        description=_(
            "Caj lewat bayar dan dividen atas caruman lewat bagi tunggakan sesuatu bulan caruman yang dibayar pada sesuatu hari, dengan hari, kadar "
            "dan sebabnya."
        ),
        parameters=[LateQuestion, OpenApiParameter("Accept-Language", str, OpenApiParameter.HEADER)],
        responses={200: LateAnswer, (400, "application/problem+json"): Problem},
        tags=["calculators"],
    )
    def get(self, request: Request) -> Response:
        on = clock.business_date()
        try:
            found = late.answer(late.read(texts_of(request, late.FIELDS), on=on), on=on, declared=late_rates.declared(on=on))
        except Refused as error:
            refuse(error.faults)
        answer = {
            "charge": found.charge,
            "dividend": found.dividend,
            "days": [_days(part, exact=True) for part in found.days],
            "dividend_days": [_days(part, exact=False) for part in found.dividend_days],
            "explanation": found.why.sentences,
            "citations": found.why.citations,
            "assumptions": found.why.assumptions,
        }
        return Response(LateAnswer(answer).data)


def _days(part: Part, *, exact: bool) -> dict[str, object]:
    """The days of a year: of the charge before it is rounded, of the dividend to the sen."""
    rates = {"rate": f"{part.rate.normalize():f}", "rate_of": part.year_rate.of_year, "base": part.base + money.ZERO}
    amount = money.fraction_shown(part.exact) if exact else money.fraction_to_sen(part.exact)
    return {"year": part.first.year, **part._asdict(), **rates, "amount": amount}
