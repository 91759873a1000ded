"""Who moved a filing is never rewritten: by this log the portal knows who declared it correct, and they may not approve it."""

from django.db import migrations

REVOKE = "REVOKE UPDATE, DELETE ON contributions_filinglog FROM kwsp_app"
GRANT = "GRANT UPDATE, DELETE ON contributions_filinglog TO kwsp_app"


class Migration(migrations.Migration):
    dependencies = [("contributions", "0001_initial"), ("jobs", "0001_rights")]
    operations = [migrations.RunSQL(REVOKE, GRANT)]
