"""`report.ledger` says in words: payouts that the bank paid, wrong credits, dividends credited for lateness, what is remitted."""

from importlib import import_module

from django.db import migrations

_corrections = import_module("kwsp_portal.frame.migrations.0002_corrections_in_reports")
_receipts = import_module("kwsp_portal.frame.migrations.0007_receipts_in_reports")
_LAST = "WHEN 21 THEN 'receipt of a bank agent'"
_MORE = "WHEN 22 THEN 'payout settled' WHEN 23 THEN 'wrong credit' WHEN 24 THEN 'late dividend credited' WHEN 25 THEN 'late charge remitted'"
NOW = _receipts.NOW.replace(_LAST, f"{_LAST} {_MORE}")


class Migration(migrations.Migration):
    dependencies = [("frame", "0007_receipts_in_reports")]
    operations = [migrations.RunSQL(_corrections._view(NOW), _corrections._view(_receipts.NOW))]
