"""The index of accounts by holder no longer carries their ids.

With them it answered a look-up by id on its own, read from end to end: PostgreSQL chose that where its statistics said that there are no
accounts (an ANALYZE during the first large chunk), and each posting then read the whole register: 16 million rows for 600 acts.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0006_freezing")]
    operations = [
        migrations.RemoveConstraint("account", "ledger_account_once"),
        migrations.AddConstraint("account", models.UniqueConstraint(fields=["holder_kind", "holder_id", "code"], name="ledger_account_once")),
    ]
