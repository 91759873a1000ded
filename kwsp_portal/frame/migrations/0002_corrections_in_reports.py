"""`report.ledger` says the corrections of Borang A in words, not as a number."""

from importlib import import_module

from django.db import migrations

_first = import_module("kwsp_portal.frame.migrations.0001_report_views")
LAST = "WHEN 11 THEN 'late dividend'"


def _view(source: str) -> str:
    """`report.ledger` with its kinds in these words; the rights on it stay."""
    return (
        f"CREATE OR REPLACE VIEW report.ledger AS SELECT p.id AS posting_id, e.id AS entry_id, {source} AS source, a.code AS account_code, "  # noqa: S608
        f"lower(a.holder_kind) AS holder_kind, {_first.NUMBER} AS holder_number, p.amount_sen, e.booked_on, e.value_date, e.posted_at, p.version "
        f"FROM ledger_posting p JOIN ledger_entry e ON e.id = p.entry_id JOIN ledger_account a ON a.id = p.account_id {_first.HOLDERS}"
    )


class Migration(migrations.Migration):
    dependencies = [("frame", "0001_report_views"), ("ledger", "0008_corrections")]
    operations = [migrations.RunSQL(_view(_first.SOURCE.replace(LAST, f"{LAST} WHEN 12 THEN 'correction'")), _view(_first.SOURCE))]
