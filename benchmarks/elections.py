"""A whole file of elections, recorded by the maker, then approved by the checker: against COPY of the rows that each of the two acts writes.

The floors copy the same rows into twins of the tables, with their indexes and without triggers, foreign keys and CHECKs: the elections; then
a log row, an act of the trail and a notice for each, and the elections once more, since approving writes each anew. What the services
do besides: each line is read and checked against a register of 1,000,000 members and the law, and asked again when it is approved.
In a copy of the benchmarks' database, dropped at the end.
"""

import importlib
import io
import statistics
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection

from benchmarks import database, harness

EMPLOYER = "19999996"
COPY_NAME = "kwsp_bench_elections"
ON = date(2026, 11, 10)
SIZES = (2_000, 10_000)
MOST_RECORDING, MOST_APPROVING = 25, 12
STAFF = sum(SIZES) * harness.ROUNDS

_EMPLOYED = """
INSERT INTO employers_employment (employer_id, member_id, from_date)
SELECT e.id, m.id, DATE '2020-01-01' FROM employers_employer e, members_member m WHERE e.number = %(number)s AND m.id <= %(staff)s
"""
_OF_FILE = {
    "contributions_election": "SELECT * FROM contributions_election WHERE batch_id = %(batch)s",
    "contributions_electionlog": (
        "SELECT l.* FROM contributions_electionlog l JOIN contributions_election e ON e.id = election_id"
        " WHERE batch_id = %(batch)s AND action = 'APPROVE'"
    ),
    "audit_auditevent": (
        "SELECT a.* FROM audit_auditevent a JOIN contributions_election e ON target = 'election:' || e.id"
        " WHERE batch_id = %(batch)s AND action = 'election.approve'"
    ),
    "notify_notice": "SELECT n.* FROM notify_notice n JOIN contributions_election e ON cause = 'election:' || e.id WHERE batch_id = %(batch)s",
}
"""What the acts wrote for a file, by table."""
RECORDED = ("contributions_election",)
APPROVED = tuple(_OF_FILE)


def measure() -> list[harness.Figure]:
    """Acts and floors in turn, five files of each size."""
    database.prepare()
    with database.fresh(COPY_NAME):
        return _figures()


def _figures() -> list[harness.Figure]:
    office = _Office()
    figures = []
    for rows in SIZES:
        rounds = [_round(office, rows) for _ in range(harness.ROUNDS)]
        recording_floor, recording, approving_floor, approving = (statistics.median(column) for column in zip(*rounds, strict=True))
        figures += [
            harness.Figure(
                f"a file of {rows:,} elections recorded", recording, MOST_RECORDING, recording_floor, note=f"{rows / recording:,.0f} rows/s"
            ),
            harness.Figure("the same approved", approving, MOST_APPROVING, approving_floor, note=f"{rows / approving:,.0f} rows/s"),
        ]
    return figures


def _round(office: "_Office", rows: int) -> tuple[float, float, float, float]:
    """Seconds of the floor and of the act, of recording and of approving."""
    recording = harness.once(lambda: office.take(rows))
    recording_floor = _copying(office.batch, RECORDED)
    office.move("SUBMIT")
    approving = harness.once(lambda: office.approve())
    return recording_floor, recording, _copying(office.batch, APPROVED), approving


def _copying(batch: int, tables: tuple[str, ...]) -> float:
    """Seconds of COPY of what the file wrote into twins of these tables."""
    with database.owner_of_bench() as cursor:
        written = {table: _text(cursor, cursor.mogrify(_OF_FILE[table], {"batch": batch}).decode()) for table in tables}
        for table in tables:
            cursor.execute(f"DROP TABLE IF EXISTS twin_{table}")
            cursor.execute(f"CREATE TABLE twin_{table} (LIKE {table} INCLUDING INDEXES)")

        def work() -> None:
            cursor.execute("BEGIN")
            for table, text in written.items():
                cursor.copy_expert(f"COPY twin_{table} FROM STDIN", io.StringIO(text))
            cursor.execute("COMMIT")

        return harness.once(work)


def _text(cursor: Any, query: str) -> str:
    found = io.StringIO()
    cursor.copy_expert(f"COPY ({query}) TO STDOUT", found)
    assert found.getvalue(), query
    return found.getvalue()


class _Office:
    """An employer with a maker, a checker and enough people for all files; each file takes the next of them."""

    def __init__(self) -> None:
        employers, identity = importlib.import_module("employers.models"), importlib.import_module("members.identity.models")
        fields = {"name": "PENANDA PILIHAN SDN BHD", "kind": "PRIVATE", "from_date": date(2015, 1, 1)}
        self.employer = employers.Employer.objects.create(number=EMPLOYER, **fields)
        with database.owner_of_bench() as cursor:
            cursor.execute(_EMPLOYED, {"number": EMPLOYER, "staff": STAFF})
            cursor.execute("VACUUM ANALYZE employers_employment")
        self.people = {}
        for role in ("MAKER", "CHECKER"):
            person = identity.User.objects.create(user_id=f"pilihan{role.lower()}", role="REPRESENTATIVE", name="Pilihan", password="!")
            employers.Representative.objects.create(employer=self.employer, user=person, role=role, appointed_on=ON)
            self.people[role] = person
        self.batch = 0
        self._lines = _lines()
        self._services = importlib.import_module("contributions.services.election_files")
        self._upload = importlib.import_module("contributions.services.elections").Upload
        self._action = importlib.import_module("contributions.enums").FilingAction

    def take(self, rows: int) -> None:
        header = importlib.import_module("contributions.borang_a.elections_layout").HEADER
        content = "\r\n".join([header, *(next(self._lines) for _ in range(rows)), ""]).encode()
        file, form = self._upload("pilihan.csv", content), self._upload("borang.pdf", b"%PDF-1.7 borang")
        batch = self._services.take(employer=self.employer, file=file, form=form, by=self.people["MAKER"], on=ON)
        assert batch.rows_good == rows, batch.faults[:2]
        self.batch = batch.pk

    def move(self, action: str) -> None:
        self._services.move_all(batch_id=self.batch, action=self._action(action), by=self.people["MAKER"], on=ON, declaration=True)

    def approve(self) -> None:
        """With leave that a code has given: asking for codes has a bench of its own (tac)."""
        by, at = self.people["CHECKER"], datetime.now(UTC)
        self._services.approve_all(batch_id=self.batch, by=by, approval=self._leave(by, at), on=ON, at=at)

    def _leave(self, by: Any, at: datetime) -> Any:
        batch = importlib.import_module("contributions.models").ElectionBatch.objects.select_related("employer").get(pk=self.batch)
        tac, models = importlib.import_module("members.identity.tac"), importlib.import_module("members.identity.models")
        act = {"user": by, "purpose": "ELECTION_APPROVAL", "digest": tac.digest_of(self._services.shown_to_approve(batch))}
        times = {"issued_at": at, "valid_until": at, "resend_at": at, "used_at": at}
        asked = models.Challenge.objects.create(subject=f"user:{by.pk}", method="SMS", **act, **times)
        return models.Approval.objects.create(challenge=asked, **act, made_at=at, expires_at=at + timedelta(minutes=5))


def _lines() -> Iterator[str]:
    """Two of three for the employee's share, for this month and the next."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, identity_number, name FROM members_member WHERE id <= %s ORDER BY id", [STAFF])
        people = cursor.fetchall()
    for n, (number, identity, name) in enumerate(people):
        yield f"{number},{identity},{name},{'EM' if n % 3 == 0 else 'EMP'},{1 + n % 9}.50,2026-{11 + n % 2}"
