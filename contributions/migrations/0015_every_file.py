"""A file of several sheets is asked about; what was assumed while reading is kept with the filing."""

from django.db import migrations, models

import contributions.enums

STATES = ("RECEIVED", "ASKED", "UNREADABLE", "FAULTY", "READY", "SUBMITTED", "RETURNED", "APPROVED", "PAID", "CREDITED", "DISCARDED")
ACTIONS = (
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
    "RECALL",
    "PAY",
    "RECEIVE_PAYMENT",
    "FINISH_CREDITING",
)
NOT_CLEAN = ["RECEIVED", "ASKED", "UNREADABLE", "FAULTY", "DISCARDED"]
action = models.CharField(choices=[(action, action) for action in ACTIONS], max_length=20)


class Migration(migrations.Migration):
    dependencies = [("contributions", "0014_approval_flow_guards")]
    operations = [
        migrations.RemoveConstraint("filing", "filing_state_known"),
        migrations.RemoveConstraint("filing", "filing_goes_on_only_clean"),
        migrations.RemoveConstraint("filinglog", "filing_log_action_known"),
        migrations.AddField("filing", "assumptions", models.JSONField(blank=True, db_default=[], default=list)),
        migrations.AddField("filing", "sheet", models.CharField(blank=True, db_default="", max_length=60)),
        migrations.AddField("filing", "sheets", models.JSONField(blank=True, null=True)),
        migrations.AlterField("electionlog", "action", action),
        migrations.AlterField("filinglog", "action", action.clone()),
        migrations.AlterField(
            "filing",
            "state",
            models.CharField(choices=[(state, state) for state in STATES], default=contributions.enums.FilingState["RECEIVED"], max_length=12),
        ),
        migrations.AddConstraint("filing", models.CheckConstraint(condition=models.Q(("state__in", list(STATES))), name="filing_state_known")),
        migrations.AddConstraint(
            "filing",
            models.CheckConstraint(
                condition=models.Q(
                    ("state__in", NOT_CLEAN), models.Q(("rows_invalid", 0), ("rows_total__gt", 0), ("rows_unmatched", 0)), _connector="OR"
                ),
                name="filing_goes_on_only_clean",
            ),
        ),
        migrations.AddConstraint(
            "filinglog", models.CheckConstraint(condition=models.Q(("action__in", list(ACTIONS))), name="filing_log_action_known")
        ),
    ]
