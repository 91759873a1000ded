"""Officers' pages of withdrawals: the queue, a case with its papers beside the facts and rules, what is decided, the own relatives."""

from http import HTTPStatus
from typing import Any, Final

from django import forms as django_forms
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kwsp_portal import audit
from kwsp_portal.bank import accounts
from kwsp_portal.common import clock
from kwsp_portal.documents import downloads
from members import labels as members_labels
from members.enums import IdentityKind
from members.identity.enums import Role
from members.identity.gates import officer_required
from members.identity.models import User
from members.selectors import bank_accounts, cooling
from members.views import desk as members_desk
from withdrawals import access, explanations, labels
from withdrawals.enums import Action, Channel, ConfirmedBy, KindCode, Relation, State
from withdrawals.forms import desk as forms
from withdrawals.kinds import listing
from withdrawals.models import Application
from withdrawals.selectors import creditors as creditor_selectors
from withdrawals.selectors import desk as selectors
from withdrawals.services import creditors, deciding, judging, papers, relatives, renewing
from withdrawals.services.moves import OFFICERS, NotAllowed
from withdrawals.views import words

READERS: Final = (*sorted(OFFICERS), Role.AUDITOR)
NOT_ALLOWED: Final = {
    "NO_RIGHT": (403, gettext_lazy("Pegawai lain memegang kes ini, atau peranan anda tidak membenarkannya. Ambil kes ini dahulu.")),
    "OWN_CASE": (403, gettext_lazy("Ini permohonan anda sendiri. Pegawai lain mesti memutuskannya.")),
    "RELATIVE": (403, gettext_lazy("Anda telah mengisytiharkan ahli ini sebagai saudara. Pegawai lain mesti memutuskannya.")),
    "BY_RUN": (409, gettext_lazy("Portal memutuskan jenis ini mengikut peraturan, pada harinya. Ia tidak menunggu pegawai.")),
    "OWN_WORK": (403, gettext_lazy("Anda mengesyorkan permohonan ini. Pegawai lain mesti meluluskan atau menolaknya.")),
    "DECIDED_BEFORE": (403, gettext_lazy("Anda memutuskannya sebelum rayuan. Pegawai lain mesti meneliti rayuan ini.")),
    "WRONG_STATE": (409, gettext_lazy("Ini tidak boleh dibuat lagi: rakan sekerja mungkin sudah membuatnya. Keadaan terkini ditunjukkan di bawah.")),
    "TAKEN": (409, gettext_lazy("Rakan sekerja mengambil kes ini selepas anda membukanya. Ambil daripadanya hanya jika anda berdua bersetuju.")),
    "CHANGED": (409, gettext_lazy("Kes ini berubah selepas anda membukanya. Baca keadaan terkini di bawah, kemudian putuskan.")),
    "NOT_MET": (
        409,
        gettext_lazy("Peraturan tidak membenarkannya sekarang. Sebabnya ditunjukkan di bawah; permohonan ini boleh ditolak dengan sebab itu."),
    ),
    "TOO_MUCH": (409, gettext_lazy("Diminta %(found)s, tetapi hanya %(expected)s boleh dikeluarkan sekarang. Luluskan jumlah itu, dengan sebab.")),
    "CREDITOR_UNCHECKED": (
        409,
        gettext_lazy("Bandingkan akaun institusi atau pemberi pinjaman itu dengan dokumennya, dan tandakan disemak. Kemudian luluskan."),
    ),
    "NO_CREDITOR": (422, gettext_lazy("Permohonan ini tidak menamakan akaun institusi atau pemberi pinjaman. Minta dokumen sahaja.")),
    "NOT_THERE": (409, gettext_lazy("Akaun ahli dibekukan atau wangnya tiada lagi. Tunggu semakan akaun itu, atau tolak dengan sebab.")),
    "PAYMENT_ON_ITS_WAY": (409, gettext_lazy("Satu bayaran ada di bank. Hentikan selepas bank menjawab.")),
    "NOT_STOPPED_FOR": (422, gettext_lazy("Jenis pengeluaran ini tidak boleh dihentikan dengan sebab itu")),
    "ON_ITS_WAY": (409, gettext_lazy("Satu bayaran bagi pelan yang sedang berjalan ada di bank. Cuba lagi selepas bank menjawab.")),
    "AMOUNT": (422, gettext_lazy("Ditemui %(found)s, dijangka lebih daripada sifar dan tidak melebihi %(expected)s")),
    "REASON_MISSING": (422, gettext_lazy("Tulis sebab: ahli membacanya")),
}
RELATIVE_NOT_ALLOWED: Final = {
    "NO_RIGHT": gettext_lazy("Pengisytiharan ini bukan milik anda."),
    "NUMBER_FORM": gettext_lazy("Nombor ini bukan nombor pengenalan jenis itu: kad pengenalan mempunyai 12 digit."),
    "OWN_RECORD": gettext_lazy("Ini nombor anda sendiri. Permohonan sendiri memang tidak boleh diputuskan."),
    "REASON_MISSING": gettext_lazy("Tulis sebab, sekurang-kurangnya lima huruf"),
}
DONE: Final = {
    Action.TAKE: gettext_lazy("Kes ini kini pada anda."),
    Action.PUT_BACK: gettext_lazy("Kes ini kembali ke senarai."),
    Action.ASK: gettext_lazy("Ahli telah diminta menghantar dokumen. Masa piagam berhenti sehingga dokumen itu tiba."),
    Action.ASK_ACCOUNT: gettext_lazy("Ahli telah diminta memberi akaun yang betul. Wang itu tidak dihantar ke akaun ini."),
    Action.APPROVE: gettext_lazy("Diluluskan: ahli telah dimaklumkan."),
    Action.RECOMMEND: gettext_lazy("Disyorkan: pegawai kedua akan memutuskannya."),
    Action.REFUSE: gettext_lazy("Ditolak: ahli telah dimaklumkan, dan wangnya tidak lagi ditahan."),
    Action.SEND_BACK: gettext_lazy("Dikembalikan kepada pegawai pertama."),
    Action.STOP: gettext_lazy("Dihentikan: ahli telah dimaklumkan, dan yang masih ditahan bebas dalam akaunnya."),
}
FORMS: Final[dict[Action, type[forms.SeenForm]]] = {
    Action.APPROVE: forms.ApproveForm,
    Action.ASK: forms.AskForm,
    Action.ASK_ACCOUNT: forms.AskAccountForm,
    Action.REFUSE: forms.RefuseForm,
    Action.SEND_BACK: forms.SendBackForm,
    Action.STOP: forms.StopForm,
}
ACTS: Final = {action.lower(): action for action in (Action.TAKE, Action.PUT_BACK, *FORMS)}


