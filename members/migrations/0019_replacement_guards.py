"""What PostgreSQL holds for replacements: what is to be put back is written once, each contribution that did stays, and what an order says was put
back is the sum of these.
"""

from django.db import migrations

TABLES = "members_replacementorder, members_replacementmove"

FORWARDS = f"""
REVOKE ALL ON {TABLES} FROM PUBLIC, kwsp_app;
GRANT SELECT, INSERT ON {TABLES} TO kwsp_app;
GRANT UPDATE (replaced, filled_on) ON members_replacementorder TO kwsp_app;

CREATE FUNCTION members_replacement_stays() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE restrict_violation USING MESSAGE = format('replacement_stays: what stands in %s stays as it is', TG_TABLE_NAME);
END $$;
REVOKE ALL ON FUNCTION members_replacement_stays() FROM PUBLIC;
CREATE TRIGGER replacement_order_stays BEFORE DELETE OR TRUNCATE ON members_replacementorder
    FOR EACH STATEMENT EXECUTE FUNCTION members_replacement_stays();
CREATE TRIGGER replacement_order_is_written_once BEFORE UPDATE ON members_replacementorder FOR EACH ROW
    WHEN ((OLD.member_id, OLD.cause, OLD.ref, OLD.amount, OLD.opened_on)
        IS DISTINCT FROM (NEW.member_id, NEW.cause, NEW.ref, NEW.amount, NEW.opened_on))
    EXECUTE FUNCTION members_replacement_stays();
CREATE TRIGGER replacement_move_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON members_replacementmove
    FOR EACH STATEMENT EXECUTE FUNCTION members_replacement_stays();
ALTER TABLE members_replacementorder ENABLE ALWAYS TRIGGER replacement_order_stays;
ALTER TABLE members_replacementorder ENABLE ALWAYS TRIGGER replacement_order_is_written_once;
ALTER TABLE members_replacementmove ENABLE ALWAYS TRIGGER replacement_move_stays;

CREATE FUNCTION members_replacement_is_its_moves() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    wrong record;
BEGIN
    SELECT changed.id, changed.replaced, coalesce(moved.sen, 0) AS sen INTO wrong
    FROM changed LEFT JOIN (
        SELECT order_id, sum(amount) AS sen FROM members_replacementmove WHERE order_id IN (SELECT id FROM changed) GROUP BY order_id
    ) AS moved ON moved.order_id = changed.id
    WHERE changed.replaced <> coalesce(moved.sen, 0) LIMIT 1;
    IF FOUND THEN
        RAISE check_violation USING MESSAGE =
            format('replacement_is_its_moves: order %s: found %s sen, expected %s, the sum of its moves', wrong.id, wrong.replaced, wrong.sen);
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION members_replacement_is_its_moves() FROM PUBLIC;
CREATE TRIGGER replacement_is_its_moves AFTER UPDATE ON members_replacementorder
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION members_replacement_is_its_moves();
CREATE TRIGGER replacement_begins_with_nothing AFTER INSERT ON members_replacementorder
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION members_replacement_is_its_moves();
ALTER TABLE members_replacementorder ENABLE ALWAYS TRIGGER replacement_is_its_moves;
ALTER TABLE members_replacementorder ENABLE ALWAYS TRIGGER replacement_begins_with_nothing;
"""  # noqa: S608 - fixed names of this file
BACKWARDS = f"""
DROP FUNCTION members_replacement_is_its_moves() CASCADE;
DROP FUNCTION members_replacement_stays() CASCADE;
GRANT SELECT, INSERT, UPDATE, DELETE ON {TABLES} TO kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0018_replacement"), ("jobs", "0001_rights")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
