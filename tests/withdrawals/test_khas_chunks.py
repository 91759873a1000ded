"""Pengeluaran Khas by the chunk: the same as one at a time, in as many queries for few as for many; each once, whoever comes again or dies."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.jobs import engine
from kwsp_portal.notify.models import Notice
from members.enums import SubAccount
from members.ledger import freezing, invariants, posting
from members.ledger.enums import EntryKind
from members.models import Member
from tests.jobs.threads import at_once
from tests.withdrawals import test_khas as one
from tests.withdrawals.sound import unsound
from withdrawals.enums import State
from withdrawals.models import Application
from withdrawals.services import khas, khas_chunk

pytestmark = pytest.mark.django_db
ON = one.PAID_FROM


def applied() -> list[Application]:
    """All that is asked for; less than that, because somebody took it since; beside one that need not give way; before one that must; dead."""
    plain, poorer, beside, before, dead = (one.saver() for _ in range(5))
    one.other(beside, "1000.00")
    one.other(before, "3000.00")
    found = [
        one.applied(member, asked)
        for member, asked in ((plain, "7000.00"), (poorer, "7000.00"), (beside, "500.00"), (before, "7900.00"), (dead, "60.00"))
    ]
    take(poorer, 1_500_00)
    Member.objects.filter(pk=dead.pk).update(died_on=date(2022, 4, 15))
    return found


def take(member: Member, sen: int) -> None:
    legs = [posting.Leg(posting.member(member.pk, SubAccount.PERSARAAN.value), -sen), posting.Leg(posting.fund("CONTRIBUTION_CLEARING"), sen)]
    posting.post(posting.Act(EntryKind.INCENTIVE, 700_000_000 + member.pk, 0, ON, ON, legs))


def freeze(member: Member) -> None:
    with connection.cursor() as cursor:
        (account,) = posting.ids_of(cursor, [posting.member(member.pk, SubAccount.SEJAHTERA.value)], [ON])
    freezing.freeze([invariants.Result("entry_sums_to_zero", 1, [invariants.Finding("entry 1", 1, (account,))], {account: "entry 1"})])


def chunk(found: list[Application]) -> list[int]:
    with transaction.atomic():
        return list(khas_chunk.decide(first=found[0].pk, last=found[-1].pk, on=ON))


def written(found: Application) -> dict[str, Any]:
    """All that was written of it, but for names and moments."""
    found.refresh_from_db()
    (decision,) = found.decisions.filter(point="DECIDED")
    trail = AuditEvent.objects.filter(target=f"application:{found.pk}").order_by("pk").last()
    notice = Notice.objects.filter(whose_id=found.member_id).order_by("pk").last()
    assert trail is not None
    assert notice is not None
    return {
        "state": (found.state, found.approved, found.decided_on, found.version, found.paid, len(found.holds)),
        "held": one.held(found.member),
        "decision": (
            decision.facts,
            decision.refusals,
            decision.charges,
            decision.steps,
            decision.references,
            decision.most,
            decision.on,
            decision.by_id,
        ),
        "log": list(found.log.exclude(action="SUBMIT").values_list("action", "from_state", "to_state", "by_id", "comment", "note", "on")),
        "trail": (trail.action, trail.actor, {**trail.data, "number": ""}, len(trail.subjects)),
        "notice": (notice.code, {**notice.figures, "number": ""}, notice.link[:1], notice.on, notice.cause.rpartition("/")[2]),
    }


def test_a_chunk_writes_what_one_at_a_time_writes() -> None:
    together, apart = applied(), applied()

    left = chunk(together)
    for pk in [*left, *(found.pk for found in apart)]:
        khas.decide(application_id=pk, on=ON)

    assert left == [together[3].pk, together[4].pk], "what must take from others, or is refused, is decided one at a time"
    said = [written(found) for found in together]
    for mine, theirs in zip(said, map(written, apart), strict=True):
        assert {name: (mine[name], theirs[name]) for name in mine if mine[name] != theirs[name]} == {}
    assert [found.approved for found in together] == [Decimal(7000), Decimal(6400), Decimal(500), Decimal(7900), None]
    assert chunk(together) == [], "nothing of it waits"
    assert [written(found) for found in together] == said
    assert unsound() == []


def test_many_take_the_queries_of_few() -> None:
    asked = []
    for size in (2, 6):
        found = [one.applied(one.saver()) for _ in range(size)]
        with CaptureQueriesContext(connection) as queries:
            assert chunk(found) == []
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 30


def test_the_frozen_wait_and_money_that_went_meanwhile_is_not_paid(monkeypatch: pytest.MonkeyPatch) -> None:
    frozen, found, other = (one.applied(one.saver()) for _ in range(3))
    freeze(frozen.member)
    real = khas_chunk.gathering.of_many

    def then_taken(*args: Any, **kwargs: Any) -> Any:
        facts = real(*args, **kwargs)
        take(found.member, 1_500_00)
        return facts

    monkeypatch.setattr(khas_chunk.gathering, "of_many", then_taken)
    assert one.run(ON) == {"done": 1, "failed": 0}

    for application in (frozen, found, other):
        application.refresh_from_db()
    assert [(application.state, application.approved) for application in (frozen, found, other)] == [
        (State.SUBMITTED, None),
        (State.APPROVED, Decimal(6400)),
        (State.APPROVED, Decimal(7000)),
    ]
    assert unsound() == []


@pytest.mark.django_db(transaction=True)
def test_workers_that_die_or_meet_serve_each_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(khas, "CHUNK", 2)
    found = [one.applied(one.saver()) for _ in range(8)]
    engine.open_run(programme=khas.PROGRAMME, period=str(ON), chunks=khas.plan(str(ON), ON), on=ON)

    def passed() -> int:
        return Application.objects.filter(state=State.APPROVED).count()

    for point, done in (("khas.before", 0), ("khas.decided", 0), ("khas.committed", 2)):

        def die(name: str, point: str = point) -> None:
            if name == point:
                raise RuntimeError("killed")

        with monkeypatch.context() as patch:
            patch.setattr(khas.jobs, "failpoint", die)
            engine.work_one(engine.take([khas.PROGRAMME]), engine.Counts())
        assert passed() == done

    at_once(3, lambda _number: chunk(found))

    for application in found:
        application.refresh_from_db()
        assert application.log.filter(action="PASS").count() == application.decisions.filter(point="DECIDED").count() == 1
        assert one.held(application.member) == {"SEJAHTERA": 300_000, "PERSARAAN": 400_000}
    assert passed() == len(found)
    assert unsound() == []
