"""The guard of postings looks its accounts up one by one.

As `NOT EXISTS` the planner was free to read all accounts into a hash first, which it did where the first chunk of a connection was a
large one, and the plan stayed: each posting of that connection then read the whole register, 90 ms with 300,000 accounts. A subquery
for a value is never hashed.
"""

from django.db import migrations

BEFORE = "NOT EXISTS (SELECT FROM ledger_account WHERE ledger_account.id = new_rows.account_id)"
AFTER = "(SELECT true FROM ledger_account WHERE ledger_account.id = new_rows.account_id) IS NULL"


def _replaced(found: str, by: str) -> str:
    """The function as it stands, with one condition changed: what a later migration of it added stays."""
    return f"""
DO $do$
DECLARE
    text text := pg_get_functiondef('ledger_posting_whole()'::regprocedure);
BEGIN
    IF strpos(text, $found${found}$found$) = 0 THEN
        RAISE EXCEPTION 'ledger_posting_whole: the condition to be replaced was not found';
    END IF;
    EXECUTE replace(text, $found${found}$found$, $by${by}$by$);
END $do$;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_guards")]
    operations = [migrations.RunSQL(_replaced(BEFORE, AFTER), _replaced(AFTER, BEFORE))]
