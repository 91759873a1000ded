"""What one officer proposed is what the other approves: written once; kwsp_app may add the decision and what came of it."""

from django.db import migrations

FORWARDS = """
REVOKE UPDATE, DELETE ON employers_appointmentproposal FROM kwsp_app;
GRANT UPDATE (state, decided_by_id, decided_on, decided_at, comment, appointment_id) ON employers_appointmentproposal TO kwsp_app;
"""
BACKWARDS = "GRANT UPDATE, DELETE ON employers_appointmentproposal TO kwsp_app;"


class Migration(migrations.Migration):
    dependencies = [("employers", "0011_appointment_proposals"), ("jobs", "0001_rights")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
