"""What was issued at a counter or kiosk is written once: kwsp_app may add that it ended, and how far the activation has come."""

from django.db import migrations

FORWARDS = """
REVOKE UPDATE, DELETE ON identity_invitation FROM kwsp_app;
GRANT UPDATE (used_at, voided_at, progress) ON identity_invitation TO kwsp_app;
"""
BACKWARDS = "GRANT UPDATE, DELETE ON identity_invitation TO kwsp_app;"


class Migration(migrations.Migration):
    dependencies = [("identity", "0002_invitations"), ("jobs", "0001_rights")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
