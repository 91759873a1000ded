"""Rows of a filing mended in the portal: what was changed, by whom, and what it was before."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contributions", "0017_wage_lists"),
        ("members", "0006_bank_account_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Mending",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("BY_HAND", "BY_HAND"), ("LEAVE_OUT", "LEAVE_OUT"), ("SHARES", "SHARES"), ("ZEROS", "ZEROS"), ("UNDO", "UNDO")],
                        max_length=10,
                    ),
                ),
                ("cause", models.CharField(blank=True, max_length=24)),
                ("rows_total", models.PositiveIntegerField(verbose_name="Baris")),
                ("on", models.DateField(verbose_name="Tarikh")),
                ("at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "betulan Borang A",
                "verbose_name_plural": "betulan Borang A",
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="RowMend",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("before", models.JSONField()),
                ("after", models.JSONField()),
            ],
            options={
                "verbose_name": "betulan baris",
                "verbose_name_plural": "betulan baris",
                "ordering": ("row_id", "number"),
            },
        ),
        migrations.RemoveConstraint(
            model_name="filinglog",
            name="filing_log_action_known",
        ),
        migrations.RemoveConstraint(
            model_name="filingrow",
            name="filing_row_status_known",
        ),
        migrations.AddField(
            model_name="filing",
            name="mended",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="filing",
            name="rows_left_out",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="filingrow",
            name="mends",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AlterField(
            model_name="electionlog",
            name="action",
            field=models.CharField(
                choices=[
                    ("READ_READY", "READ_READY"),
                    ("READ_FAULTY", "READ_FAULTY"),
                    ("READ_REFUSED", "READ_REFUSED"),
                    ("READ_ASKED", "READ_ASKED"),
                    ("CHOOSE", "CHOOSE"),
                    ("SUBMIT", "SUBMIT"),
                    ("APPROVE", "APPROVE"),
                    ("RETURN", "RETURN"),
                    ("DISCARD", "DISCARD"),
                    ("REREAD", "REREAD"),
                    ("MEND", "MEND"),
                    ("MEND_LAST", "MEND_LAST"),
                    ("UNDO_MEND", "UNDO_MEND"),
                    ("RECALL", "RECALL"),
                    ("PAY", "PAY"),
                    ("RECEIVE_PAYMENT", "RECEIVE_PAYMENT"),
                    ("FINISH_CREDITING", "FINISH_CREDITING"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="filinglog",
            name="action",
            field=models.CharField(
                choices=[
                    ("READ_READY", "READ_READY"),
                    ("READ_FAULTY", "READ_FAULTY"),
                    ("READ_REFUSED", "READ_REFUSED"),
                    ("READ_ASKED", "READ_ASKED"),
                    ("CHOOSE", "CHOOSE"),
                    ("SUBMIT", "SUBMIT"),
                    ("APPROVE", "APPROVE"),
                    ("RETURN", "RETURN"),
                    ("DISCARD", "DISCARD"),
                    ("REREAD", "REREAD"),
                    ("MEND", "MEND"),
                    ("MEND_LAST", "MEND_LAST"),
                    ("UNDO_MEND", "UNDO_MEND"),
                    ("RECALL", "RECALL"),
                    ("PAY", "PAY"),
                    ("RECEIVE_PAYMENT", "RECEIVE_PAYMENT"),
                    ("FINISH_CREDITING", "FINISH_CREDITING"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="filingrow",
            name="status",
            field=models.CharField(
                choices=[("VALID", "VALID"), ("UNMATCHED", "UNMATCHED"), ("INVALID", "INVALID"), ("LEFT_OUT", "LEFT_OUT")], max_length=10
            ),
        ),
        migrations.AddIndex(
            model_name="filingrow",
            index=models.Index(
                condition=models.Q(("status", "VALID"), _negated=True), fields=["filing", "member_number"], name="filing_row_bad_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="filinglog",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "action__in",
                        [
                            "READ_READY",
                            "READ_FAULTY",
                            "READ_REFUSED",
                            "READ_ASKED",
                            "CHOOSE",
                            "SUBMIT",
                            "APPROVE",
                            "RETURN",
                            "DISCARD",
                            "REREAD",
                            "MEND",
                            "MEND_LAST",
                            "UNDO_MEND",
                            "RECALL",
                            "PAY",
                            "RECEIVE_PAYMENT",
                            "FINISH_CREDITING",
                        ],
                    )
                ),
                name="filing_log_action_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="filingrow",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["VALID", "UNMATCHED", "INVALID", "LEFT_OUT"])), name="filing_row_status_known"
            ),
        ),
        migrations.AddField(
            model_name="mending",
            name="by",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name="mending",
            name="filing",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="mendings", to="contributions.filing"),
        ),
        migrations.AddField(
            model_name="mending",
            name="undoes",
            field=models.OneToOneField(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="undone_by", to="contributions.mending"
            ),
        ),
        migrations.AddField(
            model_name="rowmend",
            name="mending",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="rows", to="contributions.mending"),
        ),
        migrations.AddField(
            model_name="rowmend",
            name="row",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="history", to="contributions.filingrow"
            ),
        ),
        migrations.AddConstraint(
            model_name="mending",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["BY_HAND", "LEAVE_OUT", "SHARES", "ZEROS", "UNDO"])), name="mending_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="mending",
            constraint=models.CheckConstraint(condition=models.Q(("rows_total__gt", 0)), name="mending_of_some_row"),
        ),
        migrations.AddConstraint(
            model_name="mending",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "UNDO"), ("undoes__isnull", False)),
                    models.Q(models.Q(("kind", "UNDO"), _negated=True), ("undoes__isnull", True)),
                    _connector="OR",
                ),
                name="mending_undo_names_what",
            ),
        ),
        migrations.AddConstraint(
            model_name="rowmend",
            constraint=models.UniqueConstraint(fields=("row", "number"), name="row_mend_once"),
        ),
        migrations.AddConstraint(
            model_name="rowmend",
            constraint=models.CheckConstraint(condition=models.Q(("number__gt", 0)), name="row_mend_counts_from_one"),
        ),
    ]
