"""What PostgreSQL holds for direct debit: what was applied for and what was sent are written once, a mandate moves forwards only, and a debit that
is in a file stays in that one.
"""

from django.db import migrations

TABLES = "contributions_mandate, contributions_collection"

FORWARDS = f"""
REVOKE UPDATE, DELETE ON {TABLES} FROM kwsp_app;
GRANT UPDATE (state, reason, active_from, ended_by_id, ended_on, told_bank, asked_on) ON contributions_mandate TO kwsp_app;
GRANT UPDATE (sent_at, answer, answered_at) ON contributions_collection TO kwsp_app;
GRANT UPDATE (collection_id) ON contributions_payment TO kwsp_app;

CREATE FUNCTION contributions_mandate_moves_forwards() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE check_violation USING MESSAGE = format('mandate_moves_forwards: mandate %s from %s to %s', OLD.id, OLD.state, NEW.state);
END $$;
REVOKE ALL ON FUNCTION contributions_mandate_moves_forwards() FROM PUBLIC;
CREATE TRIGGER mandate_moves_forwards BEFORE UPDATE ON contributions_mandate FOR EACH ROW
    WHEN (OLD.state <> NEW.state AND NOT (OLD.state = 'APPLIED' OR (OLD.state = 'ACTIVE' AND NEW.state = 'ENDED')))
    EXECUTE FUNCTION contributions_mandate_moves_forwards();

CREATE FUNCTION contributions_collection_is_answered() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE check_violation USING MESSAGE = format('collection_is_answered: the file of %s has its answer', OLD."on");
END $$;
REVOKE ALL ON FUNCTION contributions_collection_is_answered() FROM PUBLIC;
CREATE TRIGGER collection_is_answered BEFORE UPDATE ON contributions_collection FOR EACH ROW WHEN (OLD.answered_at IS NOT NULL)
    EXECUTE FUNCTION contributions_collection_is_answered();

CREATE FUNCTION contributions_debit_is_in_its_file() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE check_violation USING MESSAGE = format('debit_is_in_its_file: payment %s is in file %s', OLD.id, OLD.collection_id);
END $$;
REVOKE ALL ON FUNCTION contributions_debit_is_in_its_file() FROM PUBLIC;
CREATE TRIGGER debit_is_in_its_file BEFORE UPDATE ON contributions_payment FOR EACH ROW
    WHEN (OLD.collection_id IS NOT NULL AND OLD.collection_id IS DISTINCT FROM NEW.collection_id)
    EXECUTE FUNCTION contributions_debit_is_in_its_file();
ALTER TABLE contributions_mandate ENABLE ALWAYS TRIGGER mandate_moves_forwards;
ALTER TABLE contributions_collection ENABLE ALWAYS TRIGGER collection_is_answered;
ALTER TABLE contributions_payment ENABLE ALWAYS TRIGGER debit_is_in_its_file;
"""  # noqa: S608 - fixed names of this file
BACKWARDS = f"""
DROP TRIGGER mandate_moves_forwards ON contributions_mandate;
DROP FUNCTION contributions_mandate_moves_forwards();
DROP TRIGGER collection_is_answered ON contributions_collection;
DROP FUNCTION contributions_collection_is_answered();
DROP TRIGGER debit_is_in_its_file ON contributions_payment;
DROP FUNCTION contributions_debit_is_in_its_file();
REVOKE UPDATE (collection_id) ON contributions_payment FROM kwsp_app;
GRANT UPDATE, DELETE ON {TABLES} TO kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [("contributions", "0027_direct_debit")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
