"""What somebody was told, and that they read it, stays: kwsp_app may add and read, nothing else."""

from django.db import migrations

WRITTEN_ONCE = "notify_notice, notify_reading"


class Migration(migrations.Migration):
    dependencies = [("notify", "0001_initial"), ("jobs", "0001_rights")]
    operations = [
        migrations.RunSQL(f"REVOKE UPDATE, DELETE ON {WRITTEN_ONCE} FROM kwsp_app;", f"GRANT UPDATE, DELETE ON {WRITTEN_ONCE} TO kwsp_app;"),
    ]
