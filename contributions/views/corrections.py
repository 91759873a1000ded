"""Officers' pages on corrections: the list, a new one with every line seen before it is proposed, the decision, and a row with all its reasons."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contributions import access, forms, labels, problems
from contributions.enums import CorrectionAction, CorrectionState, FilingState
from contributions.models import Correction, CorrectionLine, UnreckonedRow
from contributions.selectors import corrections as selectors
from contributions.selectors import explaining, overpayments, recompute, voluntary_reversals, wrong_credits
from contributions.services import correcting, preparing
from contributions.services import correction as services
from kwsp_portal import audit
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.templatetags import formats
from members.identity.enums import Role
from members.identity.gates import officer_required
from members.ledger import balances
from members.ledger.enums import EntryKind, HolderKind
from members.ledger.labels import ACCOUNT
from members.views import desk, reasons

WAGE_READERS = (*sorted(services.OFFICERS), Role.AUDITOR)
READERS = (*WAGE_READERS, Role.ADMINISTRATOR)
PROGRAMMES = {CorrectionState.PREPARING: preparing.PROGRAMME, CorrectionState.APPROVED: correcting.PROGRAMME}
"""The work behind the states in which a correction waits for workers."""
NOT_ALLOWED = {
    "WRONG_STATE": (409, gettext_lazy("Ini tidak boleh dibuat lagi: pegawai lain mungkin sudah membuatnya. Keadaan terkini ditunjukkan di bawah.")),
    "NO_RIGHT": (403, gettext_lazy("Peranan anda tidak membenarkan tindakan ini.")),
    "OWN_WORK": (403, gettext_lazy("Anda menyediakan pembetulan ini. Pegawai lain mesti meluluskan atau menolaknya.")),
    "OWN_RECORD": (403, gettext_lazy("Caruman anda sendiri ada dalam Borang A itu. Pegawai lain mesti membuatnya.")),
    "COMMENT_MISSING": (422, gettext_lazy("Tulis sebab supaya pegawai yang menyediakannya tahu apa yang perlu disemak")),
    "REASON_MISSING": (422, gettext_lazy("Tulis sebab: ahli dan majikan membacanya")),
}
NOT_CORRECTABLE = {
    "UNKNOWN": gettext_lazy("Ditemui %(filing)s, dijangka nombor rujukan Borang A yang wujud"),
    "NOT_CREDITED": gettext_lazy("Borang A %(filing)s: ditemui %(state)s, dijangka yang telah dikreditkan. Betulkan selepas ia dikreditkan."),
    "IN_ANOTHER": gettext_lazy(
        "Borang A %(filing)s sudah ada dalam pembetulan %(correction)s yang belum selesai. Selesaikan atau tarik balik yang itu."
    ),
}
ACTS: dict[str, Callable[..., Correction]] = {
    "propose": services.propose,
    "withdraw": services.withdraw,
    "approve": services.approve,
    "refuse": services.refuse,
}


@officer_required(*READERS)
@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    """All corrections, the newest first, by state."""
    asked = request.GET.get("state", "")
    state = asked if asked in set(CorrectionState) else ""
    counts = selectors.states()
    page = selectors.corrections_page(state=state, number=request.GET.get("page"))
    desk.listed(request, "corrections", len(page))
    context = {
        "page": page,
        "lines": [(found, labels.CORRECTION[found.state]) for found in page],
        "chips": [(one.value, labels.CORRECTION[one].words, counts.get(one, 0)) for one in CorrectionState if counts.get(one) or one == state],
        "all": sum(counts.values()),
        "state": state,
        "may_prepare": _role(request) in services.OFFICERS,
        "sees_wrong_credits": _role(request) in WAGE_READERS,
        "wrong_credits_waiting": wrong_credits.waiting(),
        "overpayments_waiting": overpayments.waiting(),
        "reversals_waiting": voluntary_reversals.waiting(),
    }
    return render(request, "contributions/corrections.html", context)


@officer_required(*sorted(services.OFFICERS))
@require_http_methods(["GET", "HEAD", "POST"])
def correction_new(request: HttpRequest) -> HttpResponse:
    """Which filings, known as at which day, and why; a worker reckons them again, and the page of the correction shows how far it is."""
    on = clock.business_date()
    if request.method != "POST":
        return render(request, "contributions/correction_new.html", {"form": forms.CorrectionForm(initial=_asked(request, str(on)), on=on)})
    form = forms.CorrectionForm(request.POST, on=on)
    if form.is_valid():
        try:
            made = services.prepare(**form.cleaned_data, by=request.user, on=on)  # type: ignore[arg-type]
            return HttpResponseRedirect(reverse("staff:correction", args=[made.pk]))
        except services.NotCorrectable as error:
            if error.code == "IN_ANOTHER" and _second_click(request, form, error):
                return HttpResponseRedirect(reverse("staff:correction", args=[error.details["correction"]]))
            words = {**error.details, "state": labels.FILING[error.details["state"]].words} if "state" in error.details else error.details
            form.add_error("filing_ids", str(NOT_CORRECTABLE[error.code]) % words)
        except services.NotAllowed as error:
            form.add_error("reason" if error.code == "REASON_MISSING" else None, str(NOT_ALLOWED[error.code][1]))
    return render(request, "contributions/correction_new.html", {"form": form}, status=422)


@officer_required(*READERS)
@require_safe
def correction(request: HttpRequest, pk: int) -> HttpResponse:
    """One correction: how far its work is, totals, every line, what may be done with it."""
    found = access.correction_for(pk)
    if request.headers.get("X-Fragment") == "progress":
        return JsonResponse(_progress(found))
    return _page(request, found, forms.RefuseForm())


def _progress(found: Correction) -> dict[str, Any]:
    """For the page's script; `finished` when there is something new to show."""
    programme = PROGRAMMES.get(CorrectionState(found.state))
    if programme is None:
        return {"done": 0, "total": 0, "finished": True}
    progress = selectors.progress_of(found, programme)
    return {"done": progress.done, "total": progress.total, "finished": progress.dead > 0}


