"""By which edition of the law the lines of a correction were posted; written once."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contributions", "0009_correction_unreckoned"), ("editions", "0002_written_once"), ("jobs", "0001_rights")]
    operations = [
        migrations.CreateModel(
            name="CorrectionLaw",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "correction",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="laws", to="contributions.correction"
                    ),
                ),
                ("from_id", models.BigIntegerField()),
                ("to_id", models.BigIntegerField()),
                ("on", models.DateField(verbose_name="Tarikh")),
                ("edition", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="editions.edition")),
            ],
            options={
                "verbose_name": "undang-undang yang dipakai",
                "verbose_name_plural": "undang-undang yang dipakai",
                "ordering": ("correction_id", "from_id"),
                "constraints": [
                    models.UniqueConstraint(fields=("correction", "from_id"), name="correction_law_once"),
                    models.CheckConstraint(condition=models.Q(("from_id__lt", models.F("to_id"))), name="correction_law_ids_in_order"),
                ],
            },
        ),
        migrations.RunSQL(
            "REVOKE UPDATE, DELETE ON contributions_correctionlaw FROM kwsp_app;",
            "GRANT UPDATE, DELETE ON contributions_correctionlaw TO kwsp_app;",
        ),
    ]
