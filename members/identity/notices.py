"""What people are told of their sign-ins."""

from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_noop as _

from kwsp_portal.jobs import calendar
from kwsp_portal.notify import kinds
from kwsp_portal.notify import services as notify
from kwsp_portal.notify.enums import Inbox, Whose
from kwsp_portal.templatetags import formats
from members.identity import phones
from members.identity.models import User
from members.identity.models_sessions import UserSession

NEW_DEVICE: Final = "NEW_DEVICE"


def register() -> None:
    """Make our kinds known (called once, by work.py)."""
    kinds.register(
        NEW_DEVICE,
        kinds.Kind(
            subject=_("Log masuk dari peranti baharu"),
            paragraphs=(
                _("ID Pengguna anda log masuk pada %(at)s dari peranti yang belum dikenali: %(device)s, alamat %(address)s."),
                _("Bukan anda? Log keluarkan peranti itu di halaman Keselamatan, tukar kata laluan anda, dan hubungi KWSP."),
            ),
            show={},
        ),
    )


def inbox_of(user: User) -> Inbox | None:
    """The person's own inbox; an employer's is read by everybody who acts for it, so a representative has none."""
    member: Any = getattr(user, "member", None)
    return Inbox(Whose.MEMBER, member.pk) if member else None


def tell_of_new_device(user: User, row: UserSession, *, at: datetime) -> None:
    """Of a sign-in on a browser that the person was not known by, in the transaction of the sign-in. Officers are told nothing: they give a code
    each time."""
    if user.is_officer:
        return
    figures = {"at": formats.moment(at), "device": ", ".join(filter(None, (row.browser, row.system))) or "—", "address": row.address or "—"}
    inbox, phone, cause = inbox_of(user), phones.current(user), f"usersession:{row.pk}"
    if phone is not None:
        notify.send_sms(to=phone.number, kind=NEW_DEVICE, figures=figures, language=user.language, inbox=inbox, cause=cause, at=at)
    elif inbox is not None:
        notify.tell([notify.News(inbox, NEW_DEVICE, cause, figures)], on=calendar.current())
