"""A claim's guard compares a chunk with itself by hash, and its moves stay on the page.

Transition tables have no statistics: row by row, the guard compared every claim of a chunk with every other (5,000 x 5,000). A claim is updated
twice, when it is paid and when it is credited: with room on its page no index is written for that.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("contributions", "0096_counter_guards")]
    operations = [
        migrations.RunSQL(
            "ALTER FUNCTION contributions_incentive_claims_move() SET enable_nestloop = off",
            "ALTER FUNCTION contributions_incentive_claims_move() RESET enable_nestloop",
        ),
        migrations.RunSQL(
            "ALTER TABLE contributions_incentiveclaim SET (fillfactor = 50)",
            "ALTER TABLE contributions_incentiveclaim RESET (fillfactor)",
        ),
    ]
