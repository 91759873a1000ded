"""A TAC issued and verified, without its SMS, against one committed UPDATE of a row found by its key: at most 15 x.

People who have used codes before: a standing, a phone, a dozen old codes and guesses each. The floor is an UPDATE of one of ten thousand rows through
the same driver and connection, committed. The SMS is the outbox's row, measured with messages; here its digits are only listened to.
"""

import contextlib
import importlib
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from benchmarks import database, harness

NAME = "kwsp_bench_tac"
PEOPLE, OLD_CODES = 10_000, 12
AT = datetime(2026, 11, 10, 4, 0, tzinfo=UTC)
GOAL = 15
ROUNDS = 400
SHOWN = {"scope": "employer:10000001", "monthly_limit": "1449.00"}

_PEOPLE = """
INSERT INTO identity_user (user_id, role, name, secret_phrase, password, language, is_active, joined_at, activated_at)
SELECT 'orang' || lpad(n::text, 8, '0'), 'MEMBER', 'Orang ' || n, '', '', 'ms', true, now(), now() FROM generate_series(1, %(people)s) AS n;
INSERT INTO identity_tacphone (user_id, number, how, bound_at, ended_why)
SELECT id, '+6011' || (10000000 + id), 'COUNTER', now(), '' FROM identity_user;
INSERT INTO identity_standing (subject, wrong_in_a_row, forgiven_to, touched_at) SELECT 'user:' || id, 0, 0, now() FROM identity_user;
INSERT INTO identity_challenge (subject, user_id, purpose, method, digest, origin, salt, mac, issued_at, valid_until, resend_at, tries, burnt_at)
SELECT 'user:' || id, id, 'API_TOKEN', 'SMS', repeat('0', 64), '', '', '', %(at)s::timestamptz - n * interval '1 day', %(at)s, %(at)s, 3, %(at)s
  FROM identity_user, generate_series(1, %(codes)s) AS n;
INSERT INTO identity_attempt (challenge_id, subject, "right", at)
SELECT id, subject, n = 2, issued_at FROM identity_challenge, generate_series(1, 2) AS n;
INSERT INTO identity_meter (hour, wrong) SELECT extract(epoch FROM %(at)s::timestamptz)::bigint / 3600 - n, 100 FROM generate_series(0, 200) AS n;
CREATE TABLE floor_row (id bigint PRIMARY KEY, value bigint NOT NULL) WITH (fillfactor = 80);
INSERT INTO floor_row SELECT n, 0 FROM generate_series(1, %(people)s) AS n;
GRANT UPDATE, SELECT ON floor_row TO kwsp_app;
"""
_TABLES = ("identity_user", "identity_tacphone", "identity_standing", "identity_challenge", "identity_attempt", "identity_meter", "floor_row")


def measure() -> list[harness.Figure]:
    database.start()
    with database.fresh(NAME, empty=True):
        _people()
        codes = Codes()
        floor, both = harness.compare(codes.floor, codes.right, rounds=ROUNDS)
        _floor, wrong = harness.compare(codes.floor, codes.wrong, rounds=ROUNDS // 4)
        return [
            harness.Figure("TAC issued and verified, right, without SMS", both, GOAL, floor),
            harness.Figure("TAC issued and one wrong guess, without SMS", wrong, GOAL, floor),
        ]


class Codes:
    """One person after another, each with a code of the own."""

    def __init__(self) -> None:
        self.tac = importlib.import_module("members.identity.tac")
        models = importlib.import_module("members.identity.models")
        self.purpose = importlib.import_module("members.identity.enums").Purpose.API_TOKEN
        self.people = iter(models.User.objects.order_by("pk"))
        self.rows = iter(range(1, PEOPLE))
        self.digits = ""
        self.tac.notify.send_sms = self._listen

    def floor(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE floor_row SET value = value + 1 WHERE id = %s", [next(self.rows)])

    def right(self) -> None:
        user, challenge = self._asked()
        self.tac.verify(challenge=challenge, user=user, digits=self.digits, at=AT + timedelta(seconds=20))

    def wrong(self) -> None:
        user, challenge = self._asked()
        digits = f"{(int(self.digits) + 1) % 10**6:06d}"
        with contextlib.suppress(self.tac.Refused):
            self.tac.verify(challenge=challenge, user=user, digits=digits, at=AT + timedelta(seconds=20))

    def _asked(self) -> tuple[Any, Any]:
        user = next(self.people)
        return user, self.tac.issue(user=user, purpose=self.purpose, shown=SHOWN, at=AT)

    def _listen(self, *, secrets: dict[str, str], **_rest: object) -> None:
        self.digits = secrets["tac"]


def _people() -> None:
    with database.owner_of_bench() as cursor:
        cursor.execute(_PEOPLE, {"people": PEOPLE, "codes": OLD_CODES, "at": AT})
        for table in _TABLES:
            cursor.execute(f"VACUUM ANALYZE {table}")
