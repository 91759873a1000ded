"""Which rows of dividend due are settled: written by the app in the transaction that posts the credit, each once, and never taken back."""

import django.db.models.deletion
from django.db import migrations, models

FORWARDS = """
CREATE TRIGGER ledger_dividend_settled_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_dividend_settled
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only();
ALTER TABLE ledger_dividend_settled ENABLE ALWAYS TRIGGER ledger_dividend_settled_append_only;
REVOKE ALL ON ledger_dividend_settled FROM PUBLIC, kwsp_app;
GRANT SELECT, INSERT ON ledger_dividend_settled TO kwsp_app;
"""
BACKWARDS = "DROP TRIGGER ledger_dividend_settled_append_only ON ledger_dividend_settled;"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0012_receipts")]
    operations = [
        migrations.CreateModel(
            name="DividendSettled",
            fields=[
                (
                    "due",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="settled",
                        serialize=False,
                        to="ledger.dividenddue",
                    ),
                ),
                ("ref", models.BigIntegerField(null=True, verbose_name="No. rujukan")),
            ],
            options={
                "verbose_name": "dividen terhutang yang diselesaikan",
                "verbose_name_plural": "dividen terhutang yang diselesaikan",
                "db_table": "ledger_dividend_settled",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ref__isnull", True), ("ref__gt", 0), _connector="OR"), name="ledger_dividend_settled_ref"
                    )
                ],
            },
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
