"""Who acts for an employer is written once: kwsp_app may add the removal, and nothing else; what an employer's person could do when stays known."""

from django.db import migrations

FORWARDS = """
REVOKE UPDATE, DELETE ON employers_representative FROM kwsp_app;
GRANT UPDATE (removed_on, removed_by_id) ON employers_representative TO kwsp_app;
"""
BACKWARDS = "GRANT UPDATE, DELETE ON employers_representative TO kwsp_app;"


class Migration(migrations.Migration):
    dependencies = [("employers", "0007_appointed_by")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
