"""A hold follows its money to another account of the same holder (ruling 16; at 55 the accounts become one).

`ledger_hold_end` (0002) sees to it that the end has the account, amount and key of what it ends. `ledger_hold_follows` lets a hold go on only from
one that ended as MOVED, with its holder, amount and key; `ledger_hold_goes_on` refuses the commit of a move that nothing goes on from.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

GUARD = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS"

FORWARDS = """
CREATE FUNCTION ledger_hold_follows() RETURNS trigger AS_GUARD $$
BEGIN
    PERFORM FROM ledger_hold AS before
    JOIN ledger_hold AS moved ON moved.placed_id = before.id AND moved.state = 'MOVED'
    JOIN ledger_account AS account_before ON account_before.id = before.account_id
    JOIN ledger_account AS account ON account.id = NEW.account_id
    WHERE before.id = NEW.moved_from_id AND before.account_id <> NEW.account_id
        AND (account_before.holder_kind, account_before.holder_id) = (account.holder_kind, account.holder_id)
        AND (before.amount_sen, before.kind, before.ref, before.part) = (NEW.amount_sen, NEW.kind, NEW.ref, NEW.part);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'ledger: found a hold that goes on from %, expected one that moved, of the same holder, amount and key', NEW.moved_from_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_hold_follows';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER ledger_hold_follows BEFORE INSERT ON ledger_hold
    FOR EACH ROW WHEN (NEW.moved_from_id IS NOT NULL) EXECUTE FUNCTION ledger_hold_follows();

CREATE FUNCTION ledger_hold_goes_on() RETURNS trigger AS_GUARD $$
BEGIN
    IF NOT EXISTS (SELECT FROM ledger_hold WHERE moved_from_id = NEW.placed_id) THEN
        RAISE EXCEPTION 'ledger: found hold % moved and nothing that goes on from it, expected it in the same transaction', NEW.placed_id
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'ledger_hold_goes_on';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER ledger_hold_goes_on AFTER INSERT ON ledger_hold
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state = 'MOVED') EXECUTE FUNCTION ledger_hold_goes_on();

GRANT INSERT (moved_from_id) ON ledger_hold TO kwsp_app;
REVOKE EXECUTE ON FUNCTION ledger_hold_follows(), ledger_hold_goes_on() FROM PUBLIC;
ALTER TABLE ledger_hold ENABLE ALWAYS TRIGGER ledger_hold_follows;
ALTER TABLE ledger_hold ENABLE ALWAYS TRIGGER ledger_hold_goes_on;
"""
UNDO = """
DROP TRIGGER ledger_hold_follows ON ledger_hold;
DROP TRIGGER ledger_hold_goes_on ON ledger_hold;
DROP FUNCTION ledger_hold_follows(), ledger_hold_goes_on();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0009_payments_in_parts")]
    operations = [
        migrations.RemoveConstraint(model_name="hold", name="ledger_hold_act_once"),
        migrations.RemoveConstraint(model_name="hold", name="ledger_hold_states"),
        migrations.AddField(
            model_name="hold",
            name="moved_from",
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="moved_to", to="ledger.hold"),
        ),
        migrations.AlterField(
            model_name="hold",
            name="state",
            field=models.CharField(
                choices=[("PLACED", "PLACED"), ("RELEASED", "RELEASED"), ("CAPTURED", "CAPTURED"), ("MOVED", "MOVED")],
                max_length=8,
                verbose_name="Keadaan",
            ),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.UniqueConstraint(
                condition=Q(("moved_from", None), ("state", "PLACED")), fields=("kind", "ref", "part"), name="ledger_hold_act_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.CheckConstraint(
                condition=Q(state="PLACED", placed__isnull=True, entry__isnull=True)
                | Q(state="RELEASED", placed__isnull=False, entry__isnull=True, moved_from__isnull=True)
                | Q(state__in=["CAPTURED", "MOVED"], placed__isnull=False, entry__isnull=False, moved_from__isnull=True),
                name="ledger_hold_states",
            ),
        ),
        migrations.RunSQL(FORWARDS.replace("AS_GUARD", GUARD), UNDO),
    ]
