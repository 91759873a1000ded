"""The bulk writer against the services: the same months of the same people, once written at once and once sent, read, approved, paid and credited.

Every column of every table must agree, so that the bulk writer can never drift from what the portal does. Ids are replaced by natural keys.
"""

import heapq
import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from contributions.enums import FilingState
from contributions.models import Filing
from contributions.models.law_used import EVERY_ROW
from contributions.services import crediting, elections, filing, payment, reading, receiving
from contributions.services import leave as leaves
from employers.models import Employer
from kwsp_portal import jobs
from kwsp_portal.bank.fpx import messages
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.frame.population import borang, choosing, conduct, filings, market, registers, signins
from kwsp_portal.frame.population.plan import Plan
from kwsp_portal.frame.population.registers import Firm
from kwsp_portal.jobs import doorbell
from members.identity.enums import Purpose
from members.identity.models import User
from members.ledger import invariants
from members.ledger.enums import EntryKind
from members.models import Member
from tests.factories import leave

pytestmark = pytest.mark.django_db
ON = date(2026, 2, 20)
NOW = datetime(2026, 2, 20, 4, 0, tzinfo=UTC)
PLAN = Plan.of(members=90, employers=5, months=5, seed=15, on=ON)
"""Five employers, the last two of them homes."""
AUGUST = WageMonth(2025, 8)
MOMENTS = {AUGUST: 3, AUGUST.plus(1): 34, AUGUST.plus(2): 2, AUGUST.plus(3): None, AUGUST.plus(4): 1}
"""Days from filing to paying: the second month is paid after the third, the fourth not at all; the law changes in October 2025."""
TABLES = (
    *("documents_storedfile", "contributions_filing", "contributions_filingrow", "contributions_filinglog", "contributions_payment"),
    *(
        "contributions_election",
        "contributions_electionlog",
        "notify_notice",
        "contributions_paymentmessage",
        "audit_auditevent",
        "jobs_run",
        "jobs_chunk",
    ),
    "contributions_lawused",
    *("ledger_account", "ledger_balance", "ledger_entry", "ledger_posting"),
)
CAUSES = {EntryKind.FILING_DUE.value: "filing", EntryKind.PAYMENT.value: "payment", EntryKind.CONTRIBUTION.value: "row"}
PEOPLE = {
    **dict.fromkeys(("by_id", "prepared_by_id", "approved_by_id", "uploaded_by_id", "started_by_id", "actor_id"), "user"),
    "document_id": "file",
}
ORDER_NO = re.compile(r"^\d{6}[A-HJ-NP-Z2-9]{8}$")


class ByServices(market._History):
    """The same months, each sent, read, submitted and approved on its day, paid and credited on another."""

    def _file(self, months: Sequence[filings.Month]) -> None:
        for month in months:
            self._gathered += 1
            heapq.heappush(self._awaited, (month.filed_on, 2 * self._gathered, month))  # type: ignore[misc]
            if month.paid_at:
                heapq.heappush(self._awaited, (month.paid_at.date(), 2 * self._gathered + 1, month))  # type: ignore[misc]

    def _book(self, until: date) -> None:
        while self._awaited and self._awaited[0][0] < until:
            _, place, month = heapq.heappop(self._awaited)
            if place % 2:
                pay(month)  # type: ignore[arg-type]
            else:
                send(month)  # type: ignore[arg-type]


def send(month: filings.Month) -> None:
    maker, checker = (User.objects.get(user_id=actor.user_id) for actor in (month.firm.maker, month.firm.checker))
    employer, on = Employer.objects.get(number=month.firm.number), month.filed_on
    name, content = f"borang-a-{month.month}.csv", borang.content(month.rows)
    made = filing.upload(employer=employer, wage_month=month.month, name=name, content=content, by=maker, on=on)
    jobs.work_some(programmes=[reading.PROGRAMME])
    made.refresh_from_db()
    assert made.state == FilingState.READY, [row.problems for row in made.rows.exclude(status="VALID")[:3]]
    filing.submit(filing_id=made.pk, by=maker, declaration=True, on=on)
    shown = leaves.to_approve(made)
    approval = leave.as_rows(user=checker, purpose=Purpose.EMPLOYER_APPROVAL, shown=shown, at=NOW)
    filing.approve(filing_id=made.pk, by=checker, approval=approval, on=on, at=NOW)


