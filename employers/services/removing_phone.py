"""A representative's TAC number is removed at a counter, with the person present: the telephone is lost, or the number given back.

What the counter has of a representative are the papers of the appointment: who shows those, and whose thumb they confirm, is the person. Anything
less is what a supervisor decides, and for that there are a new number with Borang KWSP 1(i), and the blocking of the access
(members/services/blocking.py).
"""

from datetime import date, datetime
from typing import Final

from django.db import transaction

from employers.models import Appointment, Representative
from employers.services import news
from kwsp_portal import audit
from members.enums import IdentityKind, Thumb
from members.identity import phones
from members.identity.models import TacPhone, User
from members.services import checking, own_record
from members.services import registering as counter
from members.services.binding import SECOND_CLICK
from members.services.checking import Checklist

ACT: Final = "phone.remove"


class NotRemovable(Exception):
    """`code`: UNSEEN (never at a counter), OTHER_PAPER, NO_THUMB, NO_NUMBER."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def seen_as(person: Representative) -> Appointment | None:
    """The papers with which the person was appointed at a counter last, for this employer or another."""
    return Appointment.objects.filter(representative__user=person.user_id).order_by("-pk").first()


def remove(
    *, person: Representative, paper_number: str, checklist: Checklist, by: User, on: date, at: datetime, ip: str | None = None
) -> TacPhone | None:
    """End the number, tell it, and tell every employer that the person acts for; None where it was done a moment ago, also by a colleague.

    Raises NoRight, OwnRecord, checking.Incomplete, NotRemovable, which the trail keeps.
    """
    counter.require_counter(by)
    papers = _papers(person, paper_number, by, ip)
    if checklist.thumb is not Thumb.MATCHED:
        raise _refused(person, "NO_THUMB", by, ip)
    checking.require(checklist=checklist, kind=IdentityKind(papers.identity_kind), registered=False)
    proof = {"appointment": papers.pk, "seen": sorted(code.value for code in checklist.seen)}
    with transaction.atomic():
        removed = phones.remove(user=person.user, by=by, at=at, proof=proof, ip=ip)
        if removed is None:
            if phones.removed_since(person.user, since=at - SECOND_CLICK):
                return None
            raise NotRemovable("NO_NUMBER")
        for one in Representative.objects.filter(user=person.user_id, removed_on__isnull=True).select_related("employer", "user"):
            news.tell_employer(one, "PERSON_PHONE_REMOVED", by=None, cause=f"tac_phone:{removed.pk}.removed", on=on, phone=phones.masked(removed))
    return removed


def _papers(person: Representative, paper_number: str, by: User, ip: str | None) -> Appointment:
    papers = seen_as(person)
    if papers is None:
        raise _refused(person, "UNSEEN", by, ip)
    if own_record.is_own(by, kind=papers.identity_kind, number=papers.identity_number):
        raise own_record.refused(by, action=ACT, target=person.user, ip=ip)
    if paper_number != papers.identity_number:
        raise _refused(person, "OTHER_PAPER", by, ip)
    return papers


def _refused(person: Representative, code: str, by: User, ip: str | None) -> NotRemovable:
    audit.record_refusal(actor=by, action=ACT, target=person.user, data={"code": code}, ip=ip)
    return NotRemovable(code)
