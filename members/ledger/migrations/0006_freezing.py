"""Freezing of accounts that a check found broken, and what the checks found: rows are added only.

`ledger_freeze_next` lets one freeze be open at a time and ends only an open one of the same account; `ledger_hold_frozen` refuses to place or
capture a hold on a frozen account. Both look under the lock of the account's balance row, so that neither can slip past the other.
"""

from django.db import migrations, models
from django.db.models import PROTECT, Q
from django.db.models.functions import Now

GUARD = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS"

FUNCTIONS = """
CREATE FUNCTION ledger_is_frozen(wanted bigint) RETURNS bigint LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT id FROM ledger_freeze AS begun WHERE account_id = wanted AND state = 'FROZEN'
        AND NOT EXISTS (SELECT FROM ledger_freeze AS lifted WHERE lifted.frozen_id = begun.id)
$$;

CREATE FUNCTION ledger_freeze_next() RETURNS trigger AS_GUARD $$
BEGIN
    PERFORM FROM ledger_balance WHERE account_id = NEW.account_id FOR NO KEY UPDATE;
    IF NEW.frozen_id IS DISTINCT FROM ledger_is_frozen(NEW.account_id) THEN
        RAISE EXCEPTION 'ledger: account %: found a % that does not follow, expected one freeze at a time, lifted once', NEW.account_id, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_freeze_next';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER ledger_freeze_next BEFORE INSERT ON ledger_freeze FOR EACH ROW EXECUTE FUNCTION ledger_freeze_next();

CREATE FUNCTION ledger_hold_frozen() RETURNS trigger AS_GUARD $$
BEGIN
    PERFORM FROM ledger_balance WHERE account_id = NEW.account_id FOR NO KEY UPDATE;
    IF ledger_is_frozen(NEW.account_id) IS NOT NULL THEN
        RAISE EXCEPTION 'ledger: account %: found it frozen, expected one that is sound for a hold to be %', NEW.account_id, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_hold_frozen';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER ledger_hold_frozen BEFORE INSERT ON ledger_hold
    FOR EACH ROW WHEN (NEW.state <> 'RELEASED') EXECUTE FUNCTION ledger_hold_frozen();

CREATE TRIGGER ledger_freeze_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_freeze
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only();
CREATE TRIGGER ledger_checkrun_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_checkrun
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only();

REVOKE EXECUTE ON FUNCTION ledger_is_frozen(bigint), ledger_freeze_next(), ledger_hold_frozen() FROM PUBLIC;
REVOKE ALL ON ledger_freeze, ledger_checkrun FROM PUBLIC, kwsp_app;
GRANT SELECT ON ledger_freeze, ledger_checkrun TO kwsp_app;
GRANT INSERT (account_id, state, frozen_id, check_name, reason, by) ON ledger_freeze TO kwsp_app;
GRANT INSERT ("on", began_at, seconds, broken, results) ON ledger_checkrun TO kwsp_app;
"""

TRIGGERS = (
    ("ledger_freeze", "ledger_freeze_next"),
    ("ledger_hold", "ledger_hold_frozen"),
    ("ledger_freeze", "ledger_freeze_append_only"),
    ("ledger_checkrun", "ledger_checkrun_append_only"),
)
ALWAYS = "".join(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger};\n" for table, trigger in TRIGGERS)

UNDO = (
    "".join(f"DROP TRIGGER {trigger} ON {table};\n" for table, trigger in TRIGGERS)
    + "DROP FUNCTION ledger_freeze_next(), ledger_hold_frozen(), ledger_is_frozen(bigint);"
)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_years")]
    operations = [
        migrations.CreateModel(
            name="Freeze",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("state", models.CharField(choices=[("FROZEN", "FROZEN"), ("LIFTED", "LIFTED")], max_length=6, verbose_name="Status")),
                ("check_name", models.CharField(max_length=80, verbose_name="Semakan")),
                ("reason", models.TextField(verbose_name="Sebab")),
                ("by", models.CharField(max_length=60, verbose_name="Oleh")),
                ("at", models.DateTimeField(db_default=Now(), verbose_name="Pada")),
                ("account", models.ForeignKey(on_delete=PROTECT, related_name="freezes", to="ledger.account")),
                ("frozen", models.OneToOneField(blank=True, null=True, on_delete=PROTECT, related_name="end", to="ledger.freeze")),
            ],
            options={
                "verbose_name": "pembekuan akaun",
                "verbose_name_plural": "pembekuan akaun",
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(state="FROZEN", frozen__isnull=True) | Q(state="LIFTED", frozen__isnull=False), name="ledger_freeze_states"
                    ),
                    models.CheckConstraint(condition=~Q(reason="") & ~Q(by="") & ~Q(check_name=""), name="ledger_freeze_says_why"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CheckRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField(verbose_name="Tarikh perniagaan")),
                ("began_at", models.DateTimeField(verbose_name="Bermula pada")),
                ("seconds", models.FloatField(verbose_name="Saat")),
                ("broken", models.PositiveIntegerField(verbose_name="Semakan yang gagal")),
                ("results", models.JSONField(verbose_name="Keputusan")),
            ],
            options={"verbose_name": "semakan lejar", "verbose_name_plural": "semakan lejar"},
        ),
        migrations.RunSQL(FUNCTIONS.replace("AS_GUARD", GUARD) + ALWAYS, UNDO),
    ]
