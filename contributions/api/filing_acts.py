"""What programs do with a filing: submit, approve, return, pay; and the look-up of an employee's number (design/contract.md).

Approving and paying need a token whose person set a monthly limit under a code: the session of the pages has its own codes and is told so.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from contributions import access
from contributions.api import bodies, filing_bodies, once, parameters
from contributions.api.filings import LANGUAGE, NUMBER, OfEmployer, answers, not_allowed
from contributions.enums import DueKind, FilingAction, PaymentMethod
from contributions.models import Filing
from contributions.services import filing as services
from contributions.services import moves, paying_from_credit, sheets
from contributions.services import payment as payments
from employers.models import Employer
from employers.services import looking_up
from kwsp_portal.api_problem import Refused
from kwsp_portal.bank import conf
from kwsp_portal.bank.fpx.errors import FpxError
from kwsp_portal.common import clock, countries
from members.identity import tac
from members.identity.models import ApiToken
from members.identity.sessions import address_of

METHODS: Final = tuple(method.value.lower() for method in PaymentMethod)
LATE: Final = tuple(kind.value.lower() for kind in DueKind)
ACT: Final = [NUMBER, once.PARAMETER, LANGUAGE]


class Declared(bodies.Body):
    """`declaration`: that what the filing says is true, complete and as the employer's payroll has it. `apart`: only rows that hold go forward, the
    others move to a supplement of the month. `suspense`, with `apart`: unmatched rows go forward, too, to be paid into the employer's suspense
    account until it is known whose they are."""

    declaration = bodies.TrueOrFalse()
    apart = bodies.TrueOrFalse(required=False)
    suspense = bodies.TrueOrFalse(required=False)


class Nothing(bodies.Body):
    """An empty object."""


class Comment(bodies.Body):
    """What has to be mended, for who prepared it."""

    comment = bodies.Text(max_length=1000, allow_blank=True)


class Paying(bodies.Body):
    """How; by FPX at which bank, a code of its list as MBB0228; by dda on which day the account is debited. Another way takes neither; credit uses
    the employer's own money at the fund, at once.

    `late`: what of its lateness is paid with the contribution, or alone where that is paid; charge and dividend as they stand on the day of paying.
    """

    method = serializers.ChoiceField(choices=METHODS)
    bank = bodies.Text(max_length=12, required=False)
    collect_on = serializers.DateField(required=False)
    late = serializers.ListField(child=serializers.ChoiceField(choices=LATE), required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """FPX needs a bank, direct debit a day."""
        for name, of in (("bank", PaymentMethod.FPX), ("collect_on", PaymentMethod.DDA)):
            if attrs["method"] == of.lower() and name not in attrs:
                raise serializers.ValidationError({name: serializers.ErrorDetail(str(self.fields[name].error_messages["required"]), code="required")})
            if attrs["method"] != of.lower() and name in attrs:
                words = gettext("Medan ini bagi cara %(method)s sahaja") % {"method": of.lower()}
                raise serializers.ValidationError({name: serializers.ErrorDetail(words, code="invalid")})
        return attrs


class Order(serializers.Serializer):  # type: ignore[type-arg]
    """`redirect_url`: where the payer goes on in a browser, signed in to the portal, and authorises it at the bank; a direct debit is seen there."""

    payment_id = serializers.CharField()
    redirect_url = serializers.URLField()


class EmployeeFound(serializers.Serializer):  # type: ignore[type-arg]
    member_number = serializers.CharField()
    name = serializers.CharField()


def approver_s(request: Request) -> ApiToken:
    """The token that an approver's act is counted on. Raises Refused."""
    token = request.auth
    if not isinstance(token, ApiToken):
        words = _("Tindakan ini melalui API memerlukan token dengan had bulanan. Di halaman portal ia memerlukan kod TAC.")
        raise Refused("TOKEN_NEEDED", str(words), status=HTTPStatus.FORBIDDEN)
    if token.monthly_limit is None:
        raise _no_leave(tac.Refused("NO_LIMIT"))
    return token


def _no_leave(refused: tac.Refused) -> Refused:
    return Refused(refused.code, tac.words(refused), status=HTTPStatus.FORBIDDEN)


class _Act(OfEmployer):
    """One move of a filing, done once for its key."""

    def move(self, request: Request, number: str, pk: int, sent: dict[str, Any], act: Callable[[Filing], Any]) -> HttpResponse:
        """Do it and answer with the filing as it stands then."""
        employer = self.employer(request, number)
        filing = access.filing_for(employer, pk)

        def done() -> once.Done:
            try:
                act(filing)
            except moves.NotAllowed as error:
                raise not_allowed(error) from None
            except tac.Refused as refused:
                raise _no_leave(refused) from None
            return 200, filing_bodies.FilingBody(filing_bodies.filing(access.filing_for(employer, pk))).data, {}

        return once.answered(request, employer=employer, content=sent, act=done)