@officer_required(*READERS)
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What waits, the first due first; `?list=`, `?kind=` and `?mine=1` choose."""
    by: Any = request.user
    on, which, kind = clock.business_date(), request.GET.get("list", "waiting"), request.GET.get("kind", "")
    which = which if which in selectors.LISTS else "waiting"
    kind = kind if kind in set(KindCode) else ""
    mine = by if request.GET.get("mine") == "1" else None
    page, rows = selectors.queue(which=which, kind=kind, mine=mine, number=request.GET.get("page"), on=on)
    members_desk.listed(request, "withdrawals", len(rows))
    waiting, late = selectors.how_many_wait(on=on)
    context = {
        "page": page,
        "lines": [(one, labels.KINDS[one.found.kind], labels.STATE[one.found.state], _by_hand(one.found)) for one in rows],
        "which": which,
        "kind": kind,
        "mine": mine is not None,
        "kinds": [(code, labels.KINDS[code], count) for code, count in selectors.by_kind(which).items()],
        "waiting": waiting,
        "late": late,
        "officer": by.role in OFFICERS,
    }
    return render(request, "withdrawals/desk/queue.html", context)


@officer_required(*READERS)
@require_safe
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """One case: who, what for, papers beside facts, the rules now and as it was handed in, what may be done."""
    return _page(request, access.any_application(pk))


@officer_required(*sorted(OFFICERS))
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it, put it back, ask for papers, recommend, approve, refuse, send it back to the first officer."""
    found, action = access.any_application(pk), ACTS.get(request.POST.get("action", ""))
    if action is None:
        raise BadRequest(f"action: expected {', '.join(ACTS)}")
    form = _form(action, found, request.POST) if action in FORMS else None
    if form is not None and not form.is_valid():
        return _page(request, found, {action: form}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        done = _act(request, found, action, form)
    except NotAllowed as error:
        return _refused(request, access.any_application(pk), action, form, error)
    messages.success(request, str(DONE[Action.RECOMMEND if done.state == State.SECOND and action is Action.APPROVE else action]))
    return HttpResponseRedirect(reverse("staff:withdrawal", args=[pk]))


@officer_required(*READERS)
@require_safe
def document(request: HttpRequest, pk: int, document: int) -> HttpResponseBase:
    """A paper as it is kept, always as an attachment; the trail says who took it."""
    found = access.any_application(pk)
    return downloads.stored(request, access.document_for(found, document).file, target=found, subjects=[found.member])


@officer_required(*READERS)
@require_safe
def document_small(request: HttpRequest, pk: int, document: int) -> HttpResponse:
    """A small picture of a paper, made by us; 404 where it is no picture."""
    found = access.any_application(pk)
    small = papers.thumbnail(access.document_for(found, document).file)
    if small is None:
        return HttpResponse(status=HTTPStatus.NOT_FOUND)
    answer = HttpResponse(small, content_type="image/jpeg")
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


@officer_required(*sorted(OFFICERS))
@require_POST
def document_check(request: HttpRequest, pk: int, document: int) -> HttpResponse:
    """The officer has looked at it."""
    found = access.any_application(pk)
    row = access.document_for(found, document)
    by: Any = request.user
    try:
        deciding.checked(document_id=row.pk, by=by, on=clock.business_date())
    except NotAllowed as error:
        return not_allowed(request, found, error)
    return HttpResponseRedirect(reverse("staff:withdrawal", args=[pk]) + "#dokumen")


@officer_required(*sorted(relatives.DECLARE))
@require_http_methods(["GET", "HEAD", "POST"])
def own_relatives(request: HttpRequest) -> HttpResponse:
    """The officer's own relatives, whose cases are another's; a POST declares one."""
    if request.method != "POST":
        return _relatives(request, forms.RelativeForm())
    form, by = forms.RelativeForm(request.POST), request.user
    if not form.is_valid():
        return _relatives(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    asked = form.cleaned_data
    try:
        relatives.declare(
            kind=IdentityKind(asked["kind"]),
            number=asked["number"],
            relation=Relation(asked["relation"]),
            by=by,  # type: ignore[arg-type]
            on=clock.business_date(),
        )
    except NotAllowed as error:
        form.add_error("number", str(RELATIVE_NOT_ALLOWED[error.code]))
        return _relatives(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.success(request, str(gettext_lazy("Diisytiharkan. Permohonan saudara ini diputuskan oleh pegawai lain.")))
    return HttpResponseRedirect(reverse("staff:withdrawal_relatives"))


@officer_required(*sorted(relatives.DECLARE))
@require_POST
def relative_end(request: HttpRequest, pk: int) -> HttpResponse:
    """An own declaration ends, with the reason."""
    row, by = access.own_relative(request.user, pk), request.user
    form = forms.RelativeEndForm(request.POST, auto_id=f"relative_{row.pk}_%s")
    if form.is_valid():
        try:
            relatives.end(relative_id=row.pk, reason=form.cleaned_data["reason"], by=by, on=clock.business_date())  # type: ignore[arg-type]
        except NotAllowed as error:
            form.add_error("reason", str(RELATIVE_NOT_ALLOWED[error.code]))
    if form.errors:
        return _relatives(request, forms.RelativeForm(), ending=(row.pk, form), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.success(request, str(gettext_lazy("Pengisytiharan ditamatkan.")))
    return HttpResponseRedirect(reverse("staff:withdrawal_relatives"))


def not_allowed(request: HttpRequest, found: Application, error: NotAllowed) -> HttpResponse:
    """The case again, with why an act on one of its papers was refused."""
    status, said = NOT_ALLOWED[error.code]
    return _page(request, access.any_application(found.pk), status=status, refused=str(said), form_errors=True)


def _relatives(
    request: HttpRequest, form: forms.RelativeForm, *, ending: tuple[int, django_forms.Form] | None = None, status: int = HTTPStatus.OK
) -> HttpResponse:
    by: Any = request.user
    pk, bound = ending or (0, None)
    lines = [
        (one, labels.RELATION[one.relation], bound if one.pk == pk else forms.RelativeEndForm(auto_id=f"relative_{one.pk}_%s"))
        for one in relatives.of(by)
    ]
    return render(request, "withdrawals/desk/relatives.html", {"form": form, "lines": lines, "ending": bound}, status=status)


def _act(request: HttpRequest, found: Application, action: Action, form: forms.SeenForm | None) -> Application:
    """Raises NotAllowed."""
    asked: dict[str, Any] = {"application_id": found.pk, "by": request.user, "on": clock.business_date()}
    if action is Action.TAKE:
        seen = request.POST.get("version", "")
        return deciding.take(**asked, version=int(seen) if seen.isdecimal() else None)
    if form is None:
        return deciding.put_back(**asked)
    service = {
        Action.APPROVE: deciding.approve,
        Action.ASK: deciding.ask,
        Action.ASK_ACCOUNT: deciding.ask_account,
        Action.REFUSE: deciding.refuse,
        Action.SEND_BACK: deciding.send_back,
        Action.STOP: deciding.stop,
    }
    asked |= {"at": clock.now()} if action is Action.APPROVE else {}
    return service[action](**asked, **form.cleaned_data)  # type: ignore[operator, no-any-return]


def _refused(request: HttpRequest, found: Application, action: Action, form: forms.SeenForm | None, error: NotAllowed) -> HttpResponse:
    """The colleague was first, or the second click: what is there now, in words."""
    by: Any = request.user
    same = [action.value, *([Action.RECOMMEND.value] if action is Action.APPROVE else [])]
    if error.code in ("WRONG_STATE", "OWN_WORK", "NO_RIGHT", "CHANGED") and selectors.did_last(found, same, by):
        return HttpResponseRedirect(reverse("staff:withdrawal", args=[found.pk]))
    status, said = NOT_ALLOWED[error.code]
    kept = {} if form is None or error.code == "CHANGED" else {action: form}
    return _page(request, found, kept, status=status, refused=str(said) % error.details, form_errors=True)


def _page(
    request: HttpRequest, found: Application, bound: dict[Action, forms.SeenForm] | None = None, *, status: int = HTTPStatus.OK, **more: Any
) -> HttpResponse:
    by: Any = request.user
    on = clock.business_date()
    audit.record(
        actor=by,
        action="withdrawal.view",
        target=found,
        data={"number": found.number, "kind": str(found.kind)},
        subjects=[found.member],
        ip=members_desk.address_of(request),
    )
    seen = selectors.case(found, on=on)
    may = deciding.allowed(found, by) if by.role in OFFICERS else frozenset()
    shown = {
        action: (bound or {}).get(action) or _form(action, found, initial={"version": found.version}, auto_id=f"{action.lower()}_%s")
        for action in FORMS
    }
    current = bank_accounts.current(found.member)
    context = {
        "case": seen,
        "found": found,
        "name": labels.KINDS[found.kind],
        "label": labels.STATE[found.state],
        "channel": labels.CHANNEL[found.channel],
        "how_much": labels.HOW_MUCH[found.kind],
        "notes": labels.NOTES.get(found.kind, ()),
        "payee": words.payee(found.payee),
        **_creditor(found, by),
        "answers": words.answers(judging.kind_of(found), found.particulars),
        "account": bank_accounts.name_of(current) if current else "",
        "account_holder": current.holder if current else "",
        "cooling": cooling.of(found.member, at=clock.now()),
        "pots": words.pots(seen.facts, on),
        "conditions": [
            (explanations.condition_words(one.condition, on), explanations.citations(one.condition.source), one, _reason(one)) for one in seen.judged
        ],
        "others": explanations.reasons(seen.others),
        "why": explanations.explained(seen.result.steps),
        "charges": words.charged(seen.result.charges, on),
        "checklist": [(one, labels.DOCUMENT[one.document.code]) for one in seen.checklist],
        "further": [(row, labels.DOCUMENT[row.code]) for row in seen.further],
        "log": [(entry, words.acted(entry)) for entry in seen.log],
        "payments": [(one, labels.PAYMENT[one.state]) for one in seen.payments],
        "earlier": [(one, labels.KINDS[one.kind], labels.STATE[one.state]) for one in seen.facts.earlier],
        "may": {action.value: True for action in may},
        "barred": _barred(found, by),
        "back": renewing.total(found) if renewing.waits(found) else None,
        "second": (found.asked or 0) > seen.limit,
        **_confirmed(found),
        "forms": {action.value: form for action, form in shown.items()},
        "bound": next(iter((bound or {}).values()), None),
    }
    return render(request, "withdrawals/desk/case.html", {**context, **more}, status=status)


def _form(action: Action, found: Application, *args: Any, **kwargs: Any) -> forms.SeenForm:
    """The form of an act; that which asks for papers names those of the kind, that which stops it for what the kind may be stopped."""
    if action is Action.STOP:
        return forms.StopForm(*args, reasons=judging.kind_of(found).stopped_for, **kwargs)
    if action is not Action.ASK:
        return FORMS[action](*args, **kwargs)
    named = creditor_selectors.current(found) is not None
    return forms.AskForm(*args, codes=listing.codes(KindCode(found.kind), found.applied_on or clock.business_date()), named=named, **kwargs)


def _by_hand(found: Application) -> Any:
    """How it came in, where an officer entered it."""
    return "" if found.channel == Channel.ONLINE else labels.CHANNEL[Channel(found.channel)]


def _confirmed(found: Application) -> dict[str, Any]:
    """What stands in place of the phone's code, of one that an officer entered."""
    kept = found.confirmations.select_related("by", "identity_check").last()
    check = kept.identity_check if kept else None
    return {
        "confirmed": kept,
        "confirmed_by": labels.CONFIRMED[ConfirmedBy(kept.way)] if kept else "",
        "thumb": members_labels.THUMBS[check.thumb] if check else None,
        "without_thumb": check.without_thumb if check else "",
    }


def _creditor(found: Application, by: User) -> dict[str, Any]:
    """Whom it is paid to straight, and whether this officer may say that it is as the document has it."""
    standing = creditor_selectors.current(found)
    return {
        "creditor": standing,
        "creditor_words": creditor_selectors.words(found, standing),
        "creditor_bank": accounts.name(standing.bank) if standing else "",
        "owed_to": creditor_selectors.name(found),
        "may_check_creditor": standing is not None
        and standing.checked_by_id is None
        and standing.refusal_id is None
        and not creditors.why_not_check(found, by),
    }


def _reason(one: selectors.Judged) -> explanations.Reason | None:
    return explanations.reason(one.now) if one.now is not None else None


def _barred(found: Application, by: Any) -> str:
    """Why this officer may never decide it, said before they try."""
    code = deciding.why_not(found, Action.TAKE, by) if found.state == State.SUBMITTED else ""
    return str(NOT_ALLOWED[code][1]) if code in ("OWN_CASE", "RELATIVE", "DECIDED_BEFORE", "BY_RUN") else ""
