"""What a member may ask of the own contributions (design/contract.md): read only, in the language of Accept-Language."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import exceptions, pagination, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from contributions.api.calculators import FORMAT, AmountField, Problem, WageMonthField
from contributions.explanations import Explained
from contributions.selectors import savings
from contributions.selectors.corrected import Corrected
from contributions.selectors.explaining import Figures
from contributions.selectors.savings import ContributionPage
from kwsp_portal.common import clock, money
from members import access as members_access
from members.enums import SubAccount
from members.identity.api import IsMember, PortalSession
from members.identity.token_authentication import Token
from members.ledger.balances import EntryView
from members.ledger.labels import reference

YEAR_DIGITS: Final = 4
_NOT_A_YEAR = _("Ditemui %(found)s, dijangka tahun dengan empat digit, seperti 2026")
_UNKNOWN = _("Ditemui parameter yang tidak dikenali, dijangka year atau cursor")
_TWICE = _("Ditemui lebih daripada sekali, dijangka sekali")


class StepOfWhy(serializers.Serializer):  # type: ignore[type-arg]
    """One step of a reckoning as data. `code` is stable; amounts are ringgit, rates fractions, days and months ISO 8601; `citation` and `assumed`
    name sources and values of the register of law."""

    code = serializers.CharField()
    figures = serializers.DictField(child=serializers.CharField())
    citation = serializers.CharField(allow_blank=True)
    assumed = serializers.CharField(allow_blank=True)


class Why(serializers.Serializer):  # type: ignore[type-arg]
    """Why a figure is what it is: `steps` as data, `explanation` the same in words, each source and assumption once, `law` the edition used."""

    explanation = serializers.ListField(child=serializers.CharField())
    steps = StepOfWhy(many=True)
    citations = serializers.ListField(child=serializers.CharField())
    assumptions = serializers.ListField(child=serializers.CharField())
    law = serializers.CharField(allow_blank=True)


class SharesOfRow(serializers.Serializer):  # type: ignore[type-arg]
    part = serializers.CharField()
    employer = AmountField()
    employee = AmountField()
    total = AmountField()


class AccountPart(serializers.Serializer):  # type: ignore[type-arg]
    """What an account got; less than nothing for what was taken back from it."""

    account = serializers.ChoiceField(choices=[code.value for code in SubAccount])
    amount = AmountField()


class CreditOfRow(serializers.Serializer):  # type: ignore[type-arg]
    """An entry of the ledger: its number, when it was booked, from when it earns, and what it did to the member's accounts."""

    reference = serializers.CharField()
    booked_on = serializers.DateField()
    value_date = serializers.DateField()
    accounts = AccountPart(many=True)


class CorrectionOfRow(serializers.Serializer):  # type: ignore[type-arg]
    """A posted correction, under two officers. `credit` is null where no money moved on the member's accounts."""

    posted_on = serializers.DateField(allow_null=True)
    reason = serializers.CharField()
    then = SharesOfRow()
    now = SharesOfRow()
    difference = AmountField()
    credit = CreditOfRow(allow_null=True)
    why = Why(allow_null=True)


class ContributionOfMember(serializers.Serializer):  # type: ignore[type-arg]
    """One contribution. `shares` are what counts now, `filed` what Borang A had. `why_shares`, `why_accounts` and `why_value_date` are null where
    there is nothing to explain yet, or where today's rules no longer give the figure: then `today` has what they give."""

    id = serializers.IntegerField()
    wage_month = WageMonthField()
    contribution_month = WageMonthField()
    due_date = serializers.DateField()
    employer_number = serializers.CharField()
    employer_name = serializers.CharField()
    wages = AmountField()
    bonus = AmountField()
    standing = serializers.CharField()
    late = serializers.BooleanField()
    paid_on = serializers.DateField(allow_null=True)
    filed = SharesOfRow()
    shares = SharesOfRow()
    today = SharesOfRow(allow_null=True)
    credit = CreditOfRow(allow_null=True)
    why_shares = Why(allow_null=True)
    why_accounts = Why(allow_null=True)
    why_value_date = Why(allow_null=True)
    corrections = CorrectionOfRow(many=True)


@extend_schema_field({"type": "string", "format": "uri"})
class AddressField(serializers.CharField):
    """The address of another page."""


class ContributionPageOfMember(serializers.Serializer):  # type: ignore[type-arg]
    next = AddressField(allow_null=True)
    previous = AddressField(allow_null=True)
    results = ContributionOfMember(many=True)


