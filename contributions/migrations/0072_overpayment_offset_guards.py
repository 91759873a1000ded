"""What PostgreSQL holds for the way in which an employer has back what it paid too much: it is chosen in a draft, while KWSP looks at it, and until a
payout file has the money."""

from importlib import import_module

from django.db import migrations

FIRST = import_module("contributions.migrations.0061_overpayment_guards")

NEXT = {
    **FIRST.NEXT,
    "APPLIED": (*FIRST.NEXT["APPLIED"], "OFFSET"),
    "HELD": ("SENT", "OFFSET"),
    "RETURNED": ("SENT", "OFFSET"),
    "OFFSET": ("HELD",),
}
MOVES = ", ".join(f"('{state}', '{to}')" for state, many in NEXT.items() for to in many)
_BODY = """
CREATE OR REPLACE FUNCTION contributions_overpayment_moves() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN ({moves}) THEN
        RAISE EXCEPTION 'overpayment %: found % after %, expected a state that comes after it', OLD.id, NEW.state, OLD.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'overpayment_moves';
    END IF;
    {how}
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
"""
# Where the money is, `overpayment_goes_as_chosen` compares with the choice.
HOW = """
    IF NEW.how <> OLD.how AND NOT (NEW.state = OLD.state AND OLD.state IN ('DRAFT', 'APPLIED')
                                   OR OLD.state IN ('HELD', 'RETURNED', 'OFFSET') AND NEW.state IN ('HELD', 'OFFSET')) THEN
        RAISE EXCEPTION 'overpayment %: found another way of having it back in %, expected the one that was chosen', OLD.id, OLD.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'overpayment_moves';
    END IF;
"""
FORWARDS = _BODY.format(moves=MOVES, how=HOW) + "GRANT UPDATE (how) ON contributions_overpayment TO kwsp_app;"
BACKWARDS = "REVOKE UPDATE (how) ON contributions_overpayment FROM kwsp_app;" + _BODY.format(moves=FIRST.MOVES, how="")


class Migration(migrations.Migration):
    dependencies = [("contributions", "0071_overpayment_offset")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
