"""Registering for i-Saraan, cancelling an incentive: signed in, on the public page under a code, or at a counter with KWSP 16G(M) (seed 002,
ruling 20).

One holds at a time: the member's row is locked before it is looked at, and PostgreSQL keeps spans of one member apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction

from contributions.enums import IncentiveScheme, Occupation, RegisteredAt, RegistrationEnd
from contributions.models import IncentiveRegistration
from contributions.rules.incentive_who import Condition
from contributions.selectors import registrations as selectors
from contributions.services import registering_news as news
from kwsp_portal import audit
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.documents import services as documents
from kwsp_portal.jobs import failpoint
from members.enums import Door, IdentityKind
from members.identity import tac
from members.identity.enums import Purpose
from members.identity.models import Approval, User
from members.models import IdentityCheck, Member
from members.services import checking, own_record
from members.services import registering as counter
from members.services.checking import Checklist

LONGEST_WORK: Final = 80


class NotAllowed(Exception):
    """Why nobody is registered, or nothing cancelled. `code`: NOT_DECLARED, NO_WORK, DIED, HOLDS_ALREADY, CANCEL_FIRST, NOT_IN_FORCE, CONDITIONS
    (`unmet` are they), FORM_MISSING, NOTHING_HELD."""

    def __init__(self, code: str, unmet: Sequence[Condition] = ()) -> None:
        self.code, self.unmet = code, tuple(unmet)
        super().__init__(code)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the member says: the work, in words where none of the groups is it, and the declaration."""

    occupation: Occupation
    other_work: str = ""
    declared: bool = False


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What an officer saw: who it is, and the form where it is the first time."""

    checklist: Checklist
    form: documents.Upload | None = None


def register(*, member: Member, asked: Asked, by: User, on: date, ip: str | None = None) -> IncentiveRegistration:
    """i-Saraan for who is signed in. The same again is a second click. Raises NotAllowed."""
    with transaction.atomic():
        held = _locked(member)
        return _again(held, asked) or _make(held, asked, RegisteredAt.ACCOUNT, by, on, ip=ip)


def register_by_code(
    *, approval: Approval, shown: dict[str, str], asked: Asked, on: date, at: datetime, ip: str | None = None
) -> IncentiveRegistration:
    """i-Saraan for who proved by a code that a phone is theirs. Raises NotAllowed, which leaves the code good for another try, and tac.Refused."""
    with transaction.atomic():
        held = _locked(Member.objects.get(user=approval.user_id))
        again = _again(held, asked)
        if again is not None:
            return again
        _check(held, asked, approval.user, on)
        tac.spend(approval=approval, user=approval.user, purpose=Purpose.INCENTIVE, shown=shown, at=at)
        return _make(held, asked, RegisteredAt.PUBLIC, approval.user, on, at=at, ip=ip)


def register_at_counter(
    *, member: Member, asked: Asked, seen: Seen, by: User, on: date, at: datetime, ip: str | None = None
) -> IncentiveRegistration:
    """i-Saraan for who stands there. Raises counter.NoRight, OwnRecord, checking.Incomplete, documents.NotAPaper, NotAllowed."""
    _demand_counter(member, seen.checklist, by, ip)
    with transaction.atomic():
        held = _locked(member)
        again = _again(held, asked)
        if again is not None:
            return again
        if seen.form is None and selectors.needs_form(held):
            raise _refused(held, "register", by, "FORM_MISSING")
        _check(held, asked, by, on)
        check = checking.keep(member=held, checklist=seen.checklist, door=Door.COUNTER, by=by, on=on, at=at)
        return _make(held, asked, RegisteredAt.COUNTER, by, on, at=at, ip=ip, form=seen.form, check=check)


def cancel(*, member: Member, by: User, on: date, ip: str | None = None) -> IncentiveRegistration:
    """The member gives up what they hold, from tomorrow on. Cancelling what one has just cancelled finds it. Raises NotAllowed."""
    with transaction.atomic():
        return _cancel(_locked(member), RegistrationEnd.MEMBER, by, on, ip)


def cancel_at_counter(*, member: Member, checklist: Checklist, by: User, on: date, at: datetime, ip: str | None = None) -> IncentiveRegistration:
    """As `cancel`, for who stands there. Raises counter.NoRight, OwnRecord, checking.Incomplete, NotAllowed."""
    _demand_counter(member, checklist, by, ip)
    with transaction.atomic():
        held = _locked(member)
        found = _cancel(held, RegistrationEnd.COUNTER, by, on, ip)
        checking.keep(member=held, checklist=checklist, door=Door.COUNTER, by=by, on=on, at=at)
    return found


def end(
    found: IncentiveRegistration,
    *,
    why: RegistrationEnd,
    last: date,
    by: User | None,
    on: date,
    month: WageMonth | None = None,
    ip: str | None = None,
) -> None:
    """Its last day, never before its first, with its trail and its notice; `month` is that of an employer's contribution. In the caller's
    transaction, which has locked the member."""
    found.last, found.ended_why, found.ended_by = max(last, found.first), why.value, by
    found.save(update_fields=["last", "ended_why", "ended_by"])
    data = {"scheme": found.scheme, "why": why.value}
    before, after = {"last": None}, {"last": found.last.isoformat()}
    audit.record(actor=by, action="incentive.end", target=found, data=data, subjects=[found.member], before=before, after=after, ip=ip)
    news.ended(found, on=on, month=month)


def register_listed(*, member: Member, by: User, on: date, ip: str | None = None) -> IncentiveRegistration:
    """i-Suri for a woman whom the Ministry's list has, and who gave it up before. Raises NotAllowed."""
    with transaction.atomic():
        held = _locked(member)
        found = selectors.open_of(held)
        if found is not None and found.scheme == IncentiveScheme.ISURI:
            return found
        if found is not None:
            raise _refused(held, "register", by, "CANCEL_FIRST")
        offer = selectors.offer(held, IncentiveScheme.ISURI, occupation=None, on=on)
        if not offer.good:
            raise _refused(held, "register", by, "NOT_IN_FORCE" if offer.not_in_force else "CONDITIONS", offer.unmet)
        made = IncentiveRegistration(
            member=held, scheme=IncentiveScheme.ISURI, first=offer.begins, registered_at=RegisteredAt.ACCOUNT, registered_by=by
        )
        return _kept(made, on=on, ip=ip)


