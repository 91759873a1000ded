"""What PostgreSQL holds for what a KWSP 14 brought back and its employer uses: no more than came back, while it is an offset; what was used is no
refund any more."""

# ruff: noqa: S608 - every text comes from this file and from the two before it

from importlib import import_module

from django.db import migrations

FIRST = import_module("contributions.migrations.0064_credit_use_guards")
LAST = import_module("contributions.migrations.0072_overpayment_offset_guards")

_START = FIRST.FORWARDS.index("CREATE FUNCTION contributions_credit_use_is_left()")
_END = FIRST.FORWARDS.index("CREATE FUNCTION contributions_refund_is_left()")
BEFORE = FIRST.FORWARDS[_START:_END].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)
_RECEIPT = "    ELSE\n        SELECT r.employer_id"
AFTER = BEFORE.replace(
    _RECEIPT,
    """    ELSIF NEW.source_overpayment_id IS NOT NULL THEN
        SELECT f.employer_id, o.amount INTO owned, remains FROM contributions_overpayment o JOIN contributions_filing f ON f.id = o.filing_id
         WHERE o.id = NEW.source_overpayment_id AND o.state = 'OFFSET' FOR NO KEY UPDATE OF o;
        remains := remains
            - coalesce((SELECT sum(u.amount) FROM contributions_credituse u WHERE u.source_overpayment_id = NEW.source_overpayment_id), 0);
"""
    + _RECEIPT,
)
USED = """
    IF OLD.state = 'OFFSET' AND NEW.state <> 'OFFSET' AND EXISTS (SELECT FROM contributions_credituse u WHERE u.source_overpayment_id = OLD.id) THEN
        RAISE EXCEPTION 'overpayment %: found % after its money was used, expected it to stay an offset', OLD.id, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'overpayment_moves';
    END IF;
"""
FORWARDS = AFTER + LAST._BODY.format(moves=LAST.MOVES, how=LAST.HOW + USED)
BACKWARDS = BEFORE + LAST._BODY.format(moves=LAST.MOVES, how=LAST.HOW)


class Migration(migrations.Migration):
    dependencies = [("contributions", "0091_offset_pays")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
