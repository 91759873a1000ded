"""Officers' pages on credits that are another person's: proposing one from its row, the list, the decision, the paper that shows it."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contributions import access, forms, labels
from contributions.enums import WrongCreditState
from contributions.models import FilingRow, WrongCredit
from contributions.selectors import corrections
from contributions.selectors import wrong_credits as selectors
from contributions.services import correction
from contributions.services import wrong_credits as services
from contributions.views import two_officers
from kwsp_portal import audit
from kwsp_portal.common import clock, money
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.documents import downloads
from kwsp_portal.templatetags import formats
from members import explanations
from members.identity.enums import Role
from members.identity.gates import officer_required
from members.ledger.labels import ACCOUNT
from members.models import Member
from members.views import desk, reasons

READERS = (*sorted(correction.OFFICERS), Role.AUDITOR)
NOT_ALLOWED = {
    "NO_RIGHT": (403, gettext_lazy("Peranan anda tidak membenarkan tindakan ini.")),
    "OWN_WORK": (403, gettext_lazy("Anda mencadangkan pembetulan ini. Pegawai lain mesti meluluskan atau menolaknya.")),
    "OWN_RECORD": (403, gettext_lazy("Salah seorang daripada dua ahli ini ialah anda. Pegawai lain mesti membuatnya.")),
    "WRONG_STATE": (409, gettext_lazy("Ini tidak boleh dibuat lagi: pegawai lain mungkin sudah membuatnya. Keadaan terkini ditunjukkan di bawah.")),
    "REASON_MISSING": (422, gettext_lazy("Tulis sebab: kedua-dua ahli membacanya")),
    "COMMENT_MISSING": (422, gettext_lazy("Tulis sebab supaya pegawai yang mencadangkannya tahu apa yang perlu disemak")),
    "NOT_CREDITED": (409, gettext_lazy("Ditemui baris yang tidak dikreditkan kepada sesiapa, dijangka baris yang telah dikreditkan kepada ahli.")),
    "NOTHING_IN_IT": (409, gettext_lazy("Ditemui baris tanpa wang, dijangka baris dengan syer majikan atau syer pekerja.")),
    "IN_CORRECTION": (
        409,
        gettext_lazy("Borang A baris ini ada dalam pembetulan yang belum selesai. Selesaikan atau tarik balik pembetulan itu dahulu."),
    ),
    "NOT_IN_LEDGER": (
        409,
        gettext_lazy(
            "Lejar tidak mempunyai wang baris ini seperti yang dicadangkan, jadi tiada apa-apa boleh dipindahkan. Semak lejar, kemudian tarik balik "
            "atau tolak cadangan ini."
        ),
    ),
    "ANOTHER_WAITS": (409, gettext_lazy("Cadangan lain bagi baris ini sedang menunggu pegawai lain. Selesaikan yang itu dahulu.")),
    "SAME_MEMBER": (422, gettext_lazy("Ditemui ahli yang sudah menerima kredit ini, dijangka ahli lain")),
    "NOTHING_MOVES": (
        409,
        gettext_lazy("Wang ini sudah dalam akaun tergantung majikan dan tidak boleh dikreditkan kepada kedua-dua ahli kerana umur mereka."),
    ),
    "TOO_LOW": (
        409,
        gettext_lazy(
            "Wang itu tidak lagi ada dalam akaun ahli yang tersalah menerimanya, jadi tiada apa-apa dicatat. Cadangan ini menunggu: luluskan apabila "
            "wangnya ada, atau tolak dengan sebab."
        ),
    ),
}
ON_FIELD = {"SAME_MEMBER": "number", "REASON_MISSING": "reason"}
"""Refusals that a field of the form can mend."""
DONE = {
    "approve": gettext_lazy("Diluluskan dan dicatat: kedua-dua ahli dan majikan dimaklumkan"),
    "refuse": gettext_lazy("Ditolak: tiada apa-apa dicatat"),
    "withdraw": gettext_lazy("Ditarik balik: tiada apa-apa dicatat"),
}


@officer_required(*READERS)
@require_safe
def wrong_credits(request: HttpRequest) -> HttpResponse:
    """All of them, those that wait for a second officer first."""
    page = selectors.page_of(number=request.GET.get("page"))
    desk.listed(request, "wrong_credits", len(page))
    lines = [(found, WageMonth.of(found.row.filing.wage_month), labels.WRONG_CREDIT[found.state]) for found in page]
    return render(request, "contributions/wrong_credits.html", {"page": page, "lines": lines})


@officer_required(*sorted(correction.OFFICERS))
@require_http_methods(["GET", "HEAD", "POST"])
def wrong_credit_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Whose the credit of this row is, why, and the paper that shows it."""
    row = access.row_of(pk)
    holder = selectors.holder_of(row)
    whose = [one.subject for one in dict.fromkeys((row.member, holder)) if one is not None]
    proposes = request.method == "POST" and "number" in request.POST
    filing = f"filing:{row.filing_id}"
    # Who sends the form after the time was over has said in it why.
    why = reasons.said(request, filing, *whose, at=clock.now()) or (request.POST.get("reason", "").replace("\0", "").strip() if proposes else "")
    if not why or (request.method == "POST" and not proposes):
        what = _("Borang A %(number)s, baris %(row)s") % {"number": row.filing_id, "row": row.line}
        return reasons.ask(request, filing, what=what, initial=corrections.reason_about(row))
    _looked(request, row, why, whose)
    form = forms.WrongCreditForm(request.POST, request.FILES) if request.method == "POST" else forms.WrongCreditForm()
    status, refused = HTTPStatus.OK, ""
    if form.is_bound:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            found, code, refused = _proposed(request, pk, form)
            if found is not None:
                return HttpResponseRedirect(reverse("staff:wrong_credit", args=[found.pk]))
            status = HTTPStatus(code)
    context = {"row": row, "month": WageMonth.of(row.filing.wage_month), "holder": holder, "form": form, "refused": refused}
    return render(request, "contributions/wrong_credit_new.html", context, status=status)


