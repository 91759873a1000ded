"""Employer numbers, and appointments at a counter that are written once."""

from django.db import migrations

FORWARDS = """
REVOKE UPDATE, DELETE ON employers_appointment FROM kwsp_app;
CREATE SEQUENCE employers_number START 50000001 MAXVALUE 99999999 NO CYCLE;
GRANT USAGE ON SEQUENCE employers_number TO kwsp_app;
"""
BACKWARDS = """
DROP SEQUENCE employers_number;
GRANT UPDATE, DELETE ON employers_appointment TO kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [("employers", "0005_appointments"), ("jobs", "0001_rights")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
