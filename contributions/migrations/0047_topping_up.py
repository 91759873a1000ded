"""Wages that were filed too low are topped up: a row that names the row it tops up, and what stood filed when it was made."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import kwsp_portal.fields


class Migration(migrations.Migration):
    dependencies = [
        ("contributions", "0045_agents_transfer_guards"),
        ("members", "0013_payout_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="filingrow",
            name="filing_row_valid_is_complete",
        ),
        migrations.RemoveConstraint(
            model_name="mending",
            name="mending_kind_known",
        ),
        migrations.AddField(
            model_name="filingrow",
            name="earlier_employee",
            field=kwsp_portal.fields.MoneyField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="filingrow",
            name="earlier_employer",
            field=kwsp_portal.fields.MoneyField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="filingrow",
            name="tops_up",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="topped_by",
                to="contributions.filingrow",
            ),
        ),
        migrations.AlterField(
            model_name="mending",
            name="kind",
            field=models.CharField(
                choices=[
                    ("BY_HAND", "BY_HAND"),
                    ("LEAVE_OUT", "LEAVE_OUT"),
                    ("SHARES", "SHARES"),
                    ("ZEROS", "ZEROS"),
                    ("TOP_UP", "TOP_UP"),
                    ("UNDO", "UNDO"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="filingrow",
            index=models.Index(condition=models.Q(("tops_up__isnull", False)), fields=["tops_up"], name="filing_row_tops_up"),
        ),
        migrations.AddConstraint(
            model_name="filingrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "VALID"), _negated=True),
                    models.Q(
                        models.Q(models.Q(("employee_share__gte", 0), ("employer_share__gte", 0)), ("tops_up__isnull", False), _connector="OR"),
                        models.Q(("member__isnull", False)),
                        models.Q(("wages__gte", 0)),
                        models.Q(("employer_share__isnull", False)),
                        models.Q(("employee_share__isnull", False)),
                        models.Q(("part__gt", "")),
                        models.Q(("reference__gt", "")),
                    ),
                    _connector="OR",
                ),
                name="filing_row_valid_is_complete",
            ),
        ),
        migrations.AddConstraint(
            model_name="filingrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("earlier_employee__isnull", True), ("earlier_employer__isnull", True), ("tops_up__isnull", True)),
                    models.Q(("earlier_employee__gte", 0), ("earlier_employer__gte", 0), ("tops_up__isnull", False)),
                    _connector="OR",
                ),
                name="filing_row_tops_up_what_stood",
            ),
        ),
        migrations.AddConstraint(
            model_name="mending",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["BY_HAND", "LEAVE_OUT", "SHARES", "ZEROS", "TOP_UP", "UNDO"])), name="mending_kind_known"
            ),
        ),
        # One share of a row that tops up another may be less than nothing, never both together.
        migrations.RemoveConstraint(model_name="correctionline", name="correction_line_not_negative"),
        migrations.AddConstraint(
            model_name="correctionline",
            constraint=models.CheckConstraint(
                condition=models.Q(("now_employer__gte", models.F("now_employee") * -1)), name="correction_line_not_negative"
            ),
        ),
    ]
