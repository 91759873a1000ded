"""Who mended what, and what it was before, is written once."""

from django.db import migrations

TABLES = "contributions_mending, contributions_rowmend"


class Migration(migrations.Migration):
    dependencies = [("contributions", "0018_mending"), ("jobs", "0001_rights")]
    operations = [migrations.RunSQL(f"REVOKE UPDATE, DELETE ON {TABLES} FROM kwsp_app;", f"GRANT UPDATE, DELETE ON {TABLES} TO kwsp_app;")]
