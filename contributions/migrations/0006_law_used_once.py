"""By which law a filing was reckoned is written once."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("contributions", "0005_law_used"), ("jobs", "0001_rights")]
    operations = [
        migrations.RunSQL(
            "REVOKE UPDATE, DELETE ON contributions_lawused FROM kwsp_app;", "GRANT UPDATE, DELETE ON contributions_lawused TO kwsp_app;"
        ),
    ]
