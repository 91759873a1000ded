"""What was approved and paid with a token: written once, and never more in a month than its person set under a code."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import kwsp_portal.fields

GUARDS = """
REVOKE UPDATE, DELETE ON identity_tokenuse FROM kwsp_app;

CREATE FUNCTION identity_token_use_within_limit() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    most bigint;
    counted bigint;
BEGIN
    -- Of two at once the second waits here, and then counts the first.
    SELECT t.monthly_limit INTO most FROM identity_apitoken t WHERE t.id = NEW.token_id FOR NO KEY UPDATE;
    SELECT coalesce(sum(u.amount), 0) INTO counted FROM identity_tokenuse u
     WHERE u.token_id = NEW.token_id AND u.purpose = NEW.purpose AND u.month = NEW.month;
    IF most IS NULL OR counted + NEW.amount > most THEN
        RAISE check_violation USING MESSAGE = format('token_use_within_limit: token %s has a limit of %s sen, found %s and %s more',
            NEW.token_id, coalesce(most, 0), counted, NEW.amount);
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION identity_token_use_within_limit() FROM PUBLIC;

CREATE TRIGGER token_use_within_limit BEFORE INSERT ON identity_tokenuse
    FOR EACH ROW EXECUTE FUNCTION identity_token_use_within_limit();
ALTER TABLE identity_tokenuse ENABLE ALWAYS TRIGGER token_use_within_limit;
"""
UNGUARDED = """
DROP FUNCTION identity_token_use_within_limit() CASCADE;
GRANT UPDATE, DELETE ON identity_tokenuse TO kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0001_rights"),
        ("identity", "0017_election_approval_codes"),
    ]

    operations = [
        migrations.CreateModel(
            name="TokenUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("RECOVERY", "RECOVERY"),
                            ("NEW_DEVICE", "NEW_DEVICE"),
                            ("WITHDRAWAL", "WITHDRAWAL"),
                            ("BANK_ACCOUNT", "BANK_ACCOUNT"),
                            ("EMAIL", "EMAIL"),
                            ("EMPLOYER_APPROVAL", "EMPLOYER_APPROVAL"),
                            ("EMPLOYER_PAYMENT", "EMPLOYER_PAYMENT"),
                            ("ELECTION_APPROVAL", "ELECTION_APPROVAL"),
                            ("REPRESENTATIVES", "REPRESENTATIVES"),
                            ("APPROVAL_FLOW", "APPROVAL_FLOW"),
                            ("API_TOKEN", "API_TOKEN"),
                            ("ACTIVATION_PHONE", "ACTIVATION_PHONE"),
                            ("AUTHENTICATOR", "AUTHENTICATOR"),
                        ],
                        max_length=20,
                    ),
                ),
                ("month", models.DateField()),
                ("digest", models.CharField(max_length=64)),
                ("amount", kwsp_portal.fields.MoneyField()),
                ("at", models.DateTimeField()),
                (
                    "token",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="uses", to=settings.KNOX_TOKEN_MODEL),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("token", "purpose", "month", "digest"), name="token_use_once_a_month"),
                    models.CheckConstraint(
                        condition=models.Q(("purpose__in", ["EMPLOYER_APPROVAL", "EMPLOYER_PAYMENT"])), name="token_use_is_of_money"
                    ),
                    models.CheckConstraint(condition=models.Q(("month__day", 1)), name="token_use_month_is_first_day"),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="token_use_amount_positive"),
                ],
            },
        ),
        migrations.RunSQL(GUARDS, UNGUARDED),
    ]
