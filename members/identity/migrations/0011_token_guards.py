"""A token is given once; that it was used or revoked is added."""

from django.db import migrations

FORWARDS = """
REVOKE UPDATE, DELETE ON identity_apitoken FROM kwsp_app;
GRANT UPDATE (used_at, revoked_at) ON identity_apitoken TO kwsp_app;
"""
BACKWARDS = "GRANT UPDATE, DELETE ON identity_apitoken TO kwsp_app;"


class Migration(migrations.Migration):
    dependencies = [("identity", "0010_drafts_and_tokens"), ("jobs", "0001_rights")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
