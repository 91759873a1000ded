"""How an e-mail address becomes a person's, and stops being it: asked for under a code of the TAC phone, proved by a code that was sent to it.

The proof is typed on the portal's page by who is signed in, in whatever browser: the message holds no link, so nobody is taught to follow one, no
mail scanner proves an address by opening it, and a stranger whose address was mistyped cannot confirm it. An address never proves who somebody is
(ruling 31): it gets copies of notices and warnings, no codes of acts.
"""

import hmac
import re
import secrets
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from kwsp_portal import audit
from kwsp_portal.notify import services as notify
from kwsp_portal.notify.kinds import Kind
from kwsp_portal.templatetags import formats
from members.identity import authenticators, emails, notices
from members.identity.enums import EmailEnd
from members.identity.models import User
from members.identity.models_emails import EmailAddress

CODE_LETTERS: Final = 8
"""39 bits, five tries."""
DAY: Final = timedelta(days=1)

KINDS: Final = {
    "EMAIL_CODE": Kind(
        gettext_noop("Kod bagi alamat e-mel anda"),
        (
            gettext_noop("Kod bagi alamat e-mel ini ialah %(code)s, sah hingga %(until)s. Taip kod itu di halaman Keselamatan akaun portal KWSP."),
            gettext_noop("Bukan anda yang memintanya? Abaikan e-mel ini: tanpa kod itu alamat ini tidak digunakan."),
        ),
        {},
        secrets=("code",),
    ),
    "EMAIL_CHANGED": Kind(
        gettext_noop("Alamat e-mel ditukar"),
        (gettext_noop("KWSP: Sejak %(at)s makluman anda juga dihantar ke %(email)s. Bukan anda? Hubungi KWSP dengan segera."),),
        {},
    ),
    "EMAIL_REMOVED": Kind(
        gettext_noop("Alamat e-mel dibuang"),
        (gettext_noop("KWSP: Sejak %(at)s tiada lagi e-mel dihantar ke %(email)s. Bukan anda? Hubungi KWSP dengan segera."),),
        {},
    ),
}

WORDS: Final[dict[str, Any]] = {
    "NONE_WAITING": _("Tiada alamat yang menunggu pengesahan. Masukkan alamat e-mel anda sekali lagi."),
    "FORM": _("Kod itu mengandungi 8 huruf dan angka, seperti dalam e-mel."),
    "WRONG": _("Kod tidak sepadan. Semak e-mel yang terbaharu. Baki cubaan: %(left)s."),
    "TRIES": _("Terlalu banyak kod yang salah. Masukkan alamat e-mel anda sekali lagi."),
    "TOO_SOON": _("E-mel baharu boleh diminta mulai %(until)s."),
    "TOO_MANY": _("Terlalu banyak permintaan. Cuba lagi mulai %(until)s."),
    "SENDINGS": _("Kod telah dihantar beberapa kali ke alamat itu. Semak ejaannya, atau masukkan alamat yang lain."),
    "SAME": _("Alamat itu sudah alamat e-mel anda."),
}


class Refused(Exception):
    """Why the address is not changed. `code` is one of WORDS."""

    def __init__(self, code: str, *, left: int = 0, until: datetime | None = None) -> None:
        self.code, self.left, self.until = code, left, until
        super().__init__(code)

    @property
    def words(self) -> str:
        return str(WORDS[self.code]) % {"left": self.left, "until": formats.moment(self.until) if self.until else ""}


def shown(act: str, address: str) -> dict[str, str]:
    """What the code of the phone approves: SET or REMOVE, and the very address."""
    return {"act": act, "address": address, "email": notices.masked_address(address) if address else ""}


