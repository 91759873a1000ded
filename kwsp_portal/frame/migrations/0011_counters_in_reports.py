"""The views of schema `report` know what receipting counters bring to the bank: `report.ledger` says it in words."""

from importlib import import_module

from django.db import migrations

_voluntary = import_module("kwsp_portal.frame.migrations.0010_voluntary_in_reports")
_LAST = "WHEN 44 THEN 'incentive received'"
NOW = _voluntary.NOW.replace(_LAST, f"{_LAST} WHEN 45 THEN 'counter cash banked' WHEN 46 THEN 'cheque cleared'")


class Migration(migrations.Migration):
    dependencies = [("frame", "0010_voluntary_in_reports"), ("ledger", "0022_counters")]
    operations = [migrations.RunSQL(_voluntary._ledger(NOW, _voluntary.HOLDERS), _voluntary._ledger(_voluntary.NOW, _voluntary.HOLDERS))]
