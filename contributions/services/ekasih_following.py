"""What workers do with an e-Kasih list that was taken: who is on it is registered for i-Suri where nothing else is held; who is not any more is let
go.

From the day on which it is taken the list holds (assumed: nobody loses what was paid before they were told). Each piece is one transaction, and
worked again changes nothing: the rows that it has followed are not LISTED any more, spans that ended have their end.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef

from contributions.enums import EKasihFate, EKasihState, IncentiveScheme, RegisteredAt, RegistrationEnd
from contributions.facts import IncentiveFacts
from contributions.models import EKasihList, EKasihRow, EKasihSpan, IncentiveRegistration
from contributions.selectors import incentive_facts, registrations
from contributions.services import registering
from contributions.services import registering_news as news
from kwsp_portal import jobs
from kwsp_portal.audit import services as audit
from kwsp_portal.jobs.models import Run
from members.models import Member

PROGRAMME: Final = "follow_ekasih"
CHUNK: Final = 1_000


def open_run(found: EKasihList, *, on: date) -> Run:
    """Its pieces: rows by their place, and the spans that stand now by id. In the caller's transaction."""
    last_row = found.rows.aggregate(last=Max("line"))["last"]
    last_span = EKasihSpan.objects.aggregate(last=Max("pk"))["last"] or 0
    pieces = [{"list": found.pk, "of": "spans", "from": start, "to": start + CHUNK} for start in range(1, last_span + 1, CHUNK)]
    pieces += [{"list": found.pk, "of": "rows", "from": start, "to": start + CHUNK} for start in range(1, last_row + 1, CHUNK)]
    return jobs.open_run(programme=PROGRAMME, period=str(found.pk), chunks=pieces, on=on)


def work_chunk(*, lease: jobs.Lease) -> None:
    """One piece, and its lease with it. Raises jobs.LeaseLost when another has it."""
    jobs.failpoint("ekasih.before")
    with transaction.atomic():
        asked: dict[str, Any] = lease.payload
        work = _drop if asked["of"] == "spans" else _follow
        done = work(asked["list"], asked["from"], asked["to"], lease.on)
        audit.record(actor=None, action="ekasih.chunk", target=f"ekasihlist:{asked['list']}", data={asked["of"]: done})
        jobs.failpoint("ekasih.worked")
        lease.finish()


def finish(*, run: Run) -> None:
    """Every piece is done: the list is followed. Called once, in the transaction that closes the run."""
    found = EKasihList.objects.select_for_update(no_key=True).get(pk=int(run.period))
    found.state, found.followed_on = EKasihState.FOLLOWED, run.on
    found.save(update_fields=["state", "followed_on"])
    before, after = {"state": EKasihState.TAKEN.value}, {"state": found.state.value}
    audit.record(actor=None, action="ekasih.followed", target=found, data={"dropped": found.dropped}, before=before, after=after)


def _drop(list_id: int, from_id: int, to_id: int, on: date) -> int:
    """Who stood on the list and has no row of it any more; i-Suri ends with it."""
    named = EKasihRow.objects.filter(of=list_id, member=OuterRef("member"))
    gone = EKasihSpan.objects.filter(~Exists(named), pk__gte=from_id, pk__lt=to_id, last=None, first__lte=on)
    _locked(gone.values_list("member_id", flat=True))
    yesterday, ended = on - timedelta(days=1), 0
    for span in gone.select_related("member").order_by("pk"):
        span.last = max(yesterday, span.first)
        span.save(update_fields=["last"])
        ended += 1
        held = registrations.open_of(span.member)
        if held is not None and held.scheme == IncentiveScheme.ISURI:
            registering.end(held, why=RegistrationEnd.LIST, last=yesterday, by=None, on=on)
    EKasihList.objects.filter(pk=list_id).update(dropped=F("dropped") + ended)
    return ended


def _follow(list_id: int, from_line: int, to_line: int, on: date) -> int:
    """Who is on it: a span from today where none stands, and i-Suri where the conditions hold and nothing else is held."""
    rows = list(EKasihRow.objects.filter(of=list_id, line__gte=from_line, line__lt=to_line, fate=EKasihFate.LISTED))
    members = {member.pk: member for member in _locked([row.member_id for row in rows])}
    stood = set(EKasihSpan.objects.filter(member__in=members, last=None).values_list("member_id", flat=True))
    EKasihSpan.objects.bulk_create(EKasihSpan(member=members[pk], first=first) for pk, first in _firsts(members.keys() - stood, on).items())
    facts = incentive_facts.facts_of_many(list(members), on=on)
    latest = {found.member_id: found for found in IncentiveRegistration.objects.filter(member__in=members).order_by("first", "pk")}
    made, fates = [], dict[EKasihFate, list[int]]()
    for row in rows:
        pk = row.member_id or 0
        fate, new = _fate(facts[pk], latest.get(pk), members[pk], stood=pk in stood, on=on)
        fates.setdefault(fate, []).append(row.pk)
        made += [new] if new else []
    _register(IncentiveRegistration.objects.bulk_create(made), on)
    for fate, ids in fates.items():
        EKasihRow.objects.filter(pk__in=ids).update(fate=fate)
    return len(rows)


def _fate(
    facts: IncentiveFacts, last: IncentiveRegistration | None, member: Member, *, stood: bool, on: date
) -> tuple[EKasihFate, IncentiveRegistration | None]:
    """What becomes of a listed woman, and her registration where there is to be one. Who gave i-Suri up while she stood on the list is left alone."""
    if last is not None and last.last is None:
        return (EKasihFate.STAYS if last.scheme == IncentiveScheme.ISURI else EKasihFate.HOLDS_OTHER), None
    if stood and last is not None and last.scheme == IncentiveScheme.ISURI and last.ended_why in registrations.OWN_WISH:
        return EKasihFate.CANCELLED, None
    day = max(on, last.last + timedelta(days=1)) if last is not None and last.last is not None else on
    if not registrations.offered(facts, IncentiveScheme.ISURI, occupation=None, day=day).good:
        return EKasihFate.NOT_ELIGIBLE, None
    made = IncentiveRegistration(member=member, scheme=IncentiveScheme.ISURI, first=day, registered_at=RegisteredAt.LIST)
    return EKasihFate.REGISTERED, made


def _register(made: Sequence[IncentiveRegistration], on: date) -> None:
    """The trail and the notices of many."""
    figures = [{"scheme": one.scheme, "place": one.registered_at, "before": {"first": None}, "after": {"first": str(one.first)}} for one in made]
    audit.record_many(actor=None, action="incentive.register", acts=[(one, data, [one.member]) for one, data in zip(made, figures, strict=True)])
    news.listed(made, on=on)


def _firsts(member_ids: set[int], on: date) -> dict[int, date]:
    """From when each stands on the list: today, or the day after an earlier span ends."""
    ended = EKasihSpan.objects.filter(member__in=member_ids).values_list("member_id").annotate(last=Max("last"))
    later = {member: last + timedelta(days=1) for member, last in ended if last is not None and last >= on}
    return {pk: later.get(pk, on) for pk in member_ids}


def _locked(member_ids: Any) -> list[Member]:
    """In order, so that two pieces never wait for each other."""
    return list(Member.objects.select_for_update(no_key=True).filter(pk__in=list(member_ids)).order_by("pk"))