@officer_required(*sorted(services.OFFICERS))
@require_POST
def correction_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose or withdraw the own, approve or refuse another's."""
    found = access.correction_for(pk)
    name = request.POST.get("action", "")
    if name not in ACTS:
        raise BadRequest("action: expected propose, withdraw, approve or refuse")
    form = forms.RefuseForm(request.POST if name == "refuse" else None)
    if form.is_bound and not form.is_valid():
        return _page(request, found, form, status=422)
    comment = {"comment": form.cleaned_data["comment"]} if form.is_bound else {}
    action = CorrectionAction[name.upper()]
    try:
        ACTS[name](correction_id=found.pk, by=request.user, on=clock.business_date(), **comment)
    except services.NotAllowed as error:
        fresh = access.correction_for(pk)
        if not (error.code == "WRONG_STATE" and selectors.did_last(correction=fresh, action=action, by=request.user)):  # type: ignore[arg-type]
            status, words = NOT_ALLOWED[error.code]
            return _page(request, fresh, form, status=status, refused=str(words), form_errors=True)
    messages.success(request, str(labels.CORRECTION_ACTION[action]))
    return HttpResponseRedirect(reverse("staff:correction", args=[found.pk]))


@officer_required(*WAGE_READERS)
@require_http_methods(["GET", "HEAD", "POST"])
def row(request: HttpRequest, pk: int) -> HttpResponse:
    """A row of Borang A with all that is behind it: shares, split, value date, the law that was used, its corrections. Who has not said why to look
    at this filing, or at this member, is asked first."""
    found = access.row_of(pk)
    filing, month = f"filing:{found.filing_id}", WageMonth.of(found.filing.wage_month)
    holder = wrong_credits.holder_of(found)
    member = [one.subject for one in dict.fromkeys((found.member, holder)) if one is not None]
    why = reasons.said(request, filing, *member, at=clock.now())
    if request.method == "POST" or not why:
        what = _("Borang A %(number)s, baris %(row)s") % {"number": found.filing_id, "row": found.line}
        return reasons.ask(request, filing, what=what, initial=selectors.reason_about(found))
    seen: Any = request.user
    data, whose = {"wage_month": str(month), "reason": why}, [found.filing.employer.subject, *member]
    audit.record(actor=seen, action="row.view", target=f"filingrow:{found.pk}", data=data, subjects=whose)
    booked = balances.entries_with(HolderKind.MEMBER, found.member_id, EntryKind.CONTRIBUTION, [found.pk]) if found.member_id else {}
    credit = booked.get(found.pk)
    behind = explaining.behind(found, credit)
    context = {
        "row": found,
        "month": month,
        "shares": behind.shares,
        "split": behind.split,
        "credit": credit,
        "corrected": behind.corrected,
        "moves": [(one, labels.WRONG_CREDIT[one.state]) for one in wrong_credits.of_row(found)],
        "may_move": _role(request) in services.OFFICERS and holder is not None and found.filing.state == FilingState.CREDITED,
    }
    return render(request, "contributions/staff_row.html", context)


