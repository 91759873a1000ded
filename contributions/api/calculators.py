"""Public calculators (design/contract.md): what the law asks for, and why."""

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any, ClassVar, Final, NoReturn

from django.contrib.auth.decorators import login_not_required
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import exceptions, permissions, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from contributions.calculator import reckoning, several
from kwsp_portal.common import clock
from members.enums import Citizenship

MOST_EMPLOYEES: Final = 1_000
YES_NO: Final = ("keeps", "domestic")
"""Members of a body that may be JSON's true and false."""
FORMAT: Final = "format"
"""DRF's own parameter, by which a client may name the format of the answer."""
_TWICE = _("Ditemui lebih daripada sekali, dijangka sekali")
_UNKNOWN = _("Ditemui parameter yang tidak dikenali, dijangka satu daripada %(known)s")
_NOT_TEXT = _('Ditemui %(found)s, dijangka teks dalam tanda petik, seperti "%(example)s"')
_NOT_EMPLOYEE = _("Ditemui %(found)s, dijangka pekerja dengan upah, kewarganegaraan dan tarikh lahir")
_EXAMPLES: Final[Mapping[str, str]] = {
    "wage_month": "2026-10",
    "wages": "6250.00",
    "bonus": "6250.00",
    "citizenship": "citizen",
    "birth_date": "1990-05-31",
    "member_since": "2010-01-01",
    "employer_excess": "2.5",
    "employee_excess": "2.5",
    "keeps": "true",
    "domestic": "true",
}
_NOT_LIST = _("Dijangka senarai pekerja, setiap satu dengan upah, kewarganegaraan dan tarikh lahir")
_TOO_MANY = _("Ditemui %(found)s pekerja, dijangka paling banyak %(most)s")


@extend_schema_field({"type": "string", "format": "decimal", "example": "6250.00"})
class AmountField(serializers.CharField):
    """An amount in ringgit as text; `contributions.calculator.values` reads it."""


@extend_schema_field({"type": "string", "format": "decimal", "default": "0", "example": "2.5"})
class PointsField(serializers.CharField):
    """Percentage points above the statutory rate as text, `5` or `2.5`: plain digits, at most two decimals, at most 100."""


