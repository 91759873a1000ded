"""Appeals that a counter proposes; PostgreSQL holds that one is of a refused claim, written once and decided once."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import members.enums

FORWARDS = """
REVOKE UPDATE, DELETE ON contributions_incentiveappeal FROM kwsp_app;
GRANT UPDATE (state, decided_by_id, decided_on, decided_at, comment) ON contributions_incentiveappeal TO kwsp_app;

CREATE FUNCTION contributions_incentive_appeal_decided_once() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state <> 'PROPOSED' THEN
        RAISE EXCEPTION 'incentive appeal %: found another decision after %, expected it to stay', OLD.id, OLD.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'incentive_appeal_decided_once';
    END IF;
    IF TG_OP = 'INSERT' AND NOT EXISTS (SELECT FROM contributions_incentiveclaim c WHERE c.id = NEW.claim_id AND c.appealed_on IS NULL) THEN
        RAISE EXCEPTION 'incentive appeal of claim %: expected a claim that nobody has appealed', NEW.claim_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'incentive_appeal_decided_once';
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION contributions_incentive_appeal_decided_once() FROM PUBLIC;
CREATE TRIGGER incentive_appeal_decided_once BEFORE INSERT OR UPDATE ON contributions_incentiveappeal
    FOR EACH ROW EXECUTE FUNCTION contributions_incentive_appeal_decided_once();
ALTER TABLE contributions_incentiveappeal ENABLE ALWAYS TRIGGER incentive_appeal_decided_once;
"""
BACKWARDS = """
DROP FUNCTION contributions_incentive_appeal_decided_once() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("contributions", "0123_counter_payer_guards"),
        ("documents", "0002_uploaded_by_nobody"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="IncentiveAppeal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", models.CharField(max_length=200, verbose_name="Rayuan")),
                (
                    "state",
                    models.CharField(
                        choices=[("PROPOSED", "PROPOSED"), ("APPROVED", "APPROVED"), ("REFUSED", "REFUSED"), ("WITHDRAWN", "WITHDRAWN")],
                        default=members.enums.ProposalState["PROPOSED"],
                        max_length=10,
                    ),
                ),
                ("proposed_on", models.DateField()),
                ("proposed_at", models.DateTimeField()),
                ("decided_on", models.DateField(blank=True, null=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("comment", models.CharField(blank=True, default="", max_length=500)),
                ("claim", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="appeals", to="contributions.incentiveclaim")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("document", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="documents.storedfile")),
                (
                    "proposed_by",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "verbose_name": "cadangan rayuan insentif",
                "verbose_name_plural": "cadangan rayuan insentif",
                "ordering": ("-id",),
                "constraints": [
                    models.UniqueConstraint(condition=models.Q(("state", "PROPOSED")), fields=("claim",), name="incentive_appeal_one_open"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["PROPOSED", "APPROVED", "REFUSED", "WITHDRAWN"])), name="incentive_appeal_state_known"
                    ),
                    models.CheckConstraint(condition=models.Q(("words", ""), _negated=True), name="incentive_appeal_says_why"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["APPROVED", "REFUSED"]), _negated=True),
                            models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="incentive_appeal_decided_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(models.Q(("state", "REFUSED"), _negated=True), models.Q(("comment", ""), _negated=True), _connector="OR"),
                        name="incentive_appeal_refused_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("decided_by__isnull", True), ("state", "PROPOSED")),
                            models.Q(
                                models.Q(("state", "PROPOSED"), _negated=True),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("decided_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="incentive_appeal_decided_is_complete",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
