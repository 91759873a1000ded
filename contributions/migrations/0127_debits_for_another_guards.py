"""A person's monthly debit is paid by whose account it is, for the member whom they named: themselves, or `whom`."""

from django.db import migrations

AS_AGREED = """
CREATE OR REPLACE FUNCTION contributions_monthly_debit_is_as_agreed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM contributions_mandate m JOIN contributions_voluntaryorder o ON o.id = NEW.voluntary_id
         WHERE m.id = NEW.mandate_id AND m.member_id = o.payer_id AND {credited} = o.member_id AND m.kind = o.kind
           AND NEW.amount <= m.ceiling AND NEW.bank_code = m.bank
    ) THEN
        RAISE EXCEPTION 'payment %: found a debit of % under mandate %, expected its own member, kind and bank and no more than was agreed',
            NEW.order_no, NEW.amount, NEW.mandate_id USING ERRCODE = 'check_violation', CONSTRAINT = 'monthly_debit_is_as_agreed';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("contributions", "0126_debits_for_another")]
    operations = [
        migrations.RunSQL(AS_AGREED.format(credited="coalesce(m.whom_id, m.member_id)"), AS_AGREED.format(credited="m.member_id")),
    ]