MONTH: Final = {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$", "example": "2026-10"}


@extend_schema_field(MONTH)
class WageMonthField(serializers.CharField):
    """`YYYY-MM`."""


class Employee(serializers.Serializer):  # type: ignore[type-arg]
    """One employee of a question, in the words of the schema; `reckoning.FIELDS` reads the texts."""

    wages = AmountField()
    bonus = AmountField(default="0.00")
    citizenship = serializers.ChoiceField(choices=[status.value.lower() for status in Citizenship])
    birth_date = serializers.DateField()
    member_since = serializers.DateField(required=False, allow_null=True, default=None)
    employer_excess = PointsField(default="0")
    employee_excess = PointsField(default="0")
    keeps = serializers.BooleanField(default=False)
    domestic = serializers.BooleanField(default=False)


class Input(Employee):
    wage_month = WageMonthField()


class Employees(serializers.Serializer):  # type: ignore[type-arg]
    """Several employees of one wage month."""

    wage_month = WageMonthField()
    employees = serializers.ListField(child=Employee(), min_length=1, max_length=MOST_EMPLOYEES)


class Band(serializers.Serializer):  # type: ignore[type-arg]
    """The row of the schedule in which the wages lie; `to` is null where there is none: above RM20,000, in Part F, and with an excess on both
    shares."""

    vars()["from"] = AmountField(source="band_from")
    to = AmountField(source="band_to", allow_null=True)


class Wrong(serializers.Serializer):  # type: ignore[type-arg]
    """What is wrong with one parameter. `code` is stable, `detail` is for people."""

    field = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField(source="words")


class Problem(serializers.Serializer):  # type: ignore[type-arg]
    """RFC 9457. `errors` where parameters are at fault: what cannot be read at all has none."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    reference = serializers.CharField(required=False)
    errors = Wrong(many=True, required=False)  # type: ignore[assignment]


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


class RowOutput(serializers.Serializer):  # type: ignore[type-arg]
    """One employee of a list, numbered from 1: the shares, or what is wrong. Why the shares are what they are is asked one by one."""

    row = serializers.IntegerField()
    part = serializers.CharField(allow_null=True)
    employer = AmountField(allow_null=True)
    employee = AmountField(allow_null=True)
    total = AmountField(allow_null=True)
    reference = serializers.CharField(allow_null=True)
    errors = Wrong(many=True)  # type: ignore[assignment]


class Totals(serializers.Serializer):  # type: ignore[type-arg]
    """Of the rows that hold."""

    valid = serializers.IntegerField()
    invalid = serializers.IntegerField()
    employer = AmountField()
    employee = AmountField()
    total = AmountField()


class ListOutput(serializers.Serializer):  # type: ignore[type-arg]
    wage_month = WageMonthField()
    contribution_month = WageMonthField()
    due_date = serializers.DateField()
    rows = RowOutput(many=True)
    totals = Totals()


class Public(APIView):
    """Arithmetic on figures that the caller brings: nobody is asked who they are."""

    owner = "public"
    roles: ClassVar[frozenset[str]] = frozenset()
    authentication_classes = ()
    permission_classes = (permissions.AllowAny,)


@method_decorator(login_not_required, name="dispatch")
class Contribution(Public):
    """Both shares for one employee and wage month, with the reasons, in the language of Accept-Language."""

    @extend_schema(
        description=_("Kedua-dua syer bagi seorang pekerja dan satu bulan upah, dengan sebab setiap angka, dalam bahasa Accept-Language."),
        parameters=[Input, OpenApiParameter("Accept-Language", str, OpenApiParameter.HEADER)],
        responses={200: Output, (400, "application/problem+json"): Problem},
        tags=["calculators"],
    )
    def get(self, request: Request) -> Response:
        try:
            question = reckoning.read(texts_of(request, reckoning.FIELDS))
            reckoning.check_reach(question.facts.wage_month, clock.business_date())
            found, why = reckoning.shares(question), reckoning.why(question)
        except reckoning.Refused as error:
            refuse(error.faults)
        return Response(Output({**found._asdict(), "why": why}).data)


@method_decorator(login_not_required, name="dispatch")
class Several(Public):
    """Both shares for several employees of one wage month. Nothing is stored."""

    @extend_schema(
        description=_(
            "Kedua-dua syer bagi beberapa pekerja dalam satu bulan upah, paling banyak 1,000. Baris yang salah dinyatakan, yang lain dikira. "
            "Tiada apa-apa yang disimpan."
        ),
        parameters=[OpenApiParameter("Accept-Language", str, OpenApiParameter.HEADER)],
        request=Employees,
        responses={200: ListOutput, (400, "application/problem+json"): Problem},
        tags=["calculators"],
    )
    def post(self, request: Request) -> Response:
        month, employees = _asked(request.data)
        rows, odd = [], []
        for number, employee in enumerate(employees, start=1):
            try:
                rows.append(several.Row(number, _texts(employee, set(reckoning.FIELDS) - {"wage_month"})))
            except reckoning.Refused as error:
                odd.append(several.Faulty(number, error.faults))
        try:
            result = several.reckon(rows, month)
            reckoning.check_reach(result.wage_month, clock.business_date())
        except reckoning.Refused as error:
            refuse(error.faults)
        return Response(ListOutput(_answer(result, odd)).data)


def _asked(body: Any) -> tuple[str, list[Any]]:
    """The month and the employees of a body, as they stand in it."""
    if not isinstance(body, dict) or not isinstance(body.get("employees"), list) or not body["employees"]:
        refuse([reckoning.Fault("employees", "NOT_A_LIST", str(_NOT_LIST))])
    unknown = [str(name) for name in body if name not in ("wage_month", "employees")]
    if unknown:
        refuse(_unknown(unknown, ("wage_month", "employees")))
    employees = body["employees"]
    if len(employees) > MOST_EMPLOYEES:
        words = str(_TOO_MANY) % {"found": len(employees), "most": MOST_EMPLOYEES}
        refuse([reckoning.Fault("employees", "TOO_MANY", words)])
    month = body.get("wage_month", "")
    if not isinstance(month, str) or not month:
        refuse([_not_text("wage_month", month) if month else reckoning.Fault("wage_month", "REQUIRED", str(reckoning.MISSING))])
    return month, employees


def _texts(employee: Any, known: set[str]) -> Mapping[str, str]:
    """The texts of one employee. A number would have lost its digits on the way, so only text is taken; null is as if left out."""
    if not isinstance(employee, dict):
        raise reckoning.Refused([_not_text("", employee)])
    employee = {name: str(value).lower() if isinstance(value, bool) and name in YES_NO else value for name, value in employee.items()}
    faults = _unknown([str(name) for name in employee if name not in known], sorted(known))
    faults += [_not_text(name, value) for name, value in employee.items() if name in known and not isinstance(value, str | None)]
    if faults:
        raise reckoning.Refused(faults)
    return {name: value for name, value in employee.items() if value}


def _not_text(field: str, found: Any) -> reckoning.Fault:
    words = _NOT_TEXT if field else _NOT_EMPLOYEE
    shown = json.dumps(found, ensure_ascii=False)[:40]
    return reckoning.Fault(field, "NOT_TEXT", str(words) % {"found": shown, "example": _EXAMPLES.get(field, "")})


def _unknown(names: Iterable[str], known: Iterable[str]) -> list[reckoning.Fault]:
    """A name that is not known is refused: a misspelt `bonus` would otherwise give a wrong figure in silence."""
    words = str(_UNKNOWN) % {"known": ", ".join(known)}
    return [reckoning.Fault(name[:40], "UNKNOWN_PARAMETER", words) for name in names]


def _answer(result: several.Result, odd: list[several.Faulty]) -> dict[str, Any]:
    faulty = [*result.faulty, *odd]
    good = {row.line: {"row": row.line, **row.shares._asdict(), "errors": []} for row in result.rows}
    blank = {"part": None, "employer": None, "employee": None, "total": None, "reference": None}
    bad = {row.line: {"row": row.line, **blank, "errors": row.faults} for row in faulty}
    return {
        "wage_month": result.wage_month,
        "contribution_month": result.wage_month.contribution_month,
        "due_date": result.wage_month.due_date,
        "rows": [row for _number, row in sorted({**good, **bad}.items())],
        "totals": {
            "valid": len(good),
            "invalid": len(bad),
            "employer": result.employer,
            "employee": result.employee,
            "total": result.total,
        },
    }


def texts_of(request: Request, fields: Collection[str]) -> dict[str, str]:
    """The query, each name once and known. A name given twice is refused: of two answers nobody knows which was meant."""
    given = {name: found for name, found in request.query_params.lists() if name != FORMAT}
    faults = [reckoning.Fault(name, "GIVEN_TWICE", str(_TWICE)) for name, found in given.items() if len(found) > 1 and name in fields]
    faults += _unknown([name for name in given if name not in fields], fields)
    if faults:
        refuse(faults)
    return {name: found[0] for name, found in given.items()}


def refuse(faults: Iterable[reckoning.Fault]) -> NoReturn:
    """400 with every fault, in the order of the fields."""
    errors: dict[str, list[exceptions.ErrorDetail]] = {}
    for fault in faults:
        errors.setdefault(fault.field, []).append(exceptions.ErrorDetail(fault.words, code=fault.code))
    raise serializers.ValidationError(errors)
