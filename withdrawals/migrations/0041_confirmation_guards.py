"""What PostgreSQL holds for confirmations: never changed. The day on which an application came by post is written with its draft, once."""

from django.db import migrations

FORWARDS = """
REVOKE UPDATE, DELETE ON withdrawals_confirmation FROM kwsp_app;
"""
BACKWARDS = """
GRANT UPDATE, DELETE ON withdrawals_confirmation TO kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [("withdrawals", "0040_confirmations"), ("jobs", "0001_rights")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
