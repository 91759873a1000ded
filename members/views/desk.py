"""What the counter's pages have in common: who sits there, why they look, and what the thumbprint reader of the desk said."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import wraps
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kwsp_portal import audit, thumbprint
from kwsp_portal.audit.services import Touched
from kwsp_portal.common import clock
from kwsp_portal.templatetags import formats
from members import forms
from members.enums import IdentityKind, LookupReason, Thumb
from members.identity.enums import Role
from members.identity.gates import officer_required
from members.models import Member
from members.services import checking, lookup
from members.services.checking import Checklist

ROLES: Final = (Role.COUNTER_OFFICER, Role.SUPERVISOR)

REASON: Final = "counter_reason"
THUMBS: Final = "counter_thumbs"
"""Session keys: why the officer looks people up, and what the reader said of whom, by identity number."""
THUMB_HOLDS: Final = timedelta(minutes=10)

NOT_ALLOWED: Final = {
    "WRONG_STATE": (409, gettext_lazy("Ini sudah diputuskan: rakan sekerja mungkin sudah membuatnya. Keadaan terkini ditunjukkan di bawah.")),
    "NO_RIGHT": (403, gettext_lazy("Peranan anda tidak membenarkan tindakan ini. Minta penyelia.")),
    "OWN_WORK": (403, gettext_lazy("Anda mencadangkan ini. Penyelia lain mesti meluluskan atau menolaknya.")),
    "RELATIVE": (403, gettext_lazy("Anda telah mengisytiharkan ahli ini sebagai saudara. Pegawai lain mesti melayaninya.")),
    "COMMENT_MISSING": (422, gettext_lazy("Tulis sebab supaya pegawai yang mencadangkannya tahu apa yang perlu dibetulkan")),
    "REASON_MISSING": (422, gettext_lazy("Tulis sebab supaya penyelia tahu apa yang perlu disemak")),
    "PAPER_MISSING": (422, gettext_lazy("Imbas sekurang-kurangnya satu dokumen yang membuktikannya")),
    "STALE": (
        409,
        gettext_lazy("Daftar telah berubah selepas ini dicadangkan. Tolak cadangan ini; pegawai boleh mencadangkannya semula."),
    ),
    "ANOTHER_WAITS": (409, gettext_lazy("Satu cadangan bagi ahli ini sudah menunggu penyelia. Putuskan atau tarik balik yang itu dahulu.")),
}


View = Callable[..., HttpResponseBase]


def counter_required(view: View) -> View:
    """The counter's officers only; who has seen as many people as an hour allows is told so, whichever page it was."""

    @wraps(view)
    def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except lookup.TooMany as error:
            form = forms.SearchForm(initial={"reason": reason_of(request) or LookupReason.AT_COUNTER})
            words = _("Anda telah membuka terlalu banyak rekod dalam sejam. Cuba lagi selepas %(until)s, atau minta penyelia.")
            context = {"form": form, "too_many": words % {"until": formats.moment(error.until)}}
            return render(request, "members/counter/search.html", context, status=HTTPStatus.TOO_MANY_REQUESTS)

    return officer_required(*ROLES)(counted)  # type: ignore[return-value]


def reason_of(request: HttpRequest) -> LookupReason | None:
    """Why the officer looks, as said with the last search."""
    found = request.session.get(REASON, "")
    return LookupReason(found) if found in set(LookupReason) else None


def why(request: HttpRequest) -> LookupReason:
    """As said with the last search; without one, as from the queue, a supervisor's look is supervision."""
    officer: Any = request.user
    usual = LookupReason.SUPERVISION if officer.role == Role.SUPERVISOR else LookupReason.AT_COUNTER
    return reason_of(request) or usual


def seen(request: HttpRequest, whom: Touched, *, action: str = lookup.VIEW, subjects: Sequence[Touched] = ()) -> None:
    """Something of somebody's is shown: called by what makes the page, so that one that is shown after a mistake is seen, too."""
    by: Any = request.user
    lookup.see(whom=whom, reason=why(request), by=by, at=clock.now(), action=action, subjects=subjects, ip=address_of(request))


def listed(request: HttpRequest, which: str, shown: int) -> None:
    """A page of a list that names people was shown: one row in the trail, however many stand on it; an empty one shows nobody.

    At a counter with why the officer looks; elsewhere reading it is the office, as with registers.
    """
    by: Any = request.user
    data = {"list": which, "shown": shown, **({"reason": why(request).value} if by.role in ROLES else {})}
    if shown:
        audit.record(actor=by, action="list.view", data=data, ip=address_of(request))


def reader_of(request: HttpRequest) -> str:
    """The reader of the officer's desk."""
    return str(request.user.get_username())


def address_of(request: HttpRequest) -> str | None:
    return request.META.get("REMOTE_ADDR") or None


def thumb_of(request: HttpRequest, number: str, *, at: datetime) -> Thumb:
    """What the reader said of the holder of this identity number, if it was asked in the last minutes."""
    said, when = request.session.get(THUMBS, {}).get(number, ("", 0))
    fresh = at.timestamp() - when < THUMB_HOLDS.total_seconds()
    return Thumb(said) if said and fresh else Thumb.NOT_ASKED


def ask_reader(request: HttpRequest, member: Member | None, number: str, *, at: datetime, anew: bool = False) -> Thumb:
    """Ask the desk's reader, between transactions. A refusal stays until the right thumb comes; silence takes no refusal away. `anew`: a print that
    was read for something else is none for this."""
    before = thumb_of(request, number, at=at)
    said = checking.thumb_of(reading=thumbprint.read(reader_of(request), at=at), identity_number=number)
    if said is Thumb.REFUSED:
        audit.record_refusal(actor=request.user, action="counter.thumb", target=member, ip=address_of(request))  # type: ignore[arg-type]
    if said is Thumb.SILENT and before not in ((Thumb.NOT_ASKED, Thumb.MATCHED) if anew else (Thumb.NOT_ASKED,)):
        said = before
    kept = dict(list(request.session.get(THUMBS, {}).items())[-4:])
    request.session[THUMBS] = {**kept, number: (said.value, int(at.timestamp()))}
    return said


def of_register(form: forms.CheckForm, member: Member) -> bool:
    """Whether the number that was typed from the paper is the register's; the form says so where it is not."""
    if form.cleaned_data["paper_number"] == member.identity_number:
        return True
    form.add_error("paper_number", _("Nombor pada dokumen berlainan daripada daftar. Semak nombor itu, atau cadangkan pembetulan."))
    return False


def checked(request: HttpRequest, form: forms.CheckForm, member: Member, *, at: datetime, anew: bool = False) -> Checklist:
    """The form's checklist for a member; the reader is asked now where the paper holds a print and it has not said yes yet. `anew`: a print that was
    read for something else is none for this."""
    thumb = Thumb.NOT_ASKED if anew else thumb_of(request, member.identity_number, at=at)
    if thumb is not Thumb.MATCHED and member.identity_kind in checking.THUMBED:
        thumb = ask_reader(request, member, member.identity_number, at=at, anew=anew)
    return form.checklist(paper=IdentityKind(member.identity_kind), thumb=thumb, reader=reader_of(request))