def _locked(member: Member) -> Member:
    return Member.objects.select_for_update(no_key=True).get(pk=member.pk)


def _demand_counter(member: Member, checklist: Checklist, by: User, ip: str | None) -> None:
    counter.require_counter(by)
    own_record.require_other(by, member, action="incentive.register", ip=ip)
    checking.require(checklist=checklist, kind=IdentityKind(member.identity_kind))


def _again(member: Member, asked: Asked) -> IncentiveRegistration | None:
    """What the member holds already, if it is just what is asked for."""
    found = selectors.open_of(member)
    said = (IncentiveScheme.ISARAAN.value, asked.occupation.value, _work(asked))
    return found if found and (found.scheme, found.occupation, found.other_work) == said else None


def _work(asked: Asked) -> str:
    return " ".join(asked.other_work.split())[:LONGEST_WORK] if asked.occupation is Occupation.OTHER else ""


def _check(member: Member, asked: Asked, by: User, on: date) -> date:
    """From when it would hold. Raises NotAllowed."""
    held = selectors.open_of(member)
    code = ""
    if member.died_on is not None:
        code = "DIED"
    elif held is not None:
        code = "HOLDS_ALREADY" if held.scheme == IncentiveScheme.ISARAAN else "CANCEL_FIRST"
    elif asked.occupation is Occupation.OTHER and not _work(asked):
        code = "NO_WORK"
    elif not asked.declared:
        code = "NOT_DECLARED"
    if code:
        raise _refused(member, "register", by, code)
    offer = selectors.offer(member, IncentiveScheme.ISARAAN, occupation=asked.occupation, on=on)
    if not offer.good:
        raise _refused(member, "register", by, "NOT_IN_FORCE" if offer.not_in_force else "CONDITIONS", offer.unmet)
    return offer.begins


def _make(
    member: Member,
    asked: Asked,
    place: RegisteredAt,
    by: User,
    on: date,
    *,
    at: datetime | None = None,
    ip: str | None = None,
    form: documents.Upload | None = None,
    check: IdentityCheck | None = None,
) -> IncentiveRegistration:
    first = _check(member, asked, by, on)
    failpoint("incentive.checked")
    made = IncentiveRegistration(
        member=member,
        scheme=IncentiveScheme.ISARAAN,
        occupation=asked.occupation,
        other_work=_work(asked),
        first=first,
        registered_at=place,
        registered_by=by,
        form=documents.keep(form, by_id=by.pk) if form else None,
        identity_check=check,
    )
    return _kept(made, on=on, at=at, ip=ip)


def _kept(made: IncentiveRegistration, *, on: date, at: datetime | None = None, ip: str | None = None) -> IncentiveRegistration:
    """Written, with its trail and its notice."""
    made.save(force_insert=True)
    data = {"scheme": made.scheme, "place": made.registered_at, "occupation": made.occupation}
    before, after = {"first": None}, {"first": made.first.isoformat()}
    by, whose = made.registered_by, [made.member]
    audit.record(actor=by, action="incentive.register", target=made, data=data, subjects=whose, before=before, after=after, ip=ip)
    news.registered(made, on=on, at=at)
    return made


def _cancel(member: Member, why: RegistrationEnd, by: User, on: date, ip: str | None) -> IncentiveRegistration:
    found = selectors.open_of(member)
    if found is None:
        last = selectors.of_member(member).first()
        if last is not None and last.ended_by_id == by.pk and last.last is not None and last.last >= on:
            return last
        raise _refused(member, "end", by, "NOTHING_HELD")
    end(found, why=why, last=on, by=by, on=on, ip=ip)
    return found


def _refused(member: Member, act: str, by: User, code: str, unmet: Sequence[Condition] = ()) -> NotAllowed:
    data = {"code": code, "unmet": [one.code for one in unmet]}
    audit.record_refusal(actor=by, action=f"incentive.{act}", target=member, data=data, subjects=[member])
    return NotAllowed(code, unmet)
