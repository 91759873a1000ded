"""`report.ledger` says in words what was matched out of suspense."""

from importlib import import_module

from django.db import migrations

_corrections = import_module("kwsp_portal.frame.migrations.0002_corrections_in_reports")
_payouts = import_module("kwsp_portal.frame.migrations.0008_payouts_in_reports")
_LAST = "WHEN 25 THEN 'late charge remitted'"
NOW = _payouts.NOW.replace(_LAST, f"{_LAST} WHEN 30 THEN 'suspense matched'")


class Migration(migrations.Migration):
    dependencies = [("frame", "0008_payouts_in_reports")]
    operations = [migrations.RunSQL(_corrections._view(NOW), _corrections._view(_payouts.NOW))]