def pay(month: filings.Month) -> None:
    assert month.paid_at is not None
    checker, on = User.objects.get(user_id=month.firm.checker.user_id), month.paid_at.date()
    made = Filing.objects.get(employer__number=month.firm.number, wage_month=month.month.first_day)
    approval = leave.as_rows(user=checker, purpose=Purpose.EMPLOYER_PAYMENT, shown=leaves.to_pay(made), at=month.paid_at)
    order = payment.start(filing_id=made.pk, bank_code=filings.BANK, by=checker, approval=approval, on=on, at=month.paid_at)
    asked = payment.order_of(order)
    confirmation = messages.Confirmation(
        debit_auth_code="00",
        credit_auth_code="00",
        msg_token=asked.model,
        seller_ex_id="",
        seller_ex_order_no=asked.order_no,
        seller_id="",
        seller_order_no=asked.reference,
        seller_txn_time=asked.ordered_at,
        txn_amount=asked.amount,
        fpx_txn_id=filings.fpx_id(month),
        fpx_txn_time=month.paid_at + filings.ANSWER_TAKES,
        buyer_bank_id=filings.BANK,
    )
    receiving.record(confirmation=confirmation, body=filings.BODY, channel=messages.Channel.DIRECT, on=on, at=month.paid_at)
    jobs.work_some(programmes=[crediting.PROGRAMME])


def elect(cursor: object, made: Sequence[choosing.Choice], firms: Sequence[Firm]) -> None:
    """Each election recorded, submitted and approved on its day."""
    form = elections.Upload(choosing.FORM_NAME, choosing.FORM)
    for choice in made:
        firm, on = firms[choice.place], choice.on
        maker, checker = (User.objects.get(user_id=actor.user_id) for actor in (firm.maker, firm.checker))
        election = elections.record(
            employer=Employer.objects.get(number=firm.number),
            member=Member.objects.get(number=choice.person.number),
            wanted=elections.Wanted(choice.kind, choice.act, choice.points, choice.month),
            form=form if choice.kind in elections.election_checks.FORMS else None,
            by=maker,
            on=on,
        )
        elections.submit(election_id=election.pk, by=maker, declaration=True, on=on)
        leave.elect(election_id=election.pk, by=checker, on=on)


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The employer files on the fifth day and pays as MOMENTS says; everybody has wages."""

    def days(self: conduct.Conduct, month: WageMonth) -> conduct.Days:
        filed_on, after = month.contribution_month.first_day + timedelta(days=4), MOMENTS[month]
        return conduct.Days(filed_on, None if after is None else filed_on + timedelta(days=after))

    monkeypatch.setattr(registers, "HELPERS_AT_MOST", 50)
    monkeypatch.setattr(registers, "HOUSEHOLDS_IN_HUNDRED", 100)
    monkeypatch.setattr(conduct.Conduct, "days", days)
    monkeypatch.setattr(conduct.Conduct, "leaves_out", lambda self: False)
    with doorbell.silent():
        yield


def written() -> dict[str, list[dict[str, Any]]]:
    """What a market of the plan leaves in each table, undone again."""
    with transaction.atomic():
        signins.users()
        (whole,) = PLAN.markets()
        market.make(PLAN, whole)
        found = {table: rows_of(table) for table in TABLES}
        assert invariants.broken() == []
        transaction.set_rollback(True)
    return found


def rows_of(table: str) -> list[dict[str, Any]]:
    """All rows with all columns, without their ids, in an order of their own content."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")
        columns = [column.name for column in cursor.description]
        found = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    # A made-up history was approved without codes: nobody's phone rang.
    found = [row for row in found if not str(row.get("action", "")).startswith("tac.")]
    name = Names()
    for row in found:
        row.pop("seq", None)
        for column, value in row.items():
            row[column] = "" if column == "id" else name.shown(table, column, value, row)
    return sorted(found, key=lambda row: sorted((column, repr(value)) for column, value in row.items()))


