"""An administrator enters public holidays, and takes back a mistake. What a member was promised before stays as promised."""

from datetime import date

from django.db import IntegrityError, transaction

from kwsp_portal.audit import services as audit
from kwsp_portal.common.periods import SATURDAY
from members.identity.enums import Role
from members.identity.models import User
from withdrawals.models import PublicHoliday


class NotAllowed(Exception):
    """`code`: NO_RIGHT, WEEKEND, TAKEN (the day is entered already under another name), REASON_MISSING."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def enter(*, day: date, name: str, source: str, by: User, on: date) -> PublicHoliday:
    """From now on nobody counts it as a working day. The same again is a second click. Raises NotAllowed."""
    _demand(by, "enter", "WEEKEND" if day.weekday() >= SATURDAY else "")
    try:
        with transaction.atomic():
            made = PublicHoliday.objects.create(day=day, name=name.strip(), source=source.strip(), entered_by=by, entered_on=on)
            audit.record(actor=by, action="holiday.enter", target=made, before={}, after=_kept(made))
    except IntegrityError:
        there = PublicHoliday.objects.get(day=day, ended_on=None)
        if (there.name, there.source) == (name.strip(), source.strip()):
            return there
        _demand(by, "enter", "TAKEN")
    return made


def take_back(*, holiday_id: int, reason: str, by: User, on: date) -> PublicHoliday:
    """It was a mistake, with the reason. Taken back already: as it is. Raises NotAllowed."""
    with transaction.atomic():
        found = PublicHoliday.objects.select_for_update(of=("self",), no_key=True).get(pk=holiday_id)
        _demand(by, "take_back", "" if reason.strip() else "REASON_MISSING")
        if found.ended_on is None:
            found.ended_on, found.ended_by, found.why_ended = on, by, reason.strip()
            found.save(update_fields=["ended_on", "ended_by", "why_ended"])
            audit.record(actor=by, action="holiday.take_back", target=found, data={"reason": found.why_ended}, before=_kept(found), after={})
    return found


def _demand(by: User, act: str, code: str) -> None:
    code = "NO_RIGHT" if by.role != Role.ADMINISTRATOR else code
    if code:
        audit.record_refusal(actor=by, action=f"holiday.{act}", data={"code": code})
        raise NotAllowed(code)


def _kept(found: PublicHoliday) -> dict[str, str]:
    return {"day": found.day.isoformat(), "name": found.name, "source": found.source}
