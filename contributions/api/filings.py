"""An employer's Borang A by a program: the template, a file sent, what became of it, row by row (design/contract.md)."""

import hashlib
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, ClassVar, Final

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import negotiation, pagination, parsers, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from contributions import access
from contributions.api import filing_bodies as bodies
from contributions.api import once, parameters
from contributions.api.bodies import Spelt
from contributions.api.calculators import MONTH, WageMonthField
from contributions.borang_a.kinds import Kind
from contributions.enums import RowStatus
from contributions.models import Filing
from contributions.problems.moves import NOT_ALLOWED
from contributions.selectors import filings as selectors
from contributions.services import filing as services
from contributions.services import moves, template
from employers.api import IsRepresentative, employer_for
from employers.models import Employer
from kwsp_portal.api_problem import CONTENT_TYPE, Refused
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.documents import downloads
from members.identity.api import PortalSession
from members.identity.token_authentication import PerToken, Token

KINDS: Final = {"csv": Kind.CSV, "xlsx": Kind.XLSX, "sdba": Kind.SDBA}
LANGUAGE: Final = OpenApiParameter("Accept-Language", str, OpenApiParameter.HEADER)
NUMBER: Final = OpenApiParameter("number", {"type": "string", "pattern": "^[0-9]{8}$"}, OpenApiParameter.PATH)
CURSOR: Final = OpenApiParameter(parameters.CURSOR, str)


def answers(good: Mapping[Any, Any], *refusals: int) -> dict[Any, Any]:
    """What a call answers, in the words of the schema: what it does, and the problems that it may answer instead."""
    return {**good, **{(status, CONTENT_TYPE): bodies.FilingProblem for status in sorted({401, 403, 404, 429, *refusals})}}


class Uploads(PerToken):
    """Files with one token; each is work for a worker."""

    rate = "30/minute"
    scope = "token_uploads"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        key = super().get_cache_key(request, view)
        return f"{key}-uploads" if key and request.method == "POST" else None


class OfEmployer(APIView):
    """A call about the employer of its address."""

    authentication_classes = (PortalSession, Token)
    permission_classes = (IsRepresentative,)
    throttle_classes: Any = (PerToken,)

    def employer(self, request: Request, number: str) -> Employer:
        """Raises Http404."""
        return employer_for(request, number, on=clock.business_date())


class _NoNegotiation(negotiation.BaseContentNegotiation):
    """`format` is a parameter of this call, not DRF's; problems are JSON whatever the caller accepts."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class Template(OfEmployer):
    """A Borang A to fill."""

    content_negotiation_class = _NoNegotiation
    READERS: ClassVar = {"format": parameters.one_of(*KINDS), "wage_month": parameters.month}

    @extend_schema(
        description=_("Borang A dengan pekerja dalam rekod bagi satu bulan upah, dengan upah terakhir dan syer mengikut jadual bulan itu."),
        parameters=[
            NUMBER,
            OpenApiParameter("format", str, enum=list(KINDS), required=True),
            OpenApiParameter("wage_month", MONTH, required=True),
            LANGUAGE,
        ],
        responses=answers({(200, template.CONTENT_TYPES[kind].partition(";")[0]): OpenApiTypes.BINARY for kind in template.CONTENT_TYPES}, 400),
        tags=["filings"],
    )
    def get(self, request: Request, number: str) -> HttpResponseBase:
        employer = self.employer(request, number)
        asked = parameters.read(request, self.READERS, required=("format", "wage_month"))
        kind, month = KINDS[asked["format"]], asked["wage_month"]
        content = template.file_for(kind=kind, employer=employer, wage_month=month, on=clock.business_date())
        name = f"borang-a-{employer.number}-{month}.{template.ENDINGS[kind]}"
        return downloads.handed_out(
            request._request, content, name=name, content_type=template.CONTENT_TYPES[kind], target=employer, subjects=[employer]
        )


class MonthField(WageMonthField):
    """`YYYY-MM` into a wage month."""

    def to_internal_value(self, data: Any) -> WageMonth:  # type: ignore[override]
        try:
            found: WageMonth = parameters.month(super().to_internal_value(data))
        except parameters.NotOfItsForm as error:
            raise serializers.ValidationError(error.words, code=error.code) from None
        return found


@extend_schema_field({"type": "string", "format": "binary"})
class Uploaded(serializers.FileField):
    """The bytes of a file; DRF's own is described as the address at which an answer has it."""


class Upload(serializers.Serializer):  # type: ignore[type-arg]
    """A file of any of the forms, known by its content. `supplement`: it has people whom the Borang A of the month, handed in already, left out."""

    wage_month = MonthField()
    file = Uploaded(allow_empty_file=True)
    supplement = Spelt(required=False)


class NewestFirst(pagination.CursorPagination):
    page_size = 24
    ordering = ("-wage_month", "-pk")