def _page(request: HttpRequest, found: Correction, form: forms.RefuseForm, *, status: int = 200, **more: Any) -> HttpResponse:
    only_refused = request.GET.get("refused") == "1"
    programme = PROGRAMMES.get(CorrectionState(found.state))
    lines = selectors.lines_page(correction=found, refused=only_refused, number=request.GET.get("page"))
    filings = selectors.filings_of(found)
    desk.listed(request, "correction_rows", len(lines))
    context = {
        "correction": found,
        "label": labels.CORRECTION[found.state],
        "filings": filings,
        "posted": selectors.together([posted for _, posted in filings if posted]),
        "page": lines,
        "lines": [(line, labels.LINE[line.state], _why_refused(line)) for line in lines],
        "outcome": selectors.outcome(found),
        "only_refused": only_refused,
        "unreckoned": [(one.row, _why_unreckoned(one)) for one in selectors.unreckoned_of(found)],
        "log": [(entry, labels.CORRECTION_ACTION[entry.action]) for entry in found.log.select_related("by")],
        "may": {action.value.lower(): True for action in services.allowed(correction=found, by=request.user)},  # type: ignore[arg-type]
        "own": found.prepared_by_id == request.user.pk,
        "sees_rows": getattr(request.user, "role", "") in WAGE_READERS,
        "form": form,
        "progress": selectors.progress_of(found, programme) if programme else None,
    }
    return render(request, "contributions/correction.html", {**context, **more}, status=status)


def _second_click(request: HttpRequest, form: forms.CorrectionForm, error: services.NotCorrectable) -> bool:
    """Whether the filing is in another correction only because the same officer has just sent the same form."""
    asked = form.cleaned_data
    return selectors.second_click(correction_id=int(error.details["correction"]), **asked, by=request.user)  # type: ignore[arg-type]


def _why_unreckoned(one: UnreckonedRow) -> str:
    if not one.why["code"]:
        return _("Tiada kadar yang diketahui bagi bulan upah ini.")
    if one.why["code"] == preparing.MOVED.code:
        return _("Kredit baris ini milik ahli lain, atau dikatakan begitu: ia tidak dibetulkan di sini.")
    if one.why["code"] == recompute.TOPS_UP_NOTHING.code:
        return _("Upah yang dinaikkan kini memberi caruman lebih rendah daripada upah yang difailkan dahulu: lebihan bayaran itu milik majikan.")
    return problems.sentence({"column": "", "found": one.row.member_number, "expected": "", **one.why})


def _why_refused(line: CorrectionLine) -> str:
    """Why nothing was posted, in words; empty for the others."""
    if line.refusal is None:
        return ""
    figures = {
        "account": ACCOUNT[line.refusal["account"]],
        "available": formats.sen(line.refusal["available_sen"]),
        "wanted": formats.sen(line.refusal["wanted_sen"]),
    }
    return _("%(account)s: boleh diambil %(available)s, perlu %(wanted)s") % figures


def _asked(request: HttpRequest, on: str) -> dict[str, str]:
    """What the address names already: a filing, from the page of one of its rows."""
    return {"filing_ids": request.GET.get("filing", ""), "as_at": on}


def _role(request: HttpRequest) -> Role:
    return Role(request.user.role)  # type: ignore[union-attr]
