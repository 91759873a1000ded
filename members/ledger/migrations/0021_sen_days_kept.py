"""An opening keeps the sen-days of the year that its closing read anyway: the year's dividend need not read its postings again.

Null in openings that are there already: their years are read from the postings as before.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0020_voluntary")]
    operations = [
        migrations.AddField("opening", "sen_days", models.BigIntegerField(null=True, verbose_name="Sen-hari")),
        migrations.AddConstraint(
            "opening",
            models.CheckConstraint(
                condition=models.Q(("sen_days", None), ("valued_sen__isnull", False), _connector="OR"), name="ledger_opening_sen_days"
            ),
        ),
    ]
