"""What PostgreSQL holds for registrations, e-Kasih spans and lists: each is written once and never deleted; a span gets its end once; a list's rows
come while it waits, what became of them while it is followed, and its state only goes forwards."""

from django.db import migrations

NEXT = {
    "WAITS": ("REFUSED", "WITHDRAWN", "TAKEN"),
    "TAKEN": ("FOLLOWED",),
}
MOVES = ", ".join(f"('{state}', '{to}')" for state, many in NEXT.items() for to in many)

FORWARDS = f"""
REVOKE UPDATE, DELETE ON contributions_incentiveregistration, contributions_ekasihspan FROM kwsp_app;
REVOKE UPDATE, DELETE ON contributions_ekasihlist, contributions_ekasihrow FROM kwsp_app;
GRANT UPDATE (last, ended_why, ended_by_id) ON contributions_incentiveregistration TO kwsp_app;
GRANT UPDATE (last) ON contributions_ekasihspan TO kwsp_app;
GRANT UPDATE (state, decided_by_id, decided_on, comment, dropped, followed_on) ON contributions_ekasihlist TO kwsp_app;
GRANT UPDATE (fate) ON contributions_ekasihrow TO kwsp_app;

CREATE FUNCTION contributions_span_ends_once() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.last IS NOT NULL THEN
        RAISE EXCEPTION '% %: found another end, expected the first to stay', TG_TABLE_NAME, OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'span_ends_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER registration_ends_once BEFORE UPDATE ON contributions_incentiveregistration
    FOR EACH ROW EXECUTE FUNCTION contributions_span_ends_once();
CREATE TRIGGER ekasih_span_ends_once BEFORE UPDATE ON contributions_ekasihspan
    FOR EACH ROW EXECUTE FUNCTION contributions_span_ends_once();

CREATE FUNCTION contributions_ekasih_list_moves() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN ({MOVES}) THEN
        RAISE EXCEPTION 'e-Kasih list %: found % after %, expected a state that comes after it', OLD.id, NEW.state, OLD.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ekasih_list_moves';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ekasih_list_moves BEFORE UPDATE ON contributions_ekasihlist
    FOR EACH ROW EXECUTE FUNCTION contributions_ekasih_list_moves();

CREATE FUNCTION contributions_ekasih_row_stays() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE stands text;
BEGIN
    SELECT state INTO stands FROM contributions_ekasihlist WHERE id = NEW.of_id;
    IF TG_OP = 'INSERT' AND stands <> 'WAITS' OR TG_OP = 'UPDATE' AND (stands <> 'TAKEN' OR OLD.fate <> 'LISTED') THEN
        RAISE EXCEPTION 'e-Kasih list %: found a row that comes or changes while it is %, expected what was decided on to stay', NEW.of_id, stands
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ekasih_row_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ekasih_row_stays BEFORE INSERT OR UPDATE ON contributions_ekasihrow
    FOR EACH ROW EXECUTE FUNCTION contributions_ekasih_row_stays();
ALTER TABLE contributions_incentiveregistration ENABLE ALWAYS TRIGGER registration_ends_once;
ALTER TABLE contributions_ekasihspan ENABLE ALWAYS TRIGGER ekasih_span_ends_once;
ALTER TABLE contributions_ekasihlist ENABLE ALWAYS TRIGGER ekasih_list_moves;
ALTER TABLE contributions_ekasihrow ENABLE ALWAYS TRIGGER ekasih_row_stays;
"""  # noqa: S608 - fixed names of this file
BACKWARDS = """
DROP FUNCTION contributions_span_ends_once() CASCADE;
DROP FUNCTION contributions_ekasih_list_moves() CASCADE;
DROP FUNCTION contributions_ekasih_row_stays() CASCADE;
GRANT UPDATE, DELETE ON contributions_incentiveregistration, contributions_ekasihspan, contributions_ekasihlist, contributions_ekasihrow TO kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("contributions", "0083_incentive_registrations"),
        ("jobs", "0001_rights"),
    ]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