class Chosen(bodies.Body):
    """The name of the sheet, as `sheets` of the filing has it."""

    sheet = bodies.Text(max_length=100)


class ChooseSheet(_Act):
    """Say which sheet of a workbook is the Borang A."""

    @extend_schema(
        description=_("Pilih helaian yang mana Borang A, bagi penghantaran yang ASKED. Ia dibaca oleh pekerja sistem selepas jawapan ini."),
        parameters=ACT,
        request=Chosen,
        responses=answers({200: filing_bodies.FilingBody}, 400, 409, 415, 422),
        tags=["filings"],
    )
    def post(self, request: Request, number: str, pk: int) -> HttpResponse:
        self.employer(request, number)
        once.key_of(request)
        sent = bodies.read(Chosen, request)
        by: Any = request.user

        def act(filing: Filing) -> None:
            sheets.choose(filing_id=filing.pk, sheet=sent["sheet"], by=by, on=clock.business_date())

        return self.move(request, number, pk, sent, act)


class Submit(_Act):
    """Send a filing for approval."""

    @extend_schema(
        description=_(
            "Hantar Borang A untuk kelulusan, dengan pengakuan bahawa isinya benar. Dengan apart, baris yang belum sah pindah ke tambahan bulan itu; "
            "dengan suspense juga, baris yang tidak padan dibayar ke akaun tergantung majikan."
        ),
        parameters=ACT,
        request=Declared,
        responses=answers({200: filing_bodies.FilingBody}, 400, 409, 415, 422),
        tags=["filings"],
    )
    def post(self, request: Request, number: str, pk: int) -> HttpResponse:
        self.employer(request, number)
        once.key_of(request)
        sent = bodies.read(Declared, request)
        by: Any = request.user

        def act(filing: Filing) -> None:
            services.submit(filing_id=filing.pk, by=by, on=clock.business_date(), **sent)

        return self.move(request, number, pk, sent, act)


class Approve(_Act):
    """Approve a filing that somebody else prepared."""

    @extend_schema(
        description=_("Luluskan Borang A yang disediakan orang lain, dengan token yang ada had bulanan. Jumlahnya dikira dalam had itu."),
        parameters=ACT,
        request=Nothing,
        responses=answers({200: filing_bodies.FilingBody}, 400, 409, 415),
        tags=["filings"],
    )
    def post(self, request: Request, number: str, pk: int) -> HttpResponse:
        self.employer(request, number)
        once.key_of(request)
        token, by = approver_s(request), request.user
        sent = bodies.read(Nothing, request)

        def act(filing: Filing) -> None:
            services.approve(filing_id=filing.pk, by=by, approval=token, on=clock.business_date(), at=clock.now())  # type: ignore[arg-type]

        return self.move(request, number, pk, sent, act)


class Return(_Act):
    """Give a filing back to who prepared it."""

    @extend_schema(
        description=_("Pulangkan Borang A kepada penyedia, dengan sebab."),
        parameters=ACT,
        request=Comment,
        responses=answers({200: filing_bodies.FilingBody}, 400, 409, 415, 422),
        tags=["filings"],
    )
    def post(self, request: Request, number: str, pk: int) -> HttpResponse:
        self.employer(request, number)
        once.key_of(request)
        approver_s(request)
        sent = bodies.read(Comment, request)
        by: Any = request.user

        def act(filing: Filing) -> None:
            services.return_to_maker(filing_id=filing.pk, by=by, comment=sent["comment"], on=clock.business_date())

        return self.move(request, number, pk, sent, act)


class Discard(_Act):
    """Put a filing away that was not approved yet: its month is free again."""

    @extend_schema(
        description=_("Buang Borang A yang belum diluluskan. Bulannya terbuka untuk fail lain."),
        parameters=ACT,
        request=Nothing,
        responses=answers({200: filing_bodies.FilingBody}, 400, 409, 415),
        tags=["filings"],
    )
    def post(self, request: Request, number: str, pk: int) -> HttpResponse:
        self.employer(request, number)
        once.key_of(request)
        sent = bodies.read(Nothing, request)
        by: Any = request.user

        def act(filing: Filing) -> None:
            services.discard(filing_id=filing.pk, by=by, on=clock.business_date())

        return self.move(request, number, pk, sent, act)


