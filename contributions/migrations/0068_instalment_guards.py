"""What PostgreSQL holds for instalment plans: what was written stays as it was, a plan only goes where the table lets it, its terms come before
anybody approves them, each following the last, and nobody approves a plan of which they wrote terms."""

from django.db import migrations

NEXT = {
    "ASKED": ("PROPOSED", "REFUSED", "WITHDRAWN", "LAPSED"),
    "PROPOSED": ("ASKED", "OFFERED", "REFUSED", "WITHDRAWN", "LAPSED"),
    "OFFERED": ("RUNNING", "WITHDRAWN", "LAPSED"),
    "RUNNING": ("DONE", "BROKEN"),
}
MOVES = ", ".join(f"('{state}', '{to}')" for state, many in NEXT.items() for to in many)

FORWARDS = f"""
REVOKE UPDATE, DELETE ON contributions_instalmentplan, contributions_instalmentterms, contributions_instalmentmonth, contributions_instalmentlog
    FROM kwsp_app;
GRANT UPDATE (state, approved_by_id, approved_on, accepted_by_id, accepted_on, ended_on) ON contributions_instalmentplan TO kwsp_app;

CREATE FUNCTION contributions_instalment_plan_moves() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.state IN ('DONE', 'BROKEN', 'REFUSED', 'WITHDRAWN', 'LAPSED')
       OR OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN ({MOVES}) THEN
        RAISE EXCEPTION 'instalment plan %: found % after %, expected a state that comes after it', OLD.id, NEW.state, OLD.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'instalment_plan_moves';
    END IF;
    IF OLD.approved_by_id IS NOT NULL AND (OLD.approved_by_id, OLD.approved_on) IS DISTINCT FROM (NEW.approved_by_id, NEW.approved_on)
       OR OLD.accepted_by_id IS NOT NULL AND (OLD.accepted_by_id, OLD.accepted_on) IS DISTINCT FROM (NEW.accepted_by_id, NEW.accepted_on) THEN
        RAISE EXCEPTION 'instalment plan %: found other people than agreed to it, expected them to stay', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'instalment_plan_moves';
    END IF;
    IF NEW.approved_by_id IS NOT NULL AND EXISTS
        (SELECT FROM contributions_instalmentterms t WHERE t.plan_id = NEW.id AND t.by_id = NEW.approved_by_id) THEN
        RAISE EXCEPTION 'instalment plan %: found that who approved it wrote terms of it, expected another officer', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'instalment_plan_approved_by_another';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION contributions_instalment_terms_begin() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.number <> (SELECT count(*) FROM contributions_instalmentterms t WHERE t.plan_id = NEW.plan_id)
       OR NOT EXISTS (SELECT FROM contributions_instalmentplan p WHERE p.id = NEW.plan_id AND p.state IN ('ASKED', 'PROPOSED')) THEN
        RAISE EXCEPTION 'instalment plan %: found terms %, expected the next ones of a plan that nobody has approved', NEW.plan_id, NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'instalment_terms_begin';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION contributions_instalment_month_begins() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM contributions_instalmentterms t JOIN contributions_instalmentplan p ON p.id = t.plan_id
                    WHERE t.id = NEW.terms_id AND p.state IN ('ASKED', 'PROPOSED') AND NEW.instalment <= t.count AND NEW.due_on >= t.first_on) THEN
        RAISE EXCEPTION 'instalment terms %: found instalment % on %, expected one of its own, while nobody has approved them',
            NEW.terms_id, NEW.instalment, NEW.due_on USING ERRCODE = 'check_violation', CONSTRAINT = 'instalment_month_begins';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION contributions_instalment_plan_moves(), contributions_instalment_terms_begin(), contributions_instalment_month_begins()
    FROM PUBLIC;

CREATE TRIGGER instalment_plan_moves BEFORE UPDATE ON contributions_instalmentplan
    FOR EACH ROW EXECUTE FUNCTION contributions_instalment_plan_moves();
CREATE TRIGGER instalment_terms_begin AFTER INSERT ON contributions_instalmentterms
    FOR EACH ROW EXECUTE FUNCTION contributions_instalment_terms_begin();
CREATE TRIGGER instalment_month_begins AFTER INSERT ON contributions_instalmentmonth
    FOR EACH ROW EXECUTE FUNCTION contributions_instalment_month_begins();
ALTER TABLE contributions_instalmentplan ENABLE ALWAYS TRIGGER instalment_plan_moves;
ALTER TABLE contributions_instalmentterms ENABLE ALWAYS TRIGGER instalment_terms_begin;
ALTER TABLE contributions_instalmentmonth ENABLE ALWAYS TRIGGER instalment_month_begins;
"""  # noqa: S608 - fixed names of this file
BACKWARDS = """
DROP FUNCTION contributions_instalment_plan_moves() CASCADE;
DROP FUNCTION contributions_instalment_terms_begin() CASCADE;
DROP FUNCTION contributions_instalment_month_begins() CASCADE;
GRANT UPDATE, DELETE ON contributions_instalmentplan, contributions_instalmentterms, contributions_instalmentmonth, contributions_instalmentlog
    TO kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [("contributions", "0067_instalments"), ("jobs", "0001_rights")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
