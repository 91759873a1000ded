"""The law that figures were reckoned by stays as it was: kwsp_app may add and read, nothing else."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("editions", "0001_initial"), ("jobs", "0001_rights")]
    operations = [
        migrations.RunSQL("REVOKE UPDATE, DELETE ON editions_edition FROM kwsp_app;", "GRANT UPDATE, DELETE ON editions_edition TO kwsp_app;"),
    ]