def check(*, user: User, address: str, at: datetime) -> None:
    """Whether this address may be asked for now, before a code of the phone is spent on it. Raises Refused (SAME, TOO_MANY)."""
    found = emails.current(user)
    if found is not None and found.address == address:
        raise Refused("SAME")
    recent = list(EmailAddress.objects.filter(user=user, asked_at__gt=at - DAY).order_by("-asked_at").values_list("asked_at", flat=True))
    most = settings.EMAIL_PROOF["asks_a_day"]
    if len(recent) >= most:
        raise Refused("TOO_MANY", until=recent[most - 1] + DAY)


def ask(*, user: User, address: str, at: datetime, ip: str | None = None) -> EmailAddress:
    """A code to the new address, in the caller's transaction, which has spent the leave for it. One that waited before is given up.

    Raises Refused (SAME, TOO_MANY).
    """
    _hold(user)
    check(user=user, address=address, at=at)
    for left in EmailAddress.objects.filter(user=user, ended_at=None, verified_at=None):
        _end(left, EmailEnd.CANCELLED, at)
    salt, code = _new_code()
    row = EmailAddress.objects.create(
        user=user,
        address=address,
        salt=salt,
        mac=_mac(salt, code),
        asked_at=at,
        sent_at=at,
        expires_at=at + timedelta(hours=settings.EMAIL_PROOF["valid_hours"]),
    )
    audit.record(actor=user, action="email.ask", target=f"user:{user.pk}", data={"to": emails.masked(row)}, subjects=[user], ip=ip)
    _send(row, code, at)
    return row


def send_again(*, user: User, at: datetime, ip: str | None = None) -> EmailAddress:
    """Another code to the address that waits; the one before it no longer counts. Raises Refused (NONE_WAITING, TOO_SOON, SENDINGS)."""
    with transaction.atomic():
        _hold(user)
        row = emails.waiting(user, at=at)
        if row is None:
            raise Refused("NONE_WAITING")
        again_at = row.sent_at + timedelta(seconds=settings.EMAIL_PROOF["resend_seconds"])
        if at < again_at:
            raise Refused("TOO_SOON", until=again_at)
        if row.sendings >= settings.EMAIL_PROOF["sendings"]:
            raise Refused("SENDINGS")
        row.salt, code = _new_code()
        row.mac, row.sendings, row.sent_at = _mac(row.salt, code), row.sendings + 1, at
        row.save(update_fields=["salt", "mac", "sendings", "sent_at"])
        audit.record(actor=user, action="email.send_again", target=f"user:{user.pk}", data={"to": emails.masked(row)}, subjects=[user], ip=ip)
        _send(row, code, at)
    return row


def prove(*, user: User, typed: str, at: datetime, ip: str | None = None) -> EmailAddress:
    """The address is the person's: what was sent to it was typed. Commits by itself; a wrong code is counted whatever comes after it. The same right
    code again changes nothing. Raises Refused (NONE_WAITING, FORM, WRONG, TRIES)."""
    bare = re.sub(r"[\s-]", "", typed).lower()
    if not re.fullmatch(rf"[{authenticators.LETTERS}]{{{CODE_LETTERS}}}", bare):
        raise Refused("FORM")
    with transaction.atomic(durable=True):
        _hold(user)
        found = _proved(user, bare, at, ip)
    if isinstance(found, Refused):
        audit.record_refusal(actor=user, action="email.prove", target=f"user:{user.pk}", data={"code": found.code}, subjects=[user], ip=ip)
        raise found
    return found


def cancel(*, user: User, at: datetime, ip: str | None = None) -> None:
    """The address that waits is given up; nothing where none waits."""
    with transaction.atomic():
        _hold(user)
        for left in EmailAddress.objects.filter(user=user, ended_at=None, verified_at=None):
            audit.record(actor=user, action="email.cancel", target=f"user:{user.pk}", before=_kept(left), after={}, subjects=[user], ip=ip)
            _end(left, EmailEnd.CANCELLED, at)


