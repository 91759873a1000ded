"""Rows that are written once: who moved a filing (whoever declared it correct may not approve it), and what the bank said."""

from django.db import migrations

REVOKE = "REVOKE UPDATE, DELETE ON contributions_filinglog, contributions_paymentmessage FROM kwsp_app"
GRANT = "GRANT UPDATE, DELETE ON contributions_filinglog, contributions_paymentmessage TO kwsp_app"


class Migration(migrations.Migration):
    dependencies = [("contributions", "0001_initial"), ("jobs", "0001_rights")]
    operations = [migrations.RunSQL(REVOKE, GRANT)]
