"""The rates of a year in the admin: put forward by one administrator, decided by another who sees what they credit; and every dividend credited."""

import re
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from kwsp_portal.common import clock
from kwsp_portal.jobs.board import may_operate
from kwsp_portal.registers import Register, choice_filter, column
from kwsp_portal.templatetags import formats
from members.enums import DeclarationState
from members.explanations import dividend_percent
from members.identity.sessions import address_of
from members.labels import DECLARATION, DIVIDEND_KINDS, SCHEMES, declaration_refusal
from members.models import Dividend, DividendDeclaration
from members.selectors import declarations
from members.services import declaring, dividends

SHOWN: Final = 20
"""Signs of what was typed that an error says again."""


class _TypedField(forms.CharField):
    """A text of one form; what is another says what was found and what was expected."""

    pattern: re.Pattern[str]
    expected: Any

    def clean(self, value: Any) -> Any:
        # NUL and length are this form's to say as well: either way what was found is not what was expected.
        text = super().clean(str(value or "").replace("\0", "\N{REPLACEMENT CHARACTER}")).strip()
        if not self.pattern.fullmatch(text):
            raise forms.ValidationError(self.expected, params={"found": text[:SHOWN]}, code="invalid")
        return text


class YearField(_TypedField):
    """A year of dividends, as a number."""

    pattern = re.compile("(19|2[0-9])[0-9]{2}", re.ASCII)
    expected = _("Ditemui “%(found)s”, dijangka tahun dengan empat angka seperti 2026")

    def clean(self, value: Any) -> int:
        return int(super().clean(value))


class PercentField(_TypedField):
    """A rate in percent as it is announced; cleaned, the exact rate."""

    pattern = re.compile("[0-9]{1,2}([.,][0-9]{1,3})?", re.ASCII)
    expected = _("Ditemui “%(found)s”, dijangka peratus seperti 6.30, dengan tiga tempat perpuluhan paling banyak")

    def clean(self, value: Any) -> Decimal:
        return Decimal(super().clean(value).replace(",", ".")).scaleb(-2)


class DeclarationForm(forms.Form):
    """Both rates in percent, as they are announced."""

    year = YearField(label=_("Tahun"), error_messages={"required": _("Tulis tahun dividen ini, seperti 2026")})
    conventional = PercentField(label=_("Simpanan Konvensional (%)"), error_messages={"required": _("Tulis kadar dalam peratus, seperti 6.30")})
    shariah = PercentField(label=_("Simpanan Shariah (%)"), error_messages={"required": _("Tulis kadar dalam peratus, seperti 6.30")})
    source = forms.CharField(label=_("Sumber: kenyataan dan tarikhnya"), max_length=200, error_messages={"required": _("Tulis sumber kadar itu.")})


class CommentForm(forms.Form):
    """Why the rates are refused, or taken back."""

    comment = forms.CharField(max_length=200, error_messages={"required": _("Tulis sebab keputusan.")})


ENDS: Final = {"approve": DeclarationState.APPROVED, "refuse": DeclarationState.REFUSED, "withdraw": DeclarationState.WITHDRAWN}
"""What may be done with a proposal, by the name of its button, and how it stands then."""
DECLARATION_STATES = {code: label.words for code, label in DECLARATION.items()}