class ProblemWithoutFields(serializers.Serializer):  # type: ignore[type-arg]
    """RFC 9457, where no parameter is at fault."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    reference = serializers.CharField(required=False)


class NewestMonthFirst(pagination.CursorPagination):
    page_size = 24
    ordering = ("-month", "-pk")


class Contributions(APIView):
    """A year of the own contributions, by wage month, each with why it is what it is."""

    authentication_classes = (PortalSession, Token)
    permission_classes = (IsMember,)

    @extend_schema(
        description=_(
            "Caruman sendiri bagi satu tahun bulan upah (tahun ini jika tidak dinyatakan), yang terbaharu dahulu, dengan sebab setiap angka sebagai "
            "data dan dalam kata-kata bahasa Accept-Language, rujukan, andaian, dan setiap pembetulan."
        ),
        parameters=[
            OpenApiParameter("year", int, description="2026"),
            OpenApiParameter("cursor", str),
            OpenApiParameter("Accept-Language", str, OpenApiParameter.HEADER),
        ],
        responses={
            200: ContributionPageOfMember,
            (400, "application/problem+json"): Problem,
            **{(status, "application/problem+json"): ProblemWithoutFields for status in (401, 403, 404)},
        },
        tags=["me"],
    )
    def get(self, request: Request) -> Response:
        on = clock.business_date()
        year = _year(request, on.year)
        member = members_access.member_for(request.user)  # type: ignore[arg-type]
        pages = NewestMonthFirst()
        rows = pages.paginate_queryset(savings.rows_in(member=member, year=year), request, view=self) or []
        found = [_contribution(page) for page in savings.pages_of(member=member, rows=rows, on=on)]
        body = {"next": pages.get_next_link(), "previous": pages.get_previous_link(), "results": found}
        return Response(ContributionPageOfMember(body).data)


def _year(request: Request, this: int) -> int:
    """The year asked for. What is not known is refused, as by the calculators."""
    errors: dict[str, list[exceptions.ErrorDetail]] = {}
    for name, given in request.query_params.lists():
        if name not in ("year", "cursor", FORMAT):
            errors[name[:40]] = [exceptions.ErrorDetail(str(_UNKNOWN), code="UNKNOWN_PARAMETER")]
        elif len(given) > 1:
            errors[name] = [exceptions.ErrorDetail(str(_TWICE), code="GIVEN_TWICE")]
    text = request.query_params.get("year", str(this))
    if not (text.isascii() and text.isdigit() and len(text) == YEAR_DIGITS and text > "0000") and "year" not in errors:
        errors["year"] = [exceptions.ErrorDetail(str(_NOT_A_YEAR) % {"found": text[:20]}, code="NOT_A_YEAR")]
    if errors:
        raise serializers.ValidationError(errors)
    return int(text)


def _contribution(page: ContributionPage) -> Mapping[str, Any]:
    found, behind = page.found, page.behind
    row, shares, split = found.row, behind.shares, behind.split
    filed = _shares(row.part, row.employer_share, row.employee_share)
    return {
        "id": row.pk,
        "wage_month": found.month,
        "contribution_month": found.month.contribution_month,
        "due_date": found.month.due_date,
        "employer_number": row.filing.employer.number,
        "employer_name": found.employer,
        "wages": row.wages,
        "bonus": row.bonus or money.from_sen(0),
        "standing": page.standing.state.value,
        "late": page.standing.late,
        "paid_on": row.filing.paid_on,
        "filed": filed,
        "shares": _figures(shares.stored) if shares else filed,
        "today": _figures(shares.now) if shares and shares.now else None,
        "credit": _credit(found.credit),
        "why_shares": _why(shares.why, shares.law.reference) if shares else None,
        "why_accounts": _why(split.why, split.law.reference) if split else None,
        "why_value_date": _why(split.earns, split.law.reference) if split else None,
        "corrections": [_correction(one) for one in behind.corrected],
    }


def _correction(found: Corrected) -> Mapping[str, Any]:
    line = found.line
    return {
        "posted_on": line.correction.posted_on,
        "reason": line.correction.reason,
        "then": _shares(line.then_part, line.then_employer, line.then_employee),
        "now": _shares(line.now_part, line.now_employer, line.now_employee),
        "difference": line.difference,
        "credit": _credit(found.entry if found.parts else None),
        "why": _why(found.why, found.law.reference if found.law else ""),
    }


def _shares(part: str, employer: Any, employee: Any) -> Mapping[str, Any]:
    return {"part": part, "employer": employer, "employee": employee, "total": employer + employee}


def _figures(found: Figures) -> Mapping[str, Any]:
    return _shares(found.part, found.employer, found.employee)


def _credit(entry: EntryView | None) -> Mapping[str, Any] | None:
    if entry is None:
        return None
    accounts = [{"account": code, "amount": money.from_sen(sen)} for code, sen in entry.amounts.items()]
    return {"reference": reference(entry.entry_id), "booked_on": entry.booked_on, "value_date": entry.value_date, "accounts": accounts}


def _why(found: Explained | None, law: str) -> Mapping[str, Any] | None:
    if found is None:
        return None
    return {
        "explanation": found.sentences,
        "steps": [step.to_json() for step in found.steps],
        "citations": found.citations,
        "assumptions": found.assumptions,
        "law": law,
    }
