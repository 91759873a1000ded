"""How an employer's filings were approved from when on stays known: a choice is written once."""

from django.db import migrations

FORWARDS = "REVOKE UPDATE, DELETE ON employers_flowchoice FROM kwsp_app;"
BACKWARDS = "GRANT UPDATE, DELETE ON employers_flowchoice TO kwsp_app;"


class Migration(migrations.Migration):
    dependencies = [("employers", "0009_flow_choices"), ("jobs", "0001_rights")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
