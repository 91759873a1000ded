"""`report.ledger` says the one transfer of 2024 in words."""

from importlib import import_module

from django.db import migrations

_corrections = import_module("kwsp_portal.frame.migrations.0002_corrections_in_reports")
_parts = import_module("kwsp_portal.frame.migrations.0005_parts_in_reports")
NOW = _parts.NOW.replace(_parts.LAST, f"{_parts.LAST} WHEN 20 THEN 'initial transfer'")


class Migration(migrations.Migration):
    dependencies = [("frame", "0005_parts_in_reports")]
    operations = [migrations.RunSQL(_corrections._view(NOW), _corrections._view(_parts.NOW))]
