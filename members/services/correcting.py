"""Name, identity, citizenship and birth date are corrected by two officers: one proposes with papers, a supervisor approves.

What the register said and what is to be are kept with the proposal. Money moves by none of it: what follows for ages, accounts and parts is said
before the decision (effects), and figures that were credited already are corrected on their own (contributions, Pembetulan).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import IntegrityError, transaction

from kwsp_portal.common import countries
from kwsp_portal.common.names import name_key
from kwsp_portal.common.refusal import Refusal
from members.enums import Citizenship, IdentityKind
from members.facts import PersonFacts
from members.identity.models import User
from members.models import CitizenshipPeriod, Member
from members.rules import identity
from members.services import registering
from members.services.registering import NotRegistrable

Record = dict[str, Any]
"""What of a member is corrected here, as JSON: name, identity (kind, country, number), birth_date, citizenships (status, from, to)."""

EFFECTS: Final[list[Callable[[Member, Record, Record, date], list[Any]]]] = []
"""What follows from a correction, said by the apps that know: each is asked with the member, before, after and the day, and answers in words."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Changes:
    """What is to be. `citizenship` holds from `citizenship_from` on; what was recorded from that day on gives way."""

    name: str
    identity_kind: IdentityKind
    identity_number: str
    birth_date: date
    citizenship: Citizenship
    citizenship_from: date
    identity_country: str = ""


class NothingChanged(Exception):
    """The register says all of it already."""


def record_of(member: Member) -> Record:
    """What the register says now."""
    periods = member.citizenships.order_by("from_date").values_list("status", "from_date", "to_date")
    return {
        "name": member.name,
        "identity_kind": member.identity_kind,
        "identity_country": member.identity_country,
        "identity_number": member.identity_number,
        "birth_date": str(member.birth_date),
        "citizenships": [[status, str(start), str(end) if end else None] for status, start, end in periods],
    }


def corrected(*, member: Member, changes: Changes, on: date) -> tuple[Record, Record]:
    """Before and after. Raises NothingChanged, NotRegistrable with everything that stands in the way."""
    before = record_of(member)
    after = {
        "name": changes.name,
        "identity_kind": changes.identity_kind.value,
        "identity_country": changes.identity_country,
        "identity_number": changes.identity_number,
        "birth_date": str(changes.birth_date),
        "citizenships": _periods(before["citizenships"], changes, born_before=str(member.birth_date)),
    }
    if after == before:
        raise NothingChanged
    refusals = _refusals(member, changes, before, after, on)
    if refusals:
        raise NotRegistrable(refusals)
    return before, after


def apply(*, member: Member, after: Mapping[str, Any]) -> None:
    """Write what was approved, in the transaction of the decision; `member` is locked. Raises NotRegistrable if the identity became another's."""
    member.name, member.name_key = after["name"], name_key(after["name"])
    member.identity_kind, member.identity_number = after["identity_kind"], after["identity_number"]
    member.identity_country = country_of(after)
    member.birth_date = date.fromisoformat(after["birth_date"])
    _refuse_taken(member)
    try:
        with transaction.atomic():
            member.save(update_fields=["name", "name_key", "identity_kind", "identity_country", "identity_number", "birth_date"])
    except IntegrityError:
        _refuse_taken(member)
        raise
    if member.user_id is not None:
        User.objects.filter(pk=member.user_id).update(name=after["name"])
    if record_of(member)["citizenships"] != after["citizenships"]:
        member.citizenships.all().delete()
        CitizenshipPeriod.objects.bulk_create(
            CitizenshipPeriod(member=member, status=status, from_date=start, to_date=end) for status, start, end in after["citizenships"]
        )


def effects(*, member: Member, before: Record, after: Record, on: date) -> list[Any]:
    """What follows, in words of whoever knows."""
    return [words for effect in EFFECTS for words in effect(member, before, after, on)]


def facts_of(member: Member, record: Mapping[str, Any], on: date) -> PersonFacts:
    """The person as a record has them on a day."""
    return PersonFacts(
        name=record["name"],
        identity_kind=IdentityKind(record["identity_kind"]),
        identity_country=country_of(record),
        identity_number=record["identity_number"],
        birth_date=date.fromisoformat(record["birth_date"]),
        citizenship=citizenship_on(record, on),
        on=on,
        number=member.number,
        died_on=member.died_on,
    )


def country_of(record: Mapping[str, Any]) -> str:
    """Who issued the passport of a record; records from before countries were kept have none."""
    unsaid = countries.UNRECORDED if record["identity_kind"] == IdentityKind.PASSPORT else ""
    return str(record.get("identity_country", unsaid))


def citizenship_on(record: Mapping[str, Any], on: date) -> Citizenship | None:
    """The standing that a record has on a day."""
    day = str(on)
    found = [status for status, start, end in record["citizenships"] if start <= day and (end is None or day < end)]
    return Citizenship(found[0]) if found else None


def _periods(recorded: list[list[Any]], changes: Changes, *, born_before: str) -> list[list[Any]]:
    """The history with the standing from its day on; what began with the birth begins with the corrected one."""
    since, born = str(changes.citizenship_from), str(changes.birth_date)
    moved = [[status, born if start == born_before else start, end] for status, start, end in recorded]
    kept = [[status, start, since if end is None or end > since else end] for status, start, end in moved if start < since]
    if kept and kept[-1][0] == changes.citizenship and kept[-1][2] == since:
        return [*kept[:-1], [kept[-1][0], kept[-1][1], None]]
    return [*kept, [changes.citizenship.value, max(since, born), None]]


def _refusals(member: Member, changes: Changes, before: Record, after: Record, on: date) -> list[Refusal]:
    refusals = identity.person_refusals(facts_of(member, after, on))
    if changes.birth_date > member.member_since:
        refusals.append(Refusal("BORN_AFTER_JOINING", identity.RULING_8, {"found": str(changes.birth_date), "since": str(member.member_since)}))
    if changes.citizenship_from > on or changes.citizenship_from < changes.birth_date:
        found, earliest = str(changes.citizenship_from), str(changes.birth_date)
        refusals.append(Refusal("CITIZENSHIP_DAY", identity.RULING_8, {"found": found, "earliest": earliest, "latest": str(on)}))
    if any(after[name] != before[name] for name in ("identity_kind", "identity_country", "identity_number")):
        holder = registering.holder_of(changes.identity_kind, changes.identity_number, changes.identity_country)
        if holder is not None and holder.pk != member.pk:
            refusals.append(Refusal("IDENTITY_TAKEN", identity.RULING_13, {"number": holder.number}))
    return refusals


def _refuse_taken(member: Member) -> None:
    holder = registering.holder_of(IdentityKind(member.identity_kind), member.identity_number, member.identity_country)
    if holder is not None and holder.pk != member.pk:
        raise NotRegistrable([Refusal("IDENTITY_TAKEN", identity.RULING_13, {"number": holder.number})], holder.number)
