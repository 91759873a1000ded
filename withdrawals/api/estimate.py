"""The public calculator of withdrawals over the API (design/contract.md)."""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, Final

from django.contrib.auth.decorators import login_not_required
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import exceptions, permissions, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from kwsp_portal.common import clock, money
from withdrawals import calculator, explanations, forms, kinds
from withdrawals.enums import KindCode

FORMAT: Final = "format"
"""DRF's own parameter, by which a client may name the format of the answer."""
_UNKNOWN: Final = _("Ditemui parameter yang tidak dikenali, dijangka satu daripada %(known)s")
_TWICE: Final = _("Ditemui lebih daripada sekali, dijangka sekali")
_NO_KIND: Final = _("Ditemui %(found)s, dijangka satu daripada %(known)s")


@extend_schema_field({"type": "string", "format": "decimal", "example": "6250.00"})
class AmountField(serializers.CharField):
    """An amount in ringgit as text, with two decimals."""


class WithdrawalFault(serializers.Serializer):  # type: ignore[type-arg]
    """What is wrong with one parameter. `code` is stable, `detail` is for people."""

    field = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class WithdrawalProblem(serializers.Serializer):  # type: ignore[type-arg]
    """RFC 9457, with what is wrong with each parameter, where one is at fault."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    reference = serializers.CharField(required=False)
    errors = WithdrawalFault(many=True, required=False)  # type: ignore[assignment]


class WithdrawalRefusal(serializers.Serializer):  # type: ignore[type-arg]
    """Why nothing can be taken. `until` is the day on which time alone mends it; `change` what a person could do."""

    code = serializers.CharField()
    provision = serializers.CharField()
    until = serializers.DateField(allow_null=True)
    detail = serializers.CharField()
    change = serializers.CharField()


class WithdrawalCharge(serializers.Serializer):  # type: ignore[type-arg]
    account = serializers.CharField()
    amount = AmountField()


class WithdrawalAnswer(serializers.Serializer):  # type: ignore[type-arg]
    """`amount` is the most that can be taken, 0.00 with any refusal; `charges` say from which account, for the amount asked for or the most."""

    kind = serializers.CharField()
    amount = AmountField()
    least = AmountField()
    refusals = WithdrawalRefusal(many=True)
    charges = WithdrawalCharge(many=True)
    explanation = serializers.ListField(child=serializers.CharField())
    citations = serializers.ListField(child=serializers.CharField())
    assumptions = serializers.ListField(child=serializers.CharField())


@method_decorator(login_not_required, name="dispatch")
class Withdrawal(APIView):
    """How much of a kind can be taken, of figures that the caller brings. Nothing is stored."""

    owner = "public"
    roles: ClassVar[frozenset[str]] = frozenset()
    authentication_classes = ()
    permission_classes = (permissions.AllowAny,)

    @extend_schema(
        description=_(
            "Berapa yang boleh dikeluarkan bagi satu jenis pengeluaran hari ini, daripada angka yang diberi, atau setiap sebab mengapa tidak. "
            "`kind` dan `birth_date` diperlukan; `citizenship`, hari menjadi ahli (`member_since`), baki setiap akaun (`persaraan`, "
            "`sejahtera`, `fleksibel`, `akaun_55`, `emas`), `amount` dan soalan jenis itu boleh diberi dengan nama pada permohonan."
        ),
        parameters=[
            OpenApiParameter("kind", str, required=True, enum=[code.value.lower() for code in KindCode]),
            OpenApiParameter("birth_date", date, required=True),
            OpenApiParameter("citizenship", str, enum=["", "citizen", "permanent_resident", "non_citizen"]),
            OpenApiParameter("member_since", str),
            *(OpenApiParameter(name, str) for name in (*forms.ACCOUNTS, "amount")),
            OpenApiParameter("Accept-Language", str, OpenApiParameter.HEADER),
        ],
        responses={200: WithdrawalAnswer, (400, "application/problem+json"): WithdrawalProblem},
        tags=["calculators"],
    )
    def get(self, request: Request) -> Response:
        on = clock.business_date()
        texts, code = _texts(request)
        form = forms.CalculatorForm(texts, kind=code, on=on, names=calculator.names_on(on))
        _only_known(request, {"kind", *form.fields})
        if not form.is_valid():
            raise serializers.ValidationError(
                {
                    name: [exceptions.ErrorDetail(one["message"], code=one["code"].upper() or "INVALID") for one in found]
                    for name, found in _errors(form)
                }
            )
        found = form.answer()
        total = money.ZERO if found.refusals else found.most
        why = explanations.explained(found.steps)
        reasons = zip(found.refusals, explanations.reasons(found.refusals), strict=True)
        answer = {
            "kind": code.value.lower(),
            "amount": f"{total:.2f}",
            "least": f"{found.least:.2f}",
            "refusals": [
                {"code": one.code, "provision": one.provision, "until": said.until, "detail": said.words, "change": said.change}
                for one, said in reasons
            ],
            "charges": [{"account": one.account.value, "amount": f"{one.amount:.2f}"} for one in found.charges],
            "explanation": why.sentences,
            "citations": why.citations,
            "assumptions": why.assumptions,
        }
        return Response(WithdrawalAnswer(answer).data)


def _texts(request: Request) -> tuple[Mapping[str, str], KindCode]:
    """The query, each name once, and the kind it names."""
    twice = [name for name, found in request.query_params.lists() if len(found) > 1]
    if twice:
        raise serializers.ValidationError({name[:40]: [exceptions.ErrorDetail(str(_TWICE), code="GIVEN_TWICE")] for name in twice})
    named = request.query_params.get("kind", "")
    code = next((one for one in kinds.OF if one.value.lower() == named), None)
    if code is None:
        known = ", ".join(one.value.lower() for one in kinds.OF)
        words = str(_NO_KIND) % {"found": named[:40] or "-", "known": known}
        raise serializers.ValidationError({"kind": [exceptions.ErrorDetail(words, code="INVALID_CHOICE" if named else "REQUIRED")]})
    return request.query_params.dict(), code


def _only_known(request: Request, known: set[str]) -> None:
    """A name that is not known is refused: a misspelt one would otherwise give a wrong figure in silence."""
    words = str(_UNKNOWN) % {"known": ", ".join(sorted(known))}
    unknown = [name[:40] for name in request.query_params if name not in known and name != FORMAT]
    if unknown:
        raise serializers.ValidationError({name: [exceptions.ErrorDetail(words, code="UNKNOWN_PARAMETER")] for name in unknown})


def _errors(form: forms.CalculatorForm) -> list[tuple[str, Any]]:
    return list(form.errors.get_json_data().items())
