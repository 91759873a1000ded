"""The chain over the trail: made beside the writers, anchored outside, and false as soon as anybody touches a row."""

import io
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import Error, connection, transaction

from kwsp_portal import audit
from kwsp_portal.audit import anchors, chain, sealer, verifying
from kwsp_portal.audit.models import AuditEvent, Seal, Watch
from tests.conftest import owner_connection
from tests.jobs.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 11, 22, 10, tzinfo=UTC)
TABLES = ("audit_auditevent", "audit_seal", "audit_subject")


@pytest.fixture(autouse=True)
def folder(settings, tmp_path: Path) -> Path:
    settings.AUDIT_ANCHORS = {"folder": str(tmp_path / "anchors"), "url": "", "timeout": 2}
    return tmp_path / "anchors"


def write(count: int, action: str = "filing.submit") -> None:
    for number in range(count):
        audit.record(actor="jobs", action=action, target=f"filing:{number}", data={"on": "2026-11-22"}, subjects=[f"employer:{number:08d}"])


def minutes(count: int) -> None:
    """The sealer's turns of so many minutes."""
    for minute in range(count):
        sealer.turn(at=AT + timedelta(minutes=minute))


def found(at: datetime = AT) -> list[tuple[str, str]]:
    return [tuple(finding) for finding in verifying.Verifier(folder=anchors.folder(), at=at).findings()]


def codes(at: datetime = AT) -> set[str]:
    return {code for code, _ in found(at)}


def by_force(*statements: str) -> None:
    """As the owner of the tables, with the guards off."""
    with owner_connection(connection.settings_dict["NAME"]) as owner, owner.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        try:
            for statement in statements:
                cursor.execute(statement)
        finally:
            cursor.execute("SELECT tgrelid::regclass, tgname FROM pg_trigger WHERE NOT tgisinternal AND tgrelid::regclass::text LIKE 'audit_%'")
            for table, trigger in cursor.fetchall():
                cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}")


@contextmanager
def another() -> Iterator["psycopg2.extensions.cursor"]:
    """A connection as the portal's own role, with a transaction of its own."""
    opened = psycopg2.connect(**connection.get_connection_params())
    try:
        with opened.cursor() as cursor:
            yield cursor
        opened.commit()
    finally:
        opened.close()


def test_every_event_has_a_seal_that_anybody_can_reckon_again():
    write(3)
    minutes(1)

    previous = chain.GENESIS
    for seal in Seal.objects.order_by("position"):
        event = AuditEvent.objects.get(seq=seal.seq)
        moment = int((event.at - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1))
        body = [event.seq, moment, event.actor, event.actor_id, event.action, event.target, event.refused, '{"on": "2026-11-22"}', None]
        text = json.dumps(body, separators=(", ", ", "))[:-1] + f", {json.dumps(event.subjects, separators=(',', ':'))}]"
        previous = chain.link(previous, text)
        assert bytes(seal.hash) == previous
    assert list(Seal.objects.values_list("position", flat=True).order_by("position")) == [1, 2, 3]
    assert found() == []


def test_nothing_is_sealed_twice_and_an_empty_trail_is_sound():
    assert (sealer.turn(at=AT), found()) == (sealer.Sealed(), [])
    write(2)
    assert [sealer.turn(at=AT).rows for _ in range(3)] == [2, 0, 0]


def test_a_late_commit_is_neither_missed_nor_taken_for_a_forgery():
    """Rows of a long transaction come to light behind later ones, whatever minutes lie between."""
    write(2)
    with another() as late:
        late.execute("INSERT INTO audit_auditevent (actor, action, target, refused, data) VALUES ('late', 'filing.submit', 'filing:9', false, '{}')")
        write(3)
        minutes(3)
        assert (Seal.objects.count(), found()) == (5, [])
        assert Watch.objects.get().decided < AuditEvent.objects.exclude(actor="late").latest("seq").seq
    minutes(3)

    late_seal = Seal.objects.get(seq=AuditEvent.objects.get(actor="late").seq)
    assert late_seal.position == 6
    assert late_seal.seq < Seal.objects.get(position=5).seq
    assert Watch.objects.get().decided == AuditEvent.objects.latest("seq").seq
    assert found() == []


def test_a_number_that_a_rollback_left_is_passed_over():
    write(1)
    with transaction.atomic():
        write(2)
        transaction.set_rollback(True)
    write(1)
    minutes(3)

    assert (Seal.objects.count(), Watch.objects.get().decided, found()) == (2, AuditEvent.objects.latest("seq").seq, [])


