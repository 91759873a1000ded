"""`report.ledger` says the receipts of bank agents in words."""

from importlib import import_module

from django.db import migrations

_corrections = import_module("kwsp_portal.frame.migrations.0002_corrections_in_reports")
_transfer = import_module("kwsp_portal.frame.migrations.0006_initial_transfer_in_reports")
_LAST = "WHEN 20 THEN 'initial transfer'"
NOW = _transfer.NOW.replace(_LAST, f"{_LAST} WHEN 21 THEN 'receipt of a bank agent'")


class Migration(migrations.Migration):
    dependencies = [("frame", "0006_initial_transfer_in_reports")]
    operations = [migrations.RunSQL(_corrections._view(NOW), _corrections._view(_transfer.NOW))]
