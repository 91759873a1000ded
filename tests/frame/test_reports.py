"""Schema `report`: its columns are a contract; the auditor's role reads it and nothing else, and nobody writes it."""

import os
from collections.abc import Iterator
from datetime import date

import environ
import psycopg2
import pytest
from django.db import ProgrammingError, connection, transaction

from contributions.models import Filing, Payment
from members.ledger.enums import EntryKind
from tests.contributions.conftest import Office, bank, bank_pairs, make_office, office
from tests.contributions.crediting import credit, pay
from tests.contributions.paying import Bank

__all__ = ["bank", "bank_pairs", "make_office", "office"]

COLUMNS = {
    "ledger": "posting_id entry_id source account_code holder_kind holder_number amount_sen booked_on value_date posted_at version",
    "balances": "account_code holder_kind holder_number balance_sen held_sen version",
    "payments": "order_no fpx_id state amount_sen credited_entry",
    "runs": "run_id programme period chunk_no state attempts lease_until",
    "messages": "at to_masked purpose state",
    "activity": "seq at actor action object previous_hash hash",
}
ON = date(2026, 11, 12)


@pytest.fixture
def auditor(transactional_db: None) -> "Iterator[psycopg2.extensions.cursor]":
    """A connection as kwsp_audit to this run's database."""
    url = environ.Env.db_url_config(os.environ["DATABASE_AUDIT_URL"])
    host = url["HOST"] or url.get("OPTIONS", {}).get("host")
    apart = psycopg2.connect(dbname=connection.settings_dict["NAME"], user=url["USER"], password=url["PASSWORD"], host=host, port=url["PORT"] or None)
    apart.autocommit = True
    with apart.cursor() as cursor:
        yield cursor
    apart.close()


def read(auditor: "psycopg2.extensions.cursor", sql: str) -> list[tuple[object, ...]]:
    auditor.execute(sql)
    return auditor.fetchall()


@pytest.mark.django_db
@pytest.mark.parametrize("view", COLUMNS)
def test_columns_are_those_of_the_contract(view: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname = 'report' AND c.relname = %s AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
            [view],
        )
        assert [row[0] for row in cursor.fetchall()] == COLUMNS[view].split()


class TestAsTheAuditor:
    def test_a_credited_filing_can_be_followed(self, auditor: "psycopg2.extensions.cursor", office: Office, bank: Bank) -> None:
        filing = office.approved()
        payment = pay(filing, office, bank, ON)
        credit()
        row, employer = filing.rows.get(), office.employer

        ledger = read(
            auditor,
            "SELECT source, account_code, holder_kind, holder_number, amount_sen, booked_on, value_date FROM report.ledger ORDER BY posting_id",
        )
        assert {one[0] for one in ledger} == {f"filing due {filing.pk}", f"payment {payment.pk}", f"contribution {row.pk}"}
        of_member = {one[1]: one[4] for one in ledger if one[2] == "member"}
        assert of_member == {"PERSARAAN": 108_675, "SEJAHTERA": 21_735, "FLEKSIBEL": 14_490}
        assert {one[3] for one in ledger if one[2] == "member"} == {row.member_number}
        assert {one[3] for one in ledger if one[2] == "employer"} == {employer.number}
        assert sum(int(str(one[4])) for one in ledger) == 0

        balances = read(auditor, "SELECT holder_kind, account_code, balance_sen, held_sen, version FROM report.balances ORDER BY 1, 2")
        assert balances == [
            ("employer", "CONTRIBUTION_DUE", 0, 0, 2),
            ("fund", "CONTRIBUTION_CLEARING", 0, 0, None),
            ("fund", "FPX_CLEARING", -144_900, 0, None),
            ("member", "FLEKSIBEL", 14_490, 0, 1),
            ("member", "PERSARAAN", 108_675, 0, 1),
            ("member", "SEJAHTERA", 21_735, 0, 1),
        ]
        payment.refresh_from_db()
        entry = read(auditor, "SELECT DISTINCT entry_id FROM report.ledger WHERE source LIKE 'payment %'")
        assert read(auditor, "SELECT * FROM report.payments") == [(payment.order_no, payment.fpx_id, "APPROVED", 144_900, entry[0][0])]
        runs = read(auditor, "SELECT programme, period, chunk_no, state, attempts FROM report.runs ORDER BY 1 DESC")
        assert runs == [("read_filing", str(filing.pk), 1, "DONE", 1), ("credit_filing", str(filing.pk), 1, "DONE", 1)]
        assert ("filing.approve", f"filing:{filing.pk}") in read(auditor, "SELECT action, object FROM report.activity")

    def test_an_open_payment_has_no_entry(self, auditor: "psycopg2.extensions.cursor", office: Office, bank: Bank) -> None:
        filing: Filing = office.approved()
        order = Payment.objects.create(
            filing=filing, order_no="261112AAAAAAAA", bank_code="MBB0228", amount=filing.total, started_by=office.checker, started_on=ON,
            started_at="2026-11-12T10:00:00+08:00",
        )  # fmt: skip

        assert read(auditor, "SELECT * FROM report.payments") == [(order.order_no, None, "SENT", 144_900, None)]

    @pytest.mark.parametrize("view", COLUMNS)
    def test_it_reads_and_cannot_write(self, auditor: "psycopg2.extensions.cursor", view: str) -> None:
        assert read(auditor, f"SELECT count(*) FROM report.{view}")
        for statement in (f"DELETE FROM report.{view}", f"INSERT INTO report.{view} DEFAULT VALUES", f"DROP VIEW report.{view}"):
            with pytest.raises((psycopg2.errors.InsufficientPrivilege, psycopg2.errors.ObjectNotInPrerequisiteState)):
                auditor.execute(statement)

    def test_no_table_can_be_read(self, auditor: "psycopg2.extensions.cursor") -> None:
        """Nor written, nor made; asked of PostgreSQL for every relation there is."""
        rows = read(
            auditor,
            "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind IN "
            "('r', 'p', 'v', 'm', 'S') AND (has_table_privilege(c.oid, 'SELECT') OR has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE'))",
        )
        assert rows == []
        for statement in ("SELECT * FROM identity_user", "SELECT * FROM members_member", "CREATE TABLE public.mine (a int)", "CREATE SCHEMA mine"):
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                auditor.execute(statement)


@pytest.mark.django_db
@pytest.mark.parametrize("view", COLUMNS)
def test_the_portal_itself_has_no_business_there(view: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM report.{view}")


@pytest.mark.django_db
def test_every_kind_of_entry_has_words() -> None:
    """`source` says each kind in words, also those that come with later acts."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_viewdef(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = 'report' AND relname = 'ledger'"
        )
        definition = cursor.fetchone()[0]

    assert [kind for kind in EntryKind if f"WHEN {kind:d} THEN" not in definition] == []