def test_what_is_decided_waits_for_everybody_who_was_writing():
    """Also for somebody who has a number and no transaction id yet: the lock on the table is taken before both."""
    write(1)
    with another() as writer:
        writer.execute("LOCK TABLE audit_auditevent IN ROW EXCLUSIVE MODE")
        writer.execute("SELECT nextval('audit_auditevent_seq_seq')")
        number = writer.fetchone()[0]
        write(1)
        minutes(4)
        assert Watch.objects.get().decided < number
        insert = "INSERT INTO audit_auditevent (seq, actor, action, target, refused, data) VALUES (%s, 'x', 'filing.submit', '', false, '{}')"
        writer.execute(insert, [number])
    minutes(3)

    assert (Watch.objects.get().decided, found()) == (number + 1, [])


def test_eight_writers_and_two_sealers_at_once():
    stop = threading.Event()

    def work(number: int) -> None:
        if number >= 8:
            while not stop.is_set():
                sealer.turn(at=AT)
            return
        try:
            for turn in range(25):
                with transaction.atomic():
                    write(2)
                    transaction.set_rollback(turn % 5 == 0)
        finally:
            done.append(number)
            if len(done) == 8:
                stop.set()

    done: list[int] = []
    at_once(10, work)
    minutes(3)

    assert (Seal.objects.count(), found()) == (8 * 20 * 2, [])