@admin.register(DividendDeclaration)
class DividendDeclarationAdmin(Register):
    """The rates of a year: an administrator puts them forward, another sees what they credit and decides."""

    list_display = (
        column("year", _("Tahun")),
        column("conventional", _("Simpanan Konvensional"), dividend_percent),
        column("shariah", _("Simpanan Shariah"), dividend_percent),
        column("state", _("Status"), DECLARATION_STATES),
        column("proposed_by", _("Dicadangkan oleh")),
        column("decided_by", _("Diputuskan oleh")),
    )
    fields = (
        *list_display[:4],
        column("source", _("Sumber")),
        column("proposed_by", _("Dicadangkan oleh")),
        column("proposed_on", _("Dicadangkan pada"), formats.day),
        column("decided_by", _("Diputuskan oleh")),
        column("decided_on", _("Diputuskan pada"), formats.day),
        column("comment", _("Sebab keputusan")),
    )
    list_select_related = ("proposed_by", "decided_by")
    list_filter = (choice_filter("state", _("Status"), DECLARATION_STATES),)
    change_form_template = "members/dividend_declaration.html"
    change_list_template = "members/dividend_declarations.html"

    def get_urls(self) -> list[Any]:
        declare = require_http_methods(["GET", "HEAD", "POST"])(self.declare)
        decide = require_http_methods(["POST"])(self.decide)
        return [
            path("declare/", self.admin_site.admin_view(declare), name="members_dividenddeclaration_declare"),
            path("<int:pk>/decide/", self.admin_site.admin_view(decide), name="members_dividenddeclaration_decide"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {**(extra_context or {}), "may_declare": may_operate(request)})

    def declare(self, request: HttpRequest) -> HttpResponse:
        """The form of both rates, and what is refused in words. The same sent again is a second click."""
        if not may_operate(request):
            raise PermissionDenied
        form, refused = DeclarationForm(request.POST if request.method == "POST" else None, initial={"year": dividends.next_year()}), ""
        if form.is_bound and form.is_valid():
            found: DividendDeclaration | None
            try:
                found = declaring.propose(
                    **form.cleaned_data,
                    by=request.user,  # type: ignore[arg-type]
                    on=clock.business_date(),
                    at=clock.now(),
                    ip=address_of(request),
                )
            except declaring.NotAllowed as error:
                found = declarations.waiting(**form.cleaned_data, by_id=request.user.pk)
                if found is None:
                    refused = declaration_refusal(error.code, error.year)
            if found is not None:
                messages.success(request, gettext("Cadangan dihantar. Jumlah yang akan dikreditkan sedang dikira; pentadbir lain memutuskannya."))
                return redirect("admin:members_dividenddeclaration_change", found.pk)
        context = {**self.admin_site.each_context(request), "title": gettext("Cadangkan kadar dividen"), "form": form, "refused": refused}
        return render(request, "members/dividend_declare.html", context, status=422 if refused or form.errors else 200)

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """With what it would credit, how far the reckoning is, and what the reader may do."""
        found = DividendDeclaration.objects.filter(pk=int(object_id)).first() if object_id.isascii() and object_id.isdigit() else None
        more: dict[str, Any] = {}
        if found is not None:
            waits = found.state == DeclarationState.PROPOSED and may_operate(request)
            more = {
                "found": found,
                "preview": declarations.preview_of(found, on=clock.business_date()),
                "may_decide": waits and found.proposed_by_id != request.user.pk,
                "may_withdraw": waits and found.proposed_by_id == request.user.pk,
                "credited": declarations.credited(found.year),
            }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **more})

    def decide(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Approve, refuse or withdraw, and back to the page, which says how it stands."""
        if not may_operate(request):
            raise PermissionDenied
        found = get_object_or_404(DividendDeclaration, pk=pk)
        act, form = request.POST.get("act", ""), CommentForm(request.POST)
        if act not in ENDS:
            raise BadRequest(f"act: expected {', '.join(ENDS)}")
        if act != "approve" and not form.is_valid():
            for error in form.errors["comment"]:
                messages.error(request, str(error))
        else:
            self._decided(request, found, act, "" if act == "approve" else form.cleaned_data["comment"])
        return redirect("admin:members_dividenddeclaration_change", pk)

    def _decided(self, request: HttpRequest, found: DividendDeclaration, act: str, comment: str) -> None:
        """The act, and how it went. Who has decided just so is told the same again."""
        values: dict[str, Any] = {"declaration_id": found.pk, "on": clock.business_date(), "at": clock.now(), "ip": address_of(request)}
        worded = {} if act == "approve" else {"comment": comment}
        try:
            getattr(declaring, act)(**values, **worded, by=request.user)
        except declaring.NotAllowed as error:
            found.refresh_from_db()
            if (found.state, found.decided_by_id, found.comment) != (ENDS[act], request.user.pk, comment):
                messages.error(request, declaration_refusal(error.code))
                return
        messages.success(request, gettext("Keputusan disimpan."))


@admin.register(Dividend)
class DividendAdmin(Register):
    """Every dividend that was credited."""

    list_display = (
        "id",
        column("member__number", _("No. Ahli")),
        column("year", _("Tahun")),
        column("kind", _("Jenis"), DIVIDEND_KINDS),
        column("scheme", _("Jenis simpanan"), SCHEMES),
        column("amount_sen", _("Amaun"), formats.sen),
        column("credited_on", _("Dikreditkan pada"), formats.day),
    )
    fields = list_display[1:]
    list_select_related = ("member",)
    list_filter = (choice_filter("kind", _("Jenis"), DIVIDEND_KINDS),)
    ordering = ("-pk",)
    search_fields = ("=member__number",)
    search_help_text = _("Nombor ahli")