class Filings(OfEmployer):
    """The employer's filings, and a new one."""

    parser_classes = (parsers.MultiPartParser,)
    throttle_classes = (PerToken, Uploads)
    READERS: ClassVar = {"state": parameters.one_of(*parameters.STATES), "wage_month": parameters.month}

    @extend_schema(
        operation_id="employers_filings_list",
        description=_("Borang A majikan, bulan yang terbaharu dahulu."),
        parameters=[
            NUMBER,
            OpenApiParameter("state", str, enum=parameters.STATES),
            OpenApiParameter("wage_month", MONTH),
            CURSOR,
            LANGUAGE,
        ],
        responses=answers({200: bodies.FilingPage}, 400),
        tags=["filings"],
    )
    def get(self, request: Request, number: str) -> Response:
        employer = self.employer(request, number)
        asked = parameters.read(request, self.READERS)
        found = selectors.filings_of(employer=employer, state=asked.get("state", ""))
        if month := asked.get("wage_month"):
            found = found.filter(wage_month=month.first_day)
        return Response(_page(NewestFirst(), found, request, self, bodies.FilingPage, bodies.filing))

    @extend_schema(
        description=_(
            "Hantar fail Borang A bagi satu bulan upah. Fail dibaca oleh pekerja sistem selepas jawapan ini; keadaannya ditanya pada alamat "
            "penghantaran itu."
        ),
        parameters=[NUMBER, once.PARAMETER, LANGUAGE],
        request={"multipart/form-data": Upload},
        responses=answers({202: bodies.Taken}, 400, 409, 413, 415, 422),
        tags=["filings"],
    )
    def post(self, request: Request, number: str) -> HttpResponse:
        employer = self.employer(request, number)
        once.key_of(request)
        form = Upload(data=request.data)
        form.is_valid(raise_exception=True)
        month, file = form.validated_data["wage_month"], form.validated_data["file"]
        content, more = file.read(), {name: form.validated_data[name] for name in ("supplement",) if name in form.validated_data}

        def act() -> once.Done:
            filing = _upload(request, employer=employer, wage_month=month, name=file.name, content=content, adds=more.get("supplement", False))
            return 202, bodies.Taken(bodies.taken(filing)).data, {"Location": reverse("api:employer-filing", args=[number, filing.pk])}

        sent = {"wage_month": str(month), "file": hashlib.sha256(content).hexdigest(), **more}
        return once.answered(request, employer=employer, content=sent, act=act)


def _upload(request: Request, **sent: Any) -> Filing:
    try:
        return services.upload(**sent, by=request.user, on=clock.business_date())  # type: ignore[arg-type]
    except services.FileRefused as refused:
        words = _("Fail itu tidak diterima; sebabnya dalam errors. Tiada apa-apa daripadanya disimpan.")
        errors = [bodies.file_problem(problem) for problem in refused.problems]
        raise Refused("FILE_REFUSED", str(words), status=HTTPStatus.UNPROCESSABLE_ENTITY, errors=errors) from None
    except moves.NotAllowed as error:
        raise not_allowed(error) from None


def not_allowed(error: moves.NotAllowed) -> Refused:
    """Why an act is refused, with the status and the words that the page says, too."""
    status, words = NOT_ALLOWED[error.code]
    return Refused(error.code, str(words), status=status)


class OneFiling(OfEmployer):
    """Where a filing stands."""

    @extend_schema(
        operation_id="employers_filings_retrieve",
        description=_("Di mana satu Borang A berada, bilangan barisnya mengikut keadaan, jumlahnya dan tarikh akhir bayarannya."),
        parameters=[NUMBER, LANGUAGE],
        responses=answers({200: bodies.FilingBody}, 400),
        tags=["filings"],
    )
    def get(self, request: Request, number: str, pk: int) -> Response:
        employer = self.employer(request, number)
        parameters.read(request, {})
        return Response(bodies.FilingBody(bodies.filing(access.filing_for(employer, pk))).data)


class InTheOrderOfTheFile(pagination.CursorPagination):
    page_size = 500
    ordering = ("line",)


class Rows(OfEmployer):
    """The rows of a filing."""

    READERS: ClassVar = {"status": parameters.one_of(*parameters.STATUSES)}

    @extend_schema(
        operation_id="employers_filings_rows_list",
        description=_(
            "Baris satu Borang A mengikut susunan fail, 500 setiap halaman, dengan setiap masalah: lajur, ditemui, dijangka, cara membetulkan."
        ),
        parameters=[NUMBER, OpenApiParameter("status", str, enum=parameters.STATUSES), CURSOR, LANGUAGE],
        responses=answers({200: bodies.RowPage}, 400),
        tags=["filings"],
    )
    def get(self, request: Request, number: str, pk: int) -> Response:
        employer = self.employer(request, number)
        asked = parameters.read(request, self.READERS)
        rows = access.filing_for(employer, pk).rows.all()
        if status := asked.get("status"):
            rows = rows.filter(status=RowStatus(status.upper()))
        return Response(_page(InTheOrderOfTheFile(), rows, request, self, bodies.RowPage, bodies.row))


def _page(pages: pagination.CursorPagination, found: Any, request: Request, view: APIView, shape: Any, body: Any) -> Mapping[str, Any]:
    some: list[Any] = pages.paginate_queryset(found, request, view=view) or []
    answer = {"next": pages.get_next_link(), "previous": pages.get_previous_link(), "results": [body(one) for one in some]}
    shown: Mapping[str, Any] = shape(answer).data
    return shown