DAMAGE: dict[str, tuple[tuple[str, ...], tuple[str, str]]] = {
    "changed": (("UPDATE audit_auditevent SET actor = 'else' WHERE seq = 4",), ("CHANGED", "row 4 ")),
    "changed figures": (("""UPDATE audit_auditevent SET data = '{"on": "2026-11-21"}' WHERE seq = 4""",), ("CHANGED", "row 4 ")),
    "changed moment": (("UPDATE audit_auditevent SET at = at + interval '1 microsecond' WHERE seq = 4",), ("CHANGED", "row 4 ")),
    "changed subjects": (("UPDATE audit_auditevent SET subjects = '{}' WHERE seq = 4",), ("CHANGED", "row 4 ")),
    "changed address": (("UPDATE audit_auditevent SET ip = '10.0.0.1' WHERE seq = 4",), ("CHANGED", "row 4 ")),
    "changed the first": (("UPDATE audit_auditevent SET refused = true WHERE seq = 1",), ("CHANGED", "row 1 ")),
    "changed the last": (("UPDATE audit_auditevent SET action = 'filing.approve' WHERE seq = 9",), ("CHANGED", "row 9 ")),
    "removed": (("DELETE FROM audit_auditevent WHERE seq = 4",), ("REMOVED", "row 4 ")),
    "removed with its seal": (
        ("DELETE FROM audit_auditevent WHERE seq = 4", "DELETE FROM audit_seal WHERE seq = 4"),
        ("SEAL_REMOVED", "seals 4 to 4 "),
    ),
    "removed, with the chain closed up": (
        (
            "DELETE FROM audit_auditevent WHERE seq = 4",
            "DELETE FROM audit_seal WHERE seq = 4",
            "UPDATE audit_seal SET position = position + 1000 WHERE position > 4",
            "UPDATE audit_seal SET position = position - 1001 WHERE position > 1000",
        ),
        ("CUT_OFF", "seals 9 to 9 "),
    ),
    "number given to another": (("UPDATE audit_auditevent SET seq = 99 WHERE seq = 4",), ("REMOVED", "row 4 ")),
    "put in between": (
        (
            "UPDATE audit_auditevent SET seq = 40 WHERE seq = 4",
            "INSERT INTO audit_auditevent (seq, actor, action, target, refused, data) VALUES (4, 'else', 'filing.submit', '', false, '{}')",
        ),
        ("CHANGED", "row 4 "),
    ),
    "put in at a number that was never there": (
        ("INSERT INTO audit_auditevent (seq, actor, action, target, refused, data) VALUES (-1, 'else', 'filing.submit', '', false, '{}')",),
        ("INSERTED", "row -1 "),
    ),
    "exchanged": (
        (
            "UPDATE audit_auditevent SET seq = -4 WHERE seq = 4",
            "UPDATE audit_auditevent SET seq = 4 WHERE seq = 5",
            "UPDATE audit_auditevent SET seq = 5 WHERE seq = -4",
        ),
        ("EXCHANGED", "row 4 holds what was row 5"),
    ),
    "cut off": (("DELETE FROM audit_auditevent WHERE seq > 6",), ("REMOVED", "row 7 ")),
    "cut off with the seals": (
        ("DELETE FROM audit_auditevent WHERE seq > 6", "DELETE FROM audit_seal WHERE position > 6"),
        ("CUT_OFF", "seals 7 to 9 "),
    ),
    "emptied": (("DELETE FROM audit_auditevent", "DELETE FROM audit_seal", "DELETE FROM audit_watch"), ("CUT_OFF", "seals 1 to 9 ")),
    "only the seals cut off": (("DELETE FROM audit_seal WHERE position > 6",), ("CUT_OFF", "seals 7 to 9 ")),
    "seal changed": (("UPDATE audit_seal SET hash = sha256('x') WHERE position = 4",), ("SEAL_CHANGED", "seal 4 ")),
    "last seal changed": (("UPDATE audit_seal SET hash = sha256('x') WHERE position = 9",), ("REWRITTEN", "seal 9 ")),
    "seal removed": (("DELETE FROM audit_seal WHERE position = 4",), ("SEAL_REMOVED", "seals 4 to 4 ")),
    "seals exchanged": (
        (
            "UPDATE audit_seal SET position = 40 WHERE position = 4",
            "UPDATE audit_seal SET position = 4 WHERE position = 5",
            "UPDATE audit_seal SET position = 5 WHERE position = 40",
        ),
        ("CHANGED", "row 5 is not what seal 4 "),
    ),
    "hidden from a log": (("DELETE FROM audit_subject WHERE seq = 4",), ("HIDDEN", "row 4 is missing in the log of employer:00000003")),
    "slipped into a log": (
        ("INSERT INTO audit_subject VALUES ('employer:99999999', 4)",),
        ("LISTED", "row 4 stands in the log of employer:99999999"),
    ),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_damage_by_force_is_named(what: str):
    statements, (code, words) = DAMAGE[what]
    write(5)
    minutes(1)
    write(4)
    minutes(4)
    assert found() == []

    by_force(*statements)

    assert any(one[0] == code and one[1].startswith(words) for one in found()), found()
    said = io.StringIO()
    with pytest.raises(CommandError, match="broken: "):
        call_command("verify_audit", stdout=said)
    assert f"{code:<13} {words}" in said.getvalue()


def test_a_chain_that_was_reckoned_anew_from_a_changed_row_on_is_not_the_anchored_one():
    write(9)
    minutes(3)
    by_force("UPDATE audit_auditevent SET actor = 'else' WHERE seq = 4", "DELETE FROM audit_seal WHERE position >= 4", "DELETE FROM audit_watch")
    sealer._seal(0, 10)

    assert [code for code, _ in found()] == ["REWRITTEN"]


def test_a_row_that_is_put_in_late_and_sealed_is_named_by_the_anchors():
    """Somebody turns the sealer's own memory back, so that it takes an old number for a late commit."""
    write(3)
    minutes(4)
    by_force(
        "INSERT INTO audit_auditevent (seq, actor, action, target, refused, data) VALUES (0, 'else', 'filing.submit', '', false, '{}')",
        "UPDATE audit_watch SET decided = -1",
    )
    minutes(2)

    assert ("INSERTED", "row 0 was sealed as 4, after everything to row 3 was done") in found()


def test_the_command_says_that_all_is_well():
    write(3)
    minutes(1)
    said = io.StringIO()

    call_command("verify_audit", stdout=said)

    assert said.getvalue().startswith("ok: 3 sealed rows")


def test_a_sealer_that_stands_still_is_named():
    write(2)
    now = AuditEvent.objects.latest("seq").at

    assert found(now + timedelta(minutes=14)) == []
    assert [what for _, what in found(now + timedelta(minutes=16))] == [
        f"2 rows since {AuditEvent.objects.earliest('seq').at:%Y-%m-%d %H:%M:%S} have no seal yet: the sealer stands still"
    ]


# The anchors


def _spoilt(folder: Path, how: Callable[[list[str]], list[str]]) -> None:
    [path] = folder.glob("*.jsonl")
    path.write_text("".join(how(path.read_text(encoding="utf-8").splitlines(keepends=True))), encoding="utf-8")


@pytest.mark.parametrize(
    ("how", "code"),
    [
        (lambda lines: lines[:1] + lines[2:], "ANCHOR"),
        (lambda lines: [lines[1], lines[0], *lines[2:]], "ANCHOR"),
        (lambda lines: [lines[0], lines[1].replace('"position":4', '"position":3'), *lines[2:]], "ANCHOR"),
        (lambda lines: [lines[0], lines[1].replace('"hash":"', '"hash":"f'), *lines[2:]], "ANCHOR"),
        (lambda lines: lines[:-1], "BEHIND"),
        (lambda lines: [], "BEHIND"),
    ],
)
def test_anchors_that_were_touched_are_named(folder: Path, how: Callable[[list[str]], list[str]], code: str):
    for minute in range(3):
        write(2)
        sealer.turn(at=AT + timedelta(minutes=minute))
    later = AuditEvent.objects.latest("seq").at + timedelta(minutes=20)
    assert found(later) == []

    _spoilt(folder, how)

    assert code in codes(later)


def test_a_line_that_a_crash_cut_short_is_no_damage(folder: Path):
    write(2)
    sealer.turn(at=AT)
    with next(folder.glob("*.jsonl")).open("a") as file:
        file.write('{"at":"2026-11')
    write(2)
    sealer.turn(at=AT + timedelta(minutes=1))

    assert found() == []
    assert len(list(anchors.read(folder))) == 2


def test_the_head_is_anchored_when_it_moves_and_every_hour(folder: Path):
    write(1)
    anchored = [sealer.turn(at=AT + timedelta(minutes=minute)).anchored for minute in range(0, 120, 10)]

    assert [minute for minute, was in zip(range(0, 120, 10), anchored, strict=True) if was] == [0, 10, 70]
    assert [path.stat().st_mode & 0o777 for path in folder.glob("*")] == [0o600]


def test_anchors_of_another_month_go_on_where_the_last_ended(folder: Path):
    for month in (10, 11, 12):
        write(1)
        sealer.turn(at=AT.replace(month=month))

    assert len(list(folder.glob("*.jsonl"))) == 3
    assert found() == []


class _House(BaseHTTPRequestHandler):
    said: list[dict[str, object]]

    def do_POST(self) -> None:
        self.said.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Quiet."""


def test_the_head_is_told_to_another_house_and_its_silence_stops_nothing(settings, folder: Path):
    _House.said = []
    with HTTPServer(("127.0.0.1", 0), _House) as house:
        settings.AUDIT_ANCHORS = {**settings.AUDIT_ANCHORS, "url": f"http://127.0.0.1:{house.server_port}/"}
        thread = threading.Thread(target=house.handle_request)
        thread.start()
        write(1)
        sealer.turn(at=AT)
        thread.join()
    write(1)
    sealer.turn(at=AT + timedelta(minutes=1))

    assert [(one["position"], one["hash"]) for one in _House.said] == [(1, bytes(Seal.objects.get(position=1).hash).hex())]
    assert len(list(anchors.read(folder))) == 2
    assert "URLError" in Watch.objects.get().error


def test_a_restore_that_is_said_gives_up_what_came_after(folder: Path):
    write(3)
    minutes(1)
    end = sealer.head()
    write(3)
    sealer.turn(at=AT + timedelta(minutes=1))
    by_force("DELETE FROM audit_auditevent WHERE seq > 3", "DELETE FROM audit_subject WHERE seq > 3", "DELETE FROM audit_seal WHERE position > 3")
    by_force("UPDATE audit_watch SET decided = 0, asked = NULL, anchored = 3")
    assert "CUT_OFF" in codes()

    sealer.anchor_restored(at=AT + timedelta(minutes=2), note="dump-1", end=end)
    write(2)
    sealer.turn(at=AT + timedelta(minutes=3))

    assert found() == []


# Who may


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE audit_seal SET hash = sha256('x')",
        "DELETE FROM audit_seal",
        "TRUNCATE audit_seal",
        "ALTER TABLE audit_seal DISABLE TRIGGER ALL",
        "DROP TABLE audit_seal",
        "DELETE FROM audit_watch",
    ],
)
def test_the_portal_cannot_take_a_seal_back(attack: str):
    write(1)
    minutes(1)

    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attack)

    assert found() == []


@pytest.mark.parametrize("attack", ["UPDATE audit_seal SET seq = 5", "DELETE FROM audit_seal", "TRUNCATE audit_seal"])
def test_the_owner_meets_the_trigger_of_seals(attack: str):
    with owner_connection(connection.settings_dict["NAME"]) as owner, owner.cursor() as cursor, pytest.raises(psycopg2.Error, match="append-only"):
        cursor.execute(attack)