class Names:
    """Natural keys instead of ids, and the moments that are the database's clock instead of a day of the history."""

    def __init__(self) -> None:
        filing_of = dict(
            asked("SELECT f.id, e.number || ' ' || wage_month FROM contributions_filing f JOIN employers_employer e ON e.id = employer_id")
        )
        rows = asked("SELECT id, filing_id, line FROM contributions_filingrow")
        runs = asked("SELECT id, programme, period FROM jobs_run")
        self._of: dict[str, dict[int, str]] = {
            "filing": filing_of,
            "row": {pk: f"{filing_of[filing_id]} line {line}" for pk, filing_id, line in rows},
            "run": {pk: f"{programme} {filing_of[int(filing_id)]}" for pk, programme, filing_id in runs},
            "member": dict(asked("SELECT id, number FROM members_member")),
            "employer": dict(asked("SELECT id, number FROM employers_employer")),
            "user": dict(asked("SELECT id, user_id FROM identity_user")),
            "file": dict(asked("SELECT id, sha256 FROM documents_storedfile")),
            "payment": dict(asked("SELECT id, fpx_id FROM contributions_payment")),
            "election": dict(
                asked(
                    "SELECT l.id, e.number || ' ' || m.number || ' ' || l.kind || ' ' || l.act || ' ' || l.from_month FROM contributions_election l "
                    "JOIN employers_employer e ON e.id = l.employer_id JOIN members_member m ON m.id = l.member_id"
                )
            ),
            "edition": dict(asked("SELECT id, reference || ' ' || digest FROM editions_edition")),
        }
        accounts = asked("SELECT id, holder_kind, holder_id, code FROM ledger_account")
        self._of["account"] = {pk: f"{kind} {self._holder(kind, holder)} {code}" for pk, kind, holder, code in accounts}
        entries = asked("SELECT id, kind, ref FROM ledger_entry")
        self._of["entry"] = {pk: f"{kind} {self._of[CAUSES[kind]][ref]}" for pk, kind, ref in entries}

    def _holder(self, kind: str, holder_id: int) -> str:
        return "fund" if kind == "FUND" else self._of[kind.lower()][holder_id]

    def shown(self, table: str, column: str, value: Any, row: dict[str, Any]) -> Any:
        if isinstance(value, datetime):
            return "now" if abs(datetime.now(UTC) - value) < timedelta(minutes=30) else value
        if isinstance(value, memoryview):
            return bytes(value)
        if value is None:
            return None
        of = PEOPLE.get(column, column.removesuffix("_id"))
        if of in self._of and column.endswith("_id"):
            return self._of[of][value]
        return self._special(table, column, value, row)

    def _special(self, table: str, column: str, value: Any, row: dict[str, Any]) -> Any:
        match table, column:
            case "jobs_run", "period":
                return self._of["filing"][int(value)]
            case "ledger_entry", "ref":
                return self._of[CAUSES[row["kind"]]][value]
            case "ledger_account", "holder_id":
                return self._holder(row["holder_kind"], value)
            case "notify_notice", "whose_id":
                return self._of["member"][value]
            case "notify_notice", "cause":
                kind, _, pk = value.partition(":")
                return kind, self._of[kind][int(pk)]
            case "contributions_payment", "order_no":
                assert ORDER_NO.match(value)
                return value[:6]
            case "contributions_lawused", "from_id" if value:
                return self._of["row"][value]
            case "contributions_lawused", "to_id" if value != EVERY_ROW:
                return self._of["row"][value - 1]
            case "audit_auditevent", "target":
                kind, _, pk = value.partition(":")
                return kind, self._of[kind][int(pk)]
            case "audit_auditevent", "subjects":
                named = [one.partition(":") for one in value]
                return sorted((kind, str(self._of["user"][int(key)]) if kind == "user" else key) for kind, _, key in named)
            case ("audit_auditevent", "data") | ("jobs_chunk", "payload"):
                return self._inside(value)
        return value

    def _inside(self, value: Any) -> dict[str, Any]:
        """JSON with ids in it: those of rows count from the first of the filing."""
        found = dict(json.loads(value) if isinstance(value, str) else value)
        if "filing" in found:
            found["filing"] = self._of["filing"][found["filing"]]
        for name in ("from_id", "to_id"):
            if name in found:
                found[name] = self._of["row"].get(found[name] - (name == "to_id"))
        if "member" in found:
            found["member"] = self._of["member"][found["member"]]
        if "order_no" in found:
            found["order_no"] = found["order_no"][:6]
        return found


def asked(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def test_the_bulk_writer_writes_what_the_services_write(scripted: None, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = written()
    monkeypatch.setattr(market, "_History", ByServices)
    monkeypatch.setattr(choosing, "write", elect)
    one_by_one = written()

    for table in TABLES:
        assert len(at_once[table]) == len(one_by_one[table]), table
        for bulk, service in zip(at_once[table], one_by_one[table], strict=True):
            assert bulk == service, table
    assert {row["kind"] for row in at_once["contributions_election"]} >= {"KWSP_16", "KWSP_16B", "EMPLOYEE_EXCESS"}
    assert {row["part"] for row in at_once["contributions_filingrow"]} >= {"A", "B", "E", "F"}, "people of all kinds"
    assert {row["elections"] for row in at_once["contributions_filingrow"]} >= {"CHOSEN", "CHOSEN DOMESTIC"}
    assert [len(at_once[table]) for table in ("contributions_filing", "contributions_payment")] == [25, 20]
