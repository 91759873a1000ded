"""The public calculator of i-Saraan and i-Suri over the API (design/contract.md)."""

from django.contrib.auth.decorators import login_not_required
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from contributions.api.calculators import AmountField, Problem, Public, refuse, texts_of
from contributions.calculator import incentive
from contributions.calculator.reckoning import Refused
from contributions.enums import IncentiveScheme
from kwsp_portal.common import clock


class IncentiveQuestion(serializers.Serializer):  # type: ignore[type-arg]
    """What is contributed to a scheme in a year, in the words of the schema; `incentive.FIELDS` reads the texts."""

    scheme = serializers.ChoiceField(choices=[scheme.value.lower() for scheme in IncentiveScheme])
    year = serializers.IntegerField()
    contributed = AmountField()
    birth_date = serializers.DateField()


class IncentiveAnswer(serializers.Serializer):  # type: ignore[type-arg]
    """`rate` is null for the years of i-Suri that paid RM40 a month. `returned` is what of them is above the yearly ceiling of all kinds, `more` the
    further contribution that earns the rest of the year's incentive: null where there is no such amount."""

    incentive = AmountField()
    rate = serializers.CharField(allow_null=True)
    cap = AmountField()
    returned = AmountField()
    more = AmountField(allow_null=True)
    explanation = serializers.ListField(child=serializers.CharField())
    citations = serializers.ListField(child=serializers.CharField())
    assumptions = serializers.ListField(child=serializers.CharField())


@method_decorator(login_not_required, name="dispatch")
class Incentive(Public):
    """What the Government adds to a year's i-Saraan or i-Suri contributions, with the reasons, in the language of Accept-Language."""

    @extend_schema(
        description=_(
            "Insentif Kerajaan atas caruman i-Saraan atau i-Suri sesuatu tahun, bagi ahli yang belum menerima insentif dalam tahun-tahun sebelumnya, "
            "dengan kadar, had dan sebabnya."
        ),
        parameters=[IncentiveQuestion, OpenApiParameter("Accept-Language", str, OpenApiParameter.HEADER)],
        responses={200: IncentiveAnswer, (400, "application/problem+json"): Problem},
        tags=["calculators"],
    )
    def get(self, request: Request) -> Response:
        try:
            found = incentive.answer(incentive.read(texts_of(request, incentive.FIELDS), on=clock.business_date()))
        except Refused as error:
            refuse(error.faults)
        answer = {
            "incentive": found.incentive,
            "rate": None if found.rate is None else f"{found.rate.normalize():f}",
            "cap": found.cap,
            "returned": found.taken.returned,
            "more": found.more,
            "explanation": found.why.sentences,
            "citations": found.why.citations,
            "assumptions": found.why.assumptions,
        }
        return Response(IncentiveAnswer(answer).data)
