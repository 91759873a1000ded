"""What PostgreSQL holds for voluntary contributions: an order stays as it was asked, a contribution that was taken stays as it is but for its
reversal, and what goes back only goes forwards.

A contribution's `amount`, member, kind and day never change; `credited`, `returned` and `credited_on` are written once, by the worker that takes it,
and `reversed_on` once after that.
"""

from django.db import migrations

NEXT = {"HELD": ("SENT",), "RETURNED": ("SENT",), "SENT": ("PAID", "RETURNED")}
MOVES = ", ".join(f"('{state}', '{to}')" for state, many in NEXT.items() for to in many)

FORWARDS = f"""
REVOKE UPDATE, DELETE ON contributions_voluntaryorder, contributions_voluntarycontribution, contributions_voluntaryreturn FROM kwsp_app;
GRANT UPDATE (credited, returned, credited_on, reversed_on) ON contributions_voluntarycontribution TO kwsp_app;
GRANT UPDATE (state, hold_id) ON contributions_voluntaryreturn TO kwsp_app;

CREATE FUNCTION contributions_voluntary_is_taken() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.credited_on IS NOT NULL
            AND (OLD.credited, OLD.returned, OLD.credited_on) IS DISTINCT FROM (NEW.credited, NEW.returned, NEW.credited_on) THEN
        RAISE EXCEPTION 'voluntary contribution %: found other figures than were taken on %, expected them to stay', OLD.id, OLD.credited_on
            USING ERRCODE = 'check_violation', CONSTRAINT = 'voluntary_is_taken';
    END IF;
    IF OLD.reversed_on IS NOT NULL AND NEW.reversed_on IS DISTINCT FROM OLD.reversed_on THEN
        RAISE EXCEPTION 'voluntary contribution %: found another reversal than that of %, expected it to stay', OLD.id, OLD.reversed_on
            USING ERRCODE = 'check_violation', CONSTRAINT = 'voluntary_is_taken';
    END IF;
    IF (OLD.member_id, OLD.kind, OLD.amount, OLD.paid_on, OLD.payment_id)
            IS DISTINCT FROM (NEW.member_id, NEW.kind, NEW.amount, NEW.paid_on, NEW.payment_id) THEN
        RAISE EXCEPTION 'voluntary contribution %: found another contribution in its place, expected it to stay', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'voluntary_is_taken';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION contributions_voluntary_return_moves() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN ({MOVES}) THEN
        RAISE EXCEPTION 'voluntary return %: found % after %, expected a state that comes after it', OLD.id, NEW.state, OLD.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'voluntary_return_moves';
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION contributions_voluntary_is_taken(), contributions_voluntary_return_moves() FROM PUBLIC;

CREATE TRIGGER voluntary_is_taken BEFORE UPDATE ON contributions_voluntarycontribution
    FOR EACH ROW EXECUTE FUNCTION contributions_voluntary_is_taken();
CREATE TRIGGER voluntary_return_moves BEFORE UPDATE ON contributions_voluntaryreturn
    FOR EACH ROW EXECUTE FUNCTION contributions_voluntary_return_moves();
ALTER TABLE contributions_voluntarycontribution ENABLE ALWAYS TRIGGER voluntary_is_taken;
ALTER TABLE contributions_voluntaryreturn ENABLE ALWAYS TRIGGER voluntary_return_moves;
"""  # noqa: S608 - fixed names of this file
BACKWARDS = """
DROP FUNCTION contributions_voluntary_is_taken() CASCADE;
DROP FUNCTION contributions_voluntary_return_moves() CASCADE;
GRANT UPDATE, DELETE ON contributions_voluntaryorder, contributions_voluntarycontribution, contributions_voluntaryreturn TO kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("contributions", "0076_voluntary_payments"),
        ("ledger", "0020_voluntary"),
        ("members", "0017_voluntary_out"),
        ("jobs", "0001_rights"),
    ]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
