"""Whose log an act belongs to: named in the row, found by one read of an index, and out of the portal's reach."""

from types import SimpleNamespace

import psycopg2
import pytest
from django.db import Error, connection, transaction

from kwsp_portal import audit
from kwsp_portal.audit import acts
from kwsp_portal.audit.models import AuditEvent
from tests.conftest import owner_connection
from tests.factories.employers import EmployerFactory
from tests.factories.identity import UserFactory
from tests.factories.members import MemberFactory

pytestmark = pytest.mark.django_db
OFFICER = SimpleNamespace(pk=7, get_username=lambda: "kaunter01")


def _found(subject: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM audit_subject WHERE subject = %s ORDER BY seq", [subject])
        return [seq for (seq,) in cursor.fetchall()]


def test_an_act_belongs_to_all_whom_it_touches_and_to_who_acts():
    member, employer = MemberFactory(), EmployerFactory()

    audit.record(actor=OFFICER, action="ledger.freeze.lift", target="ledger_account:3", subjects=[member, employer, member])

    event = AuditEvent.objects.get()
    assert event.subjects == sorted([f"member:{member.number}", f"employer:{employer.number}", "user:7"])
    assert all(_found(subject) == [event.seq] for subject in event.subjects)


def test_a_target_with_a_log_of_its_own_is_touched():
    user, member = UserFactory(), MemberFactory()

    audit.record(actor=None, action="identity.sign_out", target=user)
    audit.record(actor=None, action="election.record", target=member)
    audit.record_refusal(actor=None, action="identity.sign_in", target="user:unknown")

    events = AuditEvent.objects.order_by("seq")
    assert [event.target for event in events] == [f"user:{user.pk}", f"member:{member.number}", "user:unknown"]
    assert [event.subjects for event in events] == [[f"user:{user.pk}"], [f"member:{member.number}"], []]


@pytest.mark.django_db(transaction=True)
def test_a_refusal_that_outlives_its_transaction_keeps_its_subjects():
    with transaction.atomic():
        audit.record_refusal(actor=OFFICER, action="filing.approve", target="filing:17", subjects=["employer:00000017"])
        transaction.set_rollback(True)

    assert AuditEvent.objects.get().subjects == ["employer:00000017", "user:7"]
    assert _found("employer:00000017") == [AuditEvent.objects.get().seq]


def test_before_and_after_are_kept_apart(monkeypatch):
    monkeypatch.setitem(acts.ACTS, "test.rename", acts.Act("x", acts.Sort.PROFILE, fields=acts.hidden("name")))

    audit.record(actor=OFFICER, action="test.rename", before={"name": "Ali"}, after={"name": "Ali bin Abu"})

    assert AuditEvent.objects.get().data == {"before": {"name": "Ali"}, "after": {"name": "Ali bin Abu"}}


@pytest.mark.parametrize(
    "attack",
    [
        "INSERT INTO audit_subject VALUES ('member:00000017', 1)",
        "UPDATE audit_subject SET subject = 'member:00000025'",
        "DELETE FROM audit_subject",
        "TRUNCATE audit_subject",
        "ALTER TABLE audit_auditevent DISABLE TRIGGER audit_subjects",
        "DROP TABLE audit_subject",
    ],
)
def test_the_portal_can_neither_hide_an_act_from_a_log_nor_slip_one_in(attack):
    audit.record(actor=None, action="ledger.freeze", subjects=["member:00000017"])

    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attack)

    assert len(_found("member:00000017")) == 1


@pytest.mark.parametrize("attack", ["UPDATE audit_subject SET seq = 1", "DELETE FROM audit_subject", "TRUNCATE audit_subject"])
def test_the_owner_meets_the_trigger(attack):
    with owner_connection(connection.settings_dict["NAME"]) as owner, owner.cursor() as cursor, pytest.raises(psycopg2.Error, match="append-only"):
        cursor.execute(attack)
