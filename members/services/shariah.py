"""A member chooses Simpanan Shariah: under a code, from 1 January of the next year, and for good."""

from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_noop

from kwsp_portal import audit
from kwsp_portal.notify.kinds import Kind
from kwsp_portal.templatetags import formats
from members.identity import notices, tac
from members.identity.enums import Purpose
from members.identity.models import Approval, User
from members.models import Member, ShariahChoice

OPENED_ON: Final = date(2016, 8, 8)
"""From when it could be chosen (KWSP, 8 August 2016), for 2017."""
CHOSEN: Final = "SHARIAH_CHOSEN"
KINDS: Final = {
    CHOSEN: Kind(
        gettext_noop("Simpanan Shariah dipilih"),
        (
            gettext_noop("KWSP: Anda memilih Simpanan Shariah mulai %(since)s. Pilihan ini tidak boleh ditukar semula."),
            gettext_noop("Bukan anda? Hubungi KWSP dengan segera."),
        ),
        {},
    )
}


class NotAllowed(Exception):
    """`code`: ALREADY, DIED, NOT_YET, NOT_AGREED."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def since(on: date) -> date:
    """From when a choice of that day holds."""
    return date(on.year + 1, 1, 1)


def shown(*, on: date) -> dict[str, str]:
    """What the code approves, and its message says."""
    return {"since": formats.day(since(on))}


def check(member: Member, *, on: date) -> None:
    """Whether it may be chosen now, before a code is spent on it. Raises NotAllowed."""
    if member.shariah_from is not None:
        raise NotAllowed("ALREADY")
    if member.died_on is not None:
        raise NotAllowed("DIED")
    if on < OPENED_ON:
        raise NotAllowed("NOT_YET")


def choose(*, member: Member, by: User, agreed: bool, approval: Approval, on: date, at: datetime, ip: str | None = None) -> ShariahChoice:
    """The choice, kept for ever. Raises NotAllowed and tac.Refused; then nothing has changed."""
    with transaction.atomic():
        member = Member.objects.select_for_update(no_key=True).get(pk=member.pk)
        check(member, on=on)
        if not agreed:
            raise NotAllowed("NOT_AGREED")
        tac.spend(approval=approval, user=by, purpose=Purpose.SHARIAH, shown=shown(on=on), at=at)
        found = ShariahChoice.objects.create(member=member, chosen_on=on, chosen_at=at, from_date=since(on))
        member.shariah_from = found.from_date
        member.save(update_fields=["shariah_from"])
        after = {"shariah_from": found.from_date.isoformat()}
        audit.record(actor=by, action="shariah.choose", target=member, before={"shariah_from": None}, after=after, ip=ip)
        notices.warn(by, CHOSEN, figures={"since": formats.day(found.from_date)}, cause=f"shariahchoice:{found.pk}", at=at)
    return found
