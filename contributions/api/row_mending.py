"""`PATCH …/rows/{row}/`: a program mends one row where it stands, checked at once as the file was (design/contract.md)."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from contributions import access
from contributions.api import bodies, filing_bodies
from contributions.api.filings import LANGUAGE, NUMBER, OfEmployer, answers, not_allowed
from contributions.borang_a import layout
from contributions.models import FilingRow
from contributions.services import mending, moves
from kwsp_portal.api_problem import Refused
from kwsp_portal.common import clock

COLUMNS: Final[Mapping[str, str]] = {
    "member_number": layout.MEMBER_NUMBER,
    "identity_number": layout.IDENTITY,
    "name": layout.NAME,
    "wages": layout.WAGES,
    "employer_share": layout.EMPLOYER_SHARE,
    "employee_share": layout.EMPLOYEE_SHARE,
    "bonus": layout.BONUS,
}
FIELDS: Final = {column: name for name, column in COLUMNS.items()}


class Mended(bodies.Body):
    """The cells that change, as texts; the others stay. `version`: that of the row as it was seen, so that no colleague's mend is overwritten.
    `left_out`: the row is not part of the filing, and is counted nowhere. `tops_up`: the row of a supplement has all wages of the month of somebody
    whose wages were filed too low; only the difference is filed."""

    member_number = bodies.Text(required=False, allow_blank=True, max_length=60)
    identity_number = bodies.Text(required=False, allow_blank=True, max_length=60)
    name = bodies.Text(required=False, allow_blank=True, max_length=300)
    wages = bodies.Text(required=False, allow_blank=True, max_length=60)
    bonus = bodies.Text(required=False, allow_blank=True, max_length=60)
    employer_share = bodies.Text(required=False, allow_blank=True, max_length=60)
    employee_share = bodies.Text(required=False, allow_blank=True, max_length=60)
    left_out = bodies.TrueOrFalse(required=False)
    tops_up = bodies.TrueOrFalse(required=False)
    version = bodies.WholeNumber(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        cells = [name for name in attrs if name in COLUMNS]
        if not cells and not attrs.get("left_out") and not attrs.get("tops_up"):
            nothing = _("Ditemui tiada perubahan, dijangka sekurang-kurangnya satu sel, left_out atau tops_up")
            raise serializers.ValidationError(nothing, code="REQUIRED")
        if (cells or "tops_up" in attrs) and "left_out" in attrs:
            raise serializers.ValidationError({"left_out": [serializers.ErrorDetail(str(_LEFT_OUT_ALONE), code="INVALID")]})
        return attrs


_LEFT_OUT_ALONE = _("Ditemui left_out bersama sel, dijangka salah satu sahaja")


class Row(OfEmployer):
    """One row of a filing."""

    @extend_schema(
        description=_(
            "Betulkan satu baris. Ia disemak serta-merta seperti fail: yang masih salah tidak diambil. "
            "Apabila baris terakhir betul, Borang A itu READY."
        ),
        parameters=[NUMBER, LANGUAGE],
        request=Mended,
        responses=answers({200: filing_bodies.RowBody}, 400, 409, 415, 422),
        tags=["filings"],
    )
    def patch(self, request: Request, number: str, pk: int, line: int) -> Response:
        filing = access.filing_for(self.employer(request, number), pk)
        access.row_for(filing, line)
        sent = bodies.read(Mended, request)
        act: Any = {"filing_id": filing.pk, "line": line, "by": request.user, "on": clock.business_date(), "seen": sent.get("version")}
        try:
            if sent.get("left_out"):
                row = mending.leave_out(**act)
            else:
                cells = {COLUMNS[name]: text for name, text in sent.items() if name in COLUMNS}
                row = mending.mend_row(**act, cells=cells, tops_up=sent.get("tops_up", False))
        except FilingRow.DoesNotExist:
            raise Http404 from None
        except moves.NotAllowed as error:
            raise not_allowed(error) from None
        except mending.StillWrong as wrong:
            words = _("Baris itu masih salah; sebabnya dalam errors. Tiada apa-apa daripadanya diambil.")
            errors = [_error(problem) for problem in wrong.problems]
            raise Refused("ROW_INVALID", str(words), status=HTTPStatus.UNPROCESSABLE_ENTITY, errors=errors) from None
        return Response(filing_bodies.RowBody(filing_bodies.row(row)).data)


def _error(problem: Mapping[str, Any]) -> dict[str, str]:
    said = filing_bodies.row_problem(problem)
    return {"field": FIELDS.get(problem["column"], ""), "code": said["code"], "detail": f"{said['detail']} {said['mend']}"}
