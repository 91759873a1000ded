"""The views of schema `report` know who pays of their own accord: `report.ledger` says in words what was credited and what goes back, and what the
Government paid."""

# ruff: noqa: S608 - every text comes from this file and from those it names

from importlib import import_module

from django.db import migrations

_first = import_module("kwsp_portal.frame.migrations.0001_report_views")
_corrections = import_module("kwsp_portal.frame.migrations.0002_corrections_in_reports")
_matches = import_module("kwsp_portal.frame.migrations.0009_matches_in_reports")
_LAST = "WHEN 30 THEN 'suspense matched'"
NOW = _matches.NOW.replace(
    _LAST, f"{_LAST} WHEN 40 THEN 'voluntary contribution' WHEN 41 THEN 'voluntary contribution returned' WHEN 44 THEN 'incentive received'"
)
HOLDERS = _first.HOLDERS.replace("a.holder_kind = 'MEMBER'", "a.holder_kind IN ('MEMBER', 'PAYER')")


def _ledger(source: str, holders: str) -> str:
    return _corrections._view(source).replace(_first.HOLDERS, holders)


def _balances(holders: str) -> str:
    return f"""
CREATE OR REPLACE VIEW report.balances AS
SELECT a.code AS account_code, lower(a.holder_kind) AS holder_kind, {_first.NUMBER} AS holder_number, b.balance_sen, b.held_sen, b.version
  FROM ledger_balance b JOIN ledger_account a ON a.id = b.account_id {holders}
UNION ALL
SELECT a.code, 'fund', 'FUND', (SELECT coalesce(sum(p.amount_sen), 0)::bigint FROM ledger_posting p WHERE p.account_id = a.id), 0, NULL
  FROM ledger_account a WHERE a.holder_kind = 'FUND'
"""


class Migration(migrations.Migration):
    dependencies = [("frame", "0009_matches_in_reports"), ("ledger", "0020_voluntary")]
    operations = [
        migrations.RunSQL(_ledger(NOW, HOLDERS), _ledger(_matches.NOW, _first.HOLDERS)),
        migrations.RunSQL(_balances(HOLDERS), _balances(_first.HOLDERS)),
    ]
