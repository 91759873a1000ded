"""What the portal's role may do, before any table of the portal exists.

Web and workers connect as kwsp_app. It reads and writes the ordinary tables; it owns nothing, so it can neither alter a table nor
switch a trigger off. Apps whose rows may never change (ledger, audit) take rights away again in a migration that depends on this one.
Additive and order-free: tables that exist now get the rights here, later ones by default.
"""

from django.db import migrations

GRANT = """
GRANT USAGE ON SCHEMA public TO kwsp_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO kwsp_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO kwsp_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO kwsp_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO kwsp_app;
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM kwsp_app;
"""

REVOKE = """
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE SELECT, INSERT, UPDATE, DELETE ON TABLES FROM kwsp_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE USAGE ON SEQUENCES FROM kwsp_app;
REVOKE USAGE ON ALL SEQUENCES IN SCHEMA public FROM kwsp_app;
REVOKE SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public FROM kwsp_app;
REVOKE USAGE ON SCHEMA public FROM kwsp_app;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunSQL(GRANT, REVOKE)]
