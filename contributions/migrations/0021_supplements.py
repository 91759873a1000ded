"""Supplements of a month, unmatched rows that are paid into suspense, and filings taken back or cancelled before they are paid."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import kwsp_portal.fields


class Migration(migrations.Migration):
    dependencies = [
        ("contributions", "0020_declared_by_another"),
        ("documents", "0001_initial"),
        ("employers", "0012_appointment_proposal_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="filing",
            name="filing_one_a_month",
        ),
        migrations.RemoveConstraint(
            model_name="filing",
            name="filing_goes_on_only_clean",
        ),
        migrations.RemoveConstraint(
            model_name="filinglog",
            name="filing_log_action_known",
        ),
        migrations.AddField(
            model_name="filing",
            name="number",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="filing",
            name="supplements",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="supplement_filings", to="contributions.filing"
            ),
        ),
        migrations.AddField(
            model_name="filing",
            name="suspended_total",
            field=kwsp_portal.fields.MoneyField(db_default=0, default=0),
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
                    ("TAKE_BACK", "TAKE_BACK"),
                    ("CANCEL", "CANCEL"),
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
                    ("TAKE_BACK", "TAKE_BACK"),
                    ("CANCEL", "CANCEL"),
                    ("RECALL", "RECALL"),
                    ("PAY", "PAY"),
                    ("RECEIVE_PAYMENT", "RECEIVE_PAYMENT"),
                    ("FINISH_CREDITING", "FINISH_CREDITING"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="filing",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["DISCARDED", "UNREADABLE"]), _negated=True),
                fields=("employer", "wage_month", "number"),
                name="filing_one_a_month",
            ),
        ),
        migrations.AddConstraint(
            model_name="filing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("number", 0), ("supplements__isnull", True)),
                    models.Q(("number__gt", 0), ("supplements__isnull", False)),
                    _connector="OR",
                ),
                name="filing_supplement_is_numbered",
            ),
        ),
        migrations.AddConstraint(
            model_name="filing",
            constraint=models.CheckConstraint(
                condition=models.Q(("suspended_total", 0), models.Q(("rows_unmatched__gt", 0), ("suspended_total__gt", 0)), _connector="OR"),
                name="filing_suspends_its_unmatched",
            ),
        ),
        migrations.AddConstraint(
            model_name="filing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["RECEIVED", "ASKED", "UNREADABLE", "FAULTY", "RETURNED", "DISCARDED"]),
                    models.Q(
                        models.Q(("rows_unmatched", 0), ("suspended_total__gt", 0), _connector="OR"), ("rows_invalid", 0), ("rows_total__gt", 0)
                    ),
                    _connector="OR",
                ),
                name="filing_goes_on_only_clean",
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
                            "TAKE_BACK",
                            "CANCEL",
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
    ]