class Payments(OfEmployer):
    """An order to pay an approved filing."""

    @extend_schema(
        description=_(
            "Buat pesanan bayaran bagi Borang A yang diluluskan, dengan token yang ada had bulanan. "
            "Pembayar meneruskannya di bank melalui redirect_url."
        ),
        parameters=ACT,
        request=Paying,
        responses=answers({201: Order}, 400, 409, 415, 422, 503),
        tags=["filings"],
    )
    def post(self, request: Request, number: str, pk: int) -> HttpResponse:
        employer = self.employer(request, number)
        once.key_of(request)
        token = approver_s(request)
        sent = bodies.read(Paying, request)
        filing = access.filing_for(employer, pk)
        by: Any = request.user
        on = clock.business_date()
        may = FilingAction.PAY in moves.allowed(filing=filing, by=by, on=on) or payments.may_pay_late(filing=filing, by=by, on=on)
        if may and sent["method"] == PaymentMethod.FPX.lower() and not once.is_known(request, employer=employer):
            _check_bank(sent["bank"])

        def act() -> once.Done:
            order_no = _order(filing, sent, request, token)
            seen_here = sent["method"] in (PaymentMethod.DDA.lower(), PaymentMethod.CREDIT.lower())
            page = "employer:payment" if seen_here else "employer:payment_go"
            url = request.build_absolute_uri(reverse(page, args=[order_no]))
            return 201, Order({"payment_id": order_no, "redirect_url": url}).data, {}

        day = {"collect_on": sent["collect_on"].isoformat()} if "collect_on" in sent else {}
        return once.answered(request, employer=employer, content={**sent, **day}, act=act)


def _check_bank(code: str) -> None:
    """Whether FPX lists the bank as open now; asked between transactions. Raises Refused."""
    try:
        listed = {bank.code: bank for bank in conf.fpx().bank_list()}
    except FpxError:
        words = _("FPX tidak dapat dihubungi sekarang. Tiada apa-apa yang dibuat; cuba sekali lagi dengan kunci yang sama.")
        raise Refused("FPX_UNAVAILABLE", str(words), status=HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": "60"}) from None
    if code in listed and listed[code].online:
        return
    if code in listed:
        name, words = "BANK_OFFLINE", _("Bank %(found)s tidak menerima bayaran sekarang, dijangka bank yang dibuka: %(known)s.")
    else:
        name, words = "BANK_UNKNOWN", _("Bank %(found)s tiada dalam senarai FPX, dijangka satu daripada %(known)s.")
    said = str(words) % {"found": code, "known": ", ".join(bank.code for bank in listed.values() if bank.online)}
    raise Refused(name, said, status=HTTPStatus.UNPROCESSABLE_ENTITY, errors=[{"field": "bank", "code": name, "detail": said}])


def _order(filing: Filing, sent: dict[str, Any], request: Request, token: Any) -> str:
    by: Any = request.user
    way = {"method": PaymentMethod(sent["method"].upper()), "bank_code": sent.get("bank", ""), "collect_on": sent.get("collect_on")}
    late = [DueKind(kind.upper()) for kind in sent.get("late", ())]
    given: Any = {"filing_id": filing.pk, "by": by, "approval": token, "on": clock.business_date(), "at": clock.now(), "late": late}
    try:
        own = way["method"] == PaymentMethod.CREDIT
        payment = paying_from_credit.start(**given) if own else payments.start(**given, **way)
    except moves.NotAllowed as error:
        raise not_allowed(error) from None
    except tac.Refused as refused:
        raise _no_leave(refused) from None
    except payments.PaymentRefused as refused:
        words = payments.words_of(refused.refusal)
        raise Refused(refused.refusal.code, words) from None
    return payment.order_no


def _country(text: str) -> str:
    if text not in countries.known():
        raise parameters.NotOfItsForm("INVALID", str(_("Ditemui %(found)s, dijangka tiga huruf sebuah negara seperti IDN")) % {"found": text[:40]})
    return text


class Employees(OfEmployer):
    """The member number of one of the employer's own people."""

    @extend_schema(
        description=_("Nombor ahli seorang pekerja sendiri, mengikut nombor pengenalannya. Setiap carian direkod, dan orang itu membacanya."),
        parameters=[
            NUMBER,
            OpenApiParameter("identity_number", str, required=True),
            OpenApiParameter("country", {"type": "string", "pattern": "^[A-Z]{3}$", "example": "IDN"}),
            LANGUAGE,
        ],
        responses=answers({200: EmployeeFound}, 400, 409),
        tags=["employers"],
    )
    def get(self, request: Request, number: str) -> Response:
        employer: Employer = self.employer(request, number)
        asked = parameters.read(request, {"identity_number": str, "country": _country}, required=("identity_number",))
        by: Any = request.user
        now = clock.now()
        try:
            found = looking_up.look_up(employer=employer, **asked, by=by, at=now, ip=address_of(request._request))
        except looking_up.Several:
            words = _("Pasport dua negara mempunyai nombor ini. Sebut negaranya dalam country, seperti IDN.")
            raise Refused("TWO_COUNTRIES", str(words), status=HTTPStatus.CONFLICT) from None
        except looking_up.TooMany as refused:
            wait = max(1, int((refused.until - now).total_seconds()))
            words = _("Terlalu banyak carian pekerja dalam satu jam. Cuba lagi kemudian.")
            headers = {"Retry-After": str(wait)}
            raise Refused("TOO_MANY_LOOKUPS", str(words), status=HTTPStatus.TOO_MANY_REQUESTS, headers=headers) from None
        if found is None:
            raise Http404
        return Response(EmployeeFound({"member_number": found.number, "name": found.name}).data)
