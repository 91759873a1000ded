"""Rows for which the rules give nothing are counted and named on the correction of their filings."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contributions", "0008_correction_guards")]
    operations = [
        migrations.AddField(
            "correction", "unreckoned_total", models.PositiveIntegerField(default=0, verbose_name="Baris tanpa angka daripada peraturan")
        ),
        migrations.AddField("correction", "unreckoned", models.JSONField(blank=True, default=list)),
    ]
