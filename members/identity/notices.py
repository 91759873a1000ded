"""What people are told of their sign-ins and of what protects them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_noop as _

from kwsp_portal.jobs import calendar
from kwsp_portal.notify import kinds
from kwsp_portal.notify import services as notify
from kwsp_portal.notify.enums import Inbox, Whose
from kwsp_portal.notify.models import masked_address
from kwsp_portal.templatetags import formats
from members.identity import emails, phones
from members.identity.models import User
from members.identity.models_sessions import UserSession

__all__ = ["NEW_DEVICE", "inbox_of", "masked_address", "register", "tell_of_new_device", "warn"]
NEW_DEVICE: Final = "NEW_DEVICE"


def register() -> None:
    """Make our kinds known (called once, by work.py)."""
    kinds.register(
        NEW_DEVICE,
        kinds.Kind(
            subject=_("Log masuk dari peranti baharu"),
            paragraphs=(
                _("ID Pengguna anda log masuk pada %(at)s dari peranti yang belum dikenali: %(device)s, alamat %(address)s."),
                _("Bukan anda? Tamatkan sesi peranti itu di halaman Keselamatan, tukar kata laluan anda, dan hubungi KWSP."),
            ),
            show={},
        ),
    )


def inbox_of(user: User) -> Inbox | None:
    """The person's own inbox; an employer's is read by everybody who acts for it, so a representative has none."""
    member: Any = getattr(user, "member", None)
    return Inbox(Whose.MEMBER, member.pk) if member else None


def warn(user: User, kind: str, *, figures: Mapping[str, str], cause: str, at: datetime) -> None:
    """What protects somebody has changed, in the transaction of the change: an SMS to the TAC phone, also to the number before it while a changed one
    cools off, an e-mail to the proved address, and the same words in the own inbox. It cannot be switched off."""
    inbox, numbers, email = inbox_of(user), phones.told(user, at=at), emails.current(user)
    for phone in numbers:
        notify.send_sms(to=phone.number, kind=kind, figures=figures, language=user.language, inbox=inbox, cause=cause, at=at)
    if email is not None:
        notify.send_email(to=str(email.address), kind=kind, figures=figures, language=user.language, inbox=inbox, cause=cause, at=at)
    if inbox is not None and not numbers and email is None:
        notify.tell([notify.News(inbox, kind, cause, figures)], on=calendar.current())


def tell_of_new_device(user: User, row: UserSession, *, at: datetime) -> None:
    """Of a sign-in on a browser that the person was not known by, in the transaction of the sign-in. Officers are told nothing: they give a code
    each time."""
    if user.is_officer:
        return
    figures = {"at": formats.moment(at), "device": ", ".join(filter(None, (row.browser, row.system))) or "—", "address": row.address or "—"}
    warn(user, NEW_DEVICE, figures=figures, cause=f"usersession:{row.pk}", at=at)