def _looked(request: HttpRequest, row: FilingRow, why: str, whose: Sequence[str]) -> None:
    """That the officer looked at the row, in the trail of the employer and of whose it is."""
    seen: Any = request.user
    data = {"wage_month": str(WageMonth.of(row.filing.wage_month)), "reason": why[:200]}
    audit.record(actor=seen, action="row.view", target=f"filingrow:{row.pk}", data=data, subjects=[row.filing.employer.subject, *whose])


def _proposed(request: HttpRequest, pk: int, form: forms.WrongCreditForm) -> tuple[WrongCredit | None, int, str]:
    """What was proposed; or the status, and the words that no field of the form has."""
    asked = form.cleaned_data
    to_member = Member.objects.filter(number=asked["number"]).first()
    if to_member is None:
        form.add_error("number", _("Ditemui %(found)s, dijangka nombor ahli yang wujud dalam daftar") % {"found": asked["number"]})
        return None, HTTPStatus.UNPROCESSABLE_ENTITY, ""
    by: Any = request.user
    try:
        found = services.propose(
            row_id=pk, to_member=to_member, reason=asked["reason"], document=asked["document"][0], by=by, on=clock.business_date()
        )
    except services.NotAllowed as error:
        status, words = NOT_ALLOWED[error.code]
        if error.code in ON_FIELD:
            form.add_error(ON_FIELD[error.code], str(words))
            return None, status, ""
        return None, status, str(words)
    return found, HTTPStatus.FOUND, ""


@officer_required(*READERS)
@require_safe
def wrong_credit(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them: both members, the money, what would move, what may be done."""
    found = access.wrong_credit_for(pk)
    _looked(request, found.row, found.reason, [found.from_member.subject, found.to_member.subject])
    return _page(request, found, forms.RefuseForm())


@officer_required(*sorted(correction.OFFICERS))
@require_POST
def wrong_credit_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw the own, approve or refuse another's."""
    return two_officers.decide(
        request, pk, two_officers.Kind(services, "wrong_credit_id", access.wrong_credit_for, _page, "staff:wrong_credit", DONE, NOT_ALLOWED)
    )


@officer_required(*READERS)
@require_safe
def wrong_credit_document(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The paper as it was uploaded, always as an attachment."""
    found = access.wrong_credit_for(pk)
    return downloads.stored(request, found.document, target=found, subjects=[found.from_member, found.to_member])


def _page(request: HttpRequest, found: WrongCredit, form: forms.RefuseForm, *, status: int = 200, **more: Any) -> HttpResponse:
    on = clock.business_date()
    waits = found.state == WrongCreditState.PROPOSED
    plan, missing = None, ""
    try:
        plan = services.plan_of(found, on=on) if waits else None
    except services.NotAllowed as error:
        missing = str(NOT_ALLOWED[error.code][1])
    context = {
        "missing": missing,
        "found": found,
        "month": WageMonth.of(found.row.filing.wage_month),
        "label": labels.WRONG_CREDIT[found.state],
        "taken": parts_of(plan.taken, on) if plan else (),
        "given": parts_of(plan.given, on) if plan else (),
        "short": [lacks(one) for one in plan.short] if plan else (),
        "may": dict.fromkeys(services.allowed(found=found, by=request.user), True),  # type: ignore[arg-type]
        "own": found.proposed_by_id == request.user.pk,
        "form": form,
    }
    return render(request, "contributions/wrong_credit.html", {**context, **more}, status=status)


def parts_of(moved: Any, on: Any) -> list[tuple[str, Any]]:
    """RM by name of the account."""
    return [
        (str(ACCOUNT[account.code]) if account.code == "SUSPENSE" else explanations.account_name(account.code, on), money.from_sen(sen))
        for account, sen in moved.items()
    ]


def lacks(short: services.Short) -> str:
    figures = {"account": ACCOUNT[short.account], "available": formats.sen(short.available_sen), "wanted": formats.sen(short.wanted_sen)}
    return _("%(account)s: boleh diambil %(available)s, perlu %(wanted)s") % figures
