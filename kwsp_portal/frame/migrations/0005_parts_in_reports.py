"""`report.ledger` says complete parts and the bank's settlement in words; `report.payments` says what the bank took where that is another amount."""

from importlib import import_module

from django.db import migrations

_first = import_module("kwsp_portal.frame.migrations.0001_report_views")
_corrections = import_module("kwsp_portal.frame.migrations.0002_corrections_in_reports")
LAST = "WHEN 11 THEN 'late dividend'"
BEFORE = _first.SOURCE.replace(LAST, f"{LAST} WHEN 12 THEN 'correction'")
NOW = BEFORE.replace(LAST, f"{LAST} WHEN 13 THEN 'parts complete' WHEN 14 THEN 'settlement'")


def _payments(amount: str) -> str:
    return (
        f"CREATE OR REPLACE VIEW report.payments AS SELECT p.order_no, nullif(p.fpx_id, '') AS fpx_id, p.state, {amount} AS amount_sen, "  # noqa: S608
        "e.id AS credited_entry FROM contributions_payment p LEFT JOIN ledger_entry e ON e.kind = 2 AND e.ref = p.id AND e.part = 0"
    )


class Migration(migrations.Migration):
    dependencies = [("frame", "0004_activity_sealed"), ("contributions", "0023_payment_matter_guards")]
    operations = [
        migrations.RunSQL(_corrections._view(NOW), _corrections._view(BEFORE)),
        migrations.RunSQL(_payments("coalesce(p.debited, p.amount)"), _payments("p.amount")),
    ]
