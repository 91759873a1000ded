"""The trail is written once, by everybody, and never changed by anybody."""

from types import SimpleNamespace

import psycopg2
import pytest
from django.db import Error, IntegrityError, connection, transaction

from kwsp_portal import audit
from kwsp_portal.audit import services
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.jobs.models import Run
from tests.conftest import owner_connection
from tests.jobs.threads import at_once

pytestmark = pytest.mark.django_db
committing = pytest.mark.django_db(transaction=True)
AMINAH = SimpleNamespace(pk=7, get_username=lambda: "majikanmaker")


def test_an_act_is_recorded_with_who_what_and_when():
    audit.record(actor=AMINAH, action="filing.submit", target="filing:17", data={"on": "2026-11-22"}, ip="127.0.0.1")

    event = AuditEvent.objects.get()
    assert (event.actor, event.actor_id, event.action, event.target) == ("majikanmaker", 7, "filing.submit", "filing:17")
    assert (event.data, event.ip, event.refused) == ({"on": "2026-11-22"}, "127.0.0.1", False)
    assert event.at is not None


def test_one_act_on_many_things_is_one_statement(django_assert_num_queries):
    acts = [(f"election:{n}", {"member": n, "code": 'a "ł" \\ b'}, [f"member:{n:08d}", "employer:00000017"]) for n in range(50)]
    with django_assert_num_queries(1):
        services.record_many(actor=AMINAH, action="election.approve", acts=acts)
        services.record_many(actor=AMINAH, action="election.approve", acts=[])

    events = AuditEvent.objects.order_by("seq")
    assert [(event.target, event.data) for event in events] == [(target, data) for target, data, _ in acts]
    assert [event.subjects for event in events] == [sorted([*subjects, "user:7"]) for _, _, subjects in acts]
    assert {(event.actor, event.actor_id, event.refused) for event in events} == {("majikanmaker", 7, False)}


@committing
def test_an_act_that_rolls_back_leaves_no_trace():
    with transaction.atomic():
        audit.record(actor="jobs", action="filing.submit", target="filing:17")
        transaction.set_rollback(True)

    assert not AuditEvent.objects.exists()


@committing
def test_a_refusal_survives_the_rollback():
    with transaction.atomic():
        audit.record_refusal(actor=AMINAH, action="filing.approve", target="filing:17", data={"code": "MAKER"}, ip="127.0.0.1")
        transaction.set_rollback(True)

    event = AuditEvent.objects.get()
    assert (event.actor, event.actor_id, event.action, event.refused) == ("majikanmaker", 7, "filing.approve", True)
    assert (event.data, event.ip) == ({"code": "MAKER"}, "127.0.0.1")


@committing
def test_a_refusal_is_recorded_in_a_transaction_that_is_already_broken():
    with transaction.atomic():
        with pytest.raises(IntegrityError):
            AuditEvent.objects.create(actor="jobs", action="not dotted")
        audit.record_refusal(actor="jobs", action="filing.approve")
        transaction.set_rollback(True)

    assert AuditEvent.objects.get().action == "filing.approve"


@committing
def test_refusals_of_many_threads_are_all_there_and_leave_no_connection():
    def refuse(number):
        with transaction.atomic():
            audit.record_refusal(actor="jobs", action="filing.approve", target=f"filing:{number}")

    at_once(8, refuse)

    assert AuditEvent.objects.values("target").distinct().count() == 8
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'")
        assert cursor.fetchone()[0] <= 2


@committing
def test_nobody_known_is_anonymous_and_an_act_of_nobody_is_the_portals():
    audit.record_refusal(actor=None, action="identity.sign_in")
    audit.record_refusal(actor=SimpleNamespace(pk=None, get_username=str), action="identity.sign_in")
    audit.record(actor=None, action="filing.finish_crediting")

    assert list(AuditEvent.objects.order_by("seq").values_list("actor", flat=True)) == ["anonymous", "anonymous", "portal"]


def test_a_row_is_named_by_kind_and_id():
    audit.record(actor="jobs", action="jobs.run.pause", target=Run(pk=17))

    assert AuditEvent.objects.get().target == "run:17"


ATTACKS = [
    "UPDATE audit_auditevent SET actor = 'somebody else'",
    "DELETE FROM audit_auditevent",
    "TRUNCATE audit_auditevent",
    "INSERT INTO audit_auditevent (seq, actor, action, target, refused, data) SELECT seq, 'x', action, target, refused, data FROM audit_auditevent "
    "ON CONFLICT (seq) DO UPDATE SET actor = 'x'",
    "ALTER TABLE audit_auditevent DISABLE TRIGGER ALL",
    "DROP TRIGGER audit_no_change ON audit_auditevent",
    "SET session_replication_role = replica",
    "DROP TABLE audit_auditevent",
    "SELECT setval('audit_auditevent_seq_seq', 1)",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_portal_cannot_change_the_trail(attack):
    audit.record(actor="jobs", action="filing.submit", target="filing:17")

    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attack)

    assert list(AuditEvent.objects.values_list("actor", flat=True)) == ["jobs"]


def test_the_portal_cannot_give_itself_the_right():
    with connection.cursor() as cursor:
        cursor.execute("GRANT UPDATE, DELETE, TRUNCATE ON audit_auditevent TO kwsp_app")
        cursor.execute("SELECT count(*) FROM information_schema.role_table_grants WHERE table_name = 'audit_auditevent' AND grantee = 'kwsp_app'")

        assert cursor.fetchone()[0] == 2


@pytest.mark.parametrize("attack", ATTACKS[:4])
def test_the_owner_meets_the_trigger(attack):
    with owner_connection(connection.settings_dict["NAME"]) as owner, owner.cursor() as cursor, pytest.raises(psycopg2.Error, match="append-only"):
        cursor.execute(attack)


def test_no_session_switch_lifts_the_guard():
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgenabled FROM pg_trigger WHERE tgname = 'audit_no_change'")

        assert cursor.fetchone()[0] == "A"


@pytest.mark.parametrize(
    "wrong",
    [
        {"action": "submit"},
        {"action": "Filing.Submit"},
        {"action": "filing.submit", "target": "17"},
        {"action": "filing.submit", "subjects": ["member:17"]},
    ],
)
def test_the_form_of_an_event_is_checked(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEvent.objects.create(actor="jobs", **wrong)