def remove(*, user: User, at: datetime, ip: str | None = None) -> None:
    """No e-mail goes to the person any more, in the caller's transaction, which has spent the leave for it. Nothing where there is no address."""
    _hold(user)
    row = emails.current(user)
    if row is None:
        return
    audit.record(actor=user, action="email.remove", target=f"user:{user.pk}", before=_kept(row), after={}, subjects=[user], ip=ip)
    # The address is told while it is still the person's.
    notices.warn(user, "EMAIL_REMOVED", figures={"at": formats.moment(at), "email": emails.masked(row)}, cause=f"emailaddress:{row.pk}", at=at)
    _end(row, EmailEnd.REMOVED, at)


def undo_since(*, user: User, since: datetime, at: datetime, ip: str | None = None) -> None:
    """An address that was proved since then is the person's no more, and what waits is given up, in the caller's transaction."""
    cancel(user=user, at=at, ip=ip)
    row = emails.current(user)
    if row is not None and row.verified_at is not None and row.verified_at >= since:
        remove(user=user, at=at, ip=ip)


def forget_expired(*, at: datetime) -> int:
    """Addresses that nobody proved in time are wiped. How many."""
    late = EmailAddress.objects.filter(ended_at=None, verified_at=None, expires_at__lte=at)
    return late.update(ended_at=at, ended_why=EmailEnd.EXPIRED, address=None)


def _kept(row: EmailAddress | None) -> dict[str, str]:
    """An address as the trail keeps it, on either side of an act."""
    return {"email": emails.masked(row)} if row else {}


def _proved(user: User, bare: str, at: datetime, ip: str | None) -> EmailAddress | Refused:
    row, before = emails.waiting(user, at=at), emails.current(user)
    if row is None:
        return before if before is not None and _is_right(before, bare) else Refused("NONE_WAITING")
    if not _is_right(row, bare):
        return _wrong(row, at)
    figures = {"at": formats.moment(at), "email": emails.masked(row)}
    # Who had the notices so far is told first; then the new address takes its place.
    notices.warn(user, "EMAIL_CHANGED", figures=figures, cause=f"emailaddress:{row.pk}", at=at)
    audit.record(actor=user, action="email.prove", target=f"user:{user.pk}", before=_kept(before), after=_kept(row), subjects=[user], ip=ip)
    if before is not None:
        _end(before, EmailEnd.REPLACED, at)
    row.verified_at = at
    row.save(update_fields=["verified_at"])
    return row


def _wrong(row: EmailAddress, at: datetime) -> Refused:
    row.tries += 1
    row.save(update_fields=["tries"])
    left = settings.EMAIL_PROOF["tries"] - row.tries
    if left > 0:
        return Refused("WRONG", left=left)
    _end(row, EmailEnd.CANCELLED, at)
    return Refused("TRIES")


def _is_right(row: EmailAddress, bare: str) -> bool:
    return hmac.compare_digest(_mac(row.salt, bare), row.mac)


def _new_code() -> tuple[str, str]:
    return secrets.token_hex(16), "".join(secrets.choice(authenticators.LETTERS) for _ in range(CODE_LETTERS))


def _mac(salt: str, code: str) -> str:
    return salted_hmac(f"members.identity.email.{salt}", code, algorithm="sha256").hexdigest()


def _send(row: EmailAddress, code: str, at: datetime) -> None:
    """The code leaves here and is kept nowhere."""
    notify.send_email(
        to=str(row.address),
        kind="EMAIL_CODE",
        figures={"until": formats.moment(row.expires_at)},
        secrets={"code": f"{code[:4]}-{code[4:]}"},
        language=row.user.language,
        inbox=None,
        cause=f"emailaddress:{row.pk}.{row.sendings}",
        at=at,
        expires_at=row.expires_at,
    )


def _end(row: EmailAddress, why: EmailEnd, at: datetime) -> None:
    row.ended_at, row.ended_why, row.address = at, why, None
    row.save(update_fields=["ended_at", "ended_why", "address"])


def _hold(user: User) -> None:
    """One change of a person's address at a time."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
