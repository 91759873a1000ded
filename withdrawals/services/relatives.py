"""Officers of withdrawals and of counters declare their relatives, whose cases are another officer's. By identity number: it holds for who
becomes a member later, too."""

from collections.abc import Sequence
from datetime import date

from django.db import IntegrityError, transaction

from kwsp_portal.audit import services as audit
from members.enums import IdentityKind
from members.identity.models import User
from members.rules import identity
from members.services import own_record
from withdrawals.enums import Relation
from withdrawals.models import OfficerRelative
from withdrawals.services.moves import AT_COUNTER, OFFICERS, NotAllowed

SHORTEST_REASON = 5
DECLARE = OFFICERS | AT_COUNTER


def declare(*, kind: IdentityKind, number: str, relation: Relation, by: User, on: date) -> OfficerRelative:
    """From now on the relative's cases are another officer's. The same again is a second click and finds the first.

    Raises NotAllowed: NO_RIGHT, NUMBER_FORM, OWN_RECORD for the officer's own number.
    """
    number = number.replace("-", "").replace(" ", "").upper()
    code = _why_not(kind, number, by)
    if code:
        audit.record_refusal(actor=by, action="withdrawal_relative.declare", data={"code": code})
        raise NotAllowed(code)
    try:
        with transaction.atomic():
            made = OfficerRelative.objects.create(officer=by, identity_kind=kind, identity_number=number, relation=relation, declared_on=on)
            audit.record(actor=by, action="withdrawal_relative.declare", target=made, before={}, after=_kept(made))
    except IntegrityError:
        return OfficerRelative.objects.get(officer=by, identity_kind=kind, identity_number=number, ended_on=None)
    return made


def end(*, relative_id: int, reason: str, by: User, on: date) -> OfficerRelative:
    """The officer's own declaration ends, with the reason; it stays to be read. Ended already: as it is.

    Raises NotAllowed: NO_RIGHT, REASON_MISSING.
    """
    with transaction.atomic():
        found = OfficerRelative.objects.select_for_update(of=("self",), no_key=True).get(pk=relative_id)
        code = "NO_RIGHT" if found.officer_id != by.pk else "REASON_MISSING" if len(reason.strip()) < SHORTEST_REASON else ""
        if code:
            audit.record_refusal(actor=by, action="withdrawal_relative.end", target=found, data={"code": code})
            raise NotAllowed(code)
        if found.ended_on is None:
            found.ended_on, found.why_ended = on, reason.strip()
            found.save(update_fields=["ended_on", "why_ended"])
            data = {"reason": found.why_ended}
            audit.record(actor=by, action="withdrawal_relative.end", target=found, data=data, before=_kept(found), after={})
    return found


def of(by: User) -> Sequence[OfficerRelative]:
    """What the officer has declared, ended ones too."""
    return list(OfficerRelative.objects.filter(officer=by))


def _why_not(kind: IdentityKind, number: str, by: User) -> str:
    if by.role not in DECLARE:
        return "NO_RIGHT"
    if identity.number_form(kind, number) is not None:
        return "NUMBER_FORM"
    return "OWN_RECORD" if own_record.is_own(by, kind=kind, number=number) else ""


def _kept(found: OfficerRelative) -> dict[str, str]:
    """As the trail keeps it: the last digits."""
    return {"number": found.masked, "relation": str(found.relation)}
