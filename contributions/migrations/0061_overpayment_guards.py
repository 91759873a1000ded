"""What PostgreSQL holds for applications about what was paid too much: what was asked stays as it was, its state only goes forwards, rows come while
it is a draft, and who goes without a checker has chosen so."""

from django.db import migrations

NEXT = {
    "DRAFT": ("SUBMITTED", "DISCARDED"),
    "SUBMITTED": ("DRAFT", "APPLIED"),
    "APPLIED": ("HELD", "NOTHING", "REFUSED"),
    "HELD": ("SENT",),
    "RETURNED": ("SENT",),
    "SENT": ("PAID", "RETURNED"),
}
MOVES = ", ".join(f"('{state}', '{to}')" for state, many in NEXT.items() for to in many)

FORWARDS = f"""
REVOKE UPDATE, DELETE ON contributions_overpayment, contributions_overpaymentrow FROM kwsp_app;
GRANT UPDATE (state, flow, submitted_by_id, approved_by_id, applied_on, correction_id, decided_by_id, decided_on, comment, amount, hold_id)
    ON contributions_overpayment TO kwsp_app;
GRANT UPDATE (open) ON contributions_overpaymentrow TO kwsp_app;

CREATE FUNCTION contributions_overpayment_moves() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN ({MOVES}) THEN
        RAISE EXCEPTION 'overpayment %: found % after %, expected a state that comes after it', OLD.id, NEW.state, OLD.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'overpayment_moves';
    END IF;
    IF OLD.amount IS NOT NULL AND NEW.amount IS DISTINCT FROM OLD.amount THEN
        RAISE EXCEPTION 'overpayment %: found another amount than came back, expected it to stay', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'overpayment_moves';
    END IF;
    IF NEW.flow = 'SINGLE' AND OLD.flow <> 'SINGLE' AND 'SINGLE' IS DISTINCT FROM
        (SELECT c.flow FROM employers_flowchoice c JOIN contributions_filing f ON f.employer_id = c.employer_id
          WHERE f.id = NEW.filing_id ORDER BY c.id DESC LIMIT 1) THEN
        RAISE EXCEPTION 'overpayment %: found no checker, expected that its employer chose to do without one', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'overpayment_flow_as_chosen';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION contributions_overpayment_grows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM contributions_overpayment o JOIN contributions_filingrow r ON r.filing_id = o.filing_id
                    WHERE o.id = NEW.overpayment_id AND r.id = NEW.row_id AND o.state = 'DRAFT' AND r.status = 'VALID') THEN
        RAISE EXCEPTION 'overpayment %: found row %, expected a valid row of its own Borang A while it is a draft', NEW.overpayment_id, NEW.row_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'overpayment_grows';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION contributions_overpayment_moves(), contributions_overpayment_grows() FROM PUBLIC;

CREATE TRIGGER overpayment_moves BEFORE UPDATE ON contributions_overpayment FOR EACH ROW EXECUTE FUNCTION contributions_overpayment_moves();
CREATE TRIGGER overpayment_grows AFTER INSERT ON contributions_overpaymentrow FOR EACH ROW EXECUTE FUNCTION contributions_overpayment_grows();
ALTER TABLE contributions_overpayment ENABLE ALWAYS TRIGGER overpayment_moves;
ALTER TABLE contributions_overpaymentrow ENABLE ALWAYS TRIGGER overpayment_grows;
"""  # noqa: S608 - fixed names of this file
BACKWARDS = """
DROP FUNCTION contributions_overpayment_moves() CASCADE;
DROP FUNCTION contributions_overpayment_grows() CASCADE;
GRANT UPDATE, DELETE ON contributions_overpayment, contributions_overpaymentrow TO kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("contributions", "0060_overpayments"),
        ("ledger", "0018_overpayments_held"),
        ("members", "0016_overpayments_out"),
        ("employers", "0010_flow_choice_guards"),
        ("jobs", "0001_rights"),
    ]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
