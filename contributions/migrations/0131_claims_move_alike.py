"""Thousands of claims that move alike (all of one run, from one state to one other) are looked at by column, and pair by pair where they are not.

What finds each claim's row before beside its row after, is a quarter of the UPDATE that credits twenty thousand (docs/benchmarks.md). The short way
only ever says that all is well; whatever it does not know is judged as before.
"""

from importlib import import_module

from django.db import migrations

before = import_module("contributions.migrations.0118_claims_stay_by_statement").MOVE
HEAD, _declared, BODY = before[: before.index("DROP FUNCTION")].partition("    skips boolean;\nBEGIN\n")
ALIKE = """    skips boolean;
    old record;
    new record;
BEGIN
    SELECT min(state) AS state, max(state) AS other, min(run_id) AS run, max(run_id) AS another, array_agg(id) AS ids,
           array_agg(member_id) AS members, bool_or(appealed_on IS NOT NULL) AS appealed
      INTO old FROM was;
    SELECT min(state) AS state, max(state) AS other, min(run_id) AS run, max(run_id) AS another, array_agg(id) AS ids,
           array_agg(member_id) AS members, min(credited_on) AS first
      INTO new FROM now;
    IF (old.state, old.run, new.state, new.run) = (old.other, old.another, new.other, old.run) AND new.run = new.another
        AND old.ids = new.ids AND old.members = new.members AND NOT old.appealed
        AND (old.state, new.state) IN (('RECEIVED', 'CREDITED'), ('CLAIMED', 'RECEIVED'), ('CLAIMED', 'REFUSED'))
        AND EXISTS (SELECT FROM contributions_incentiverun
                     WHERE id = new.run AND state = 'RECEIVED' AND (new.state <> 'CREDITED' OR new.first >= credits_from)) THEN
        RETURN NULL;
    END IF;
"""


class Migration(migrations.Migration):
    dependencies = [("contributions", "0129_return_payee_guards")]
    operations = [migrations.RunSQL(HEAD + ALIKE + BODY, HEAD + _declared + BODY)]
