"""The chain over the trail, written once like the trail itself, and where its sealer has come to."""

import django.contrib.postgres.fields
from django.db import migrations, models

GUARDS = """
ALTER TABLE audit_seal ADD CONSTRAINT audit_seal_hash CHECK (octet_length(hash) = 32);
CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seal
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
ALTER TABLE audit_seal ENABLE ALWAYS TRIGGER audit_no_change;
REVOKE UPDATE, DELETE, TRUNCATE ON audit_seal FROM kwsp_app;
CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_verification
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
ALTER TABLE audit_verification ENABLE ALWAYS TRIGGER audit_no_change;
REVOKE UPDATE, DELETE, TRUNCATE ON audit_verification FROM kwsp_app;
REVOKE DELETE, TRUNCATE ON audit_watch FROM kwsp_app;
"""

UNGUARD = "ALTER TABLE audit_seal DROP CONSTRAINT audit_seal_hash;"


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_subjects")]
    operations = [
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("position", models.BigIntegerField(primary_key=True, serialize=False, verbose_name="Kedudukan")),
                ("seq", models.BigIntegerField(unique=True, verbose_name="No.")),
                ("hash", models.BinaryField(max_length=32)),
            ],
            options={
                "verbose_name": "meterai",
                "verbose_name_plural": "meterai",
                "constraints": [models.CheckConstraint(condition=models.Q(("position__gt", 0)), name="audit_seal_position")],
            },
        ),
        migrations.CreateModel(
            name="Watch",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("decided", models.BigIntegerField(default=0)),
                ("asked", models.BigIntegerField(null=True)),
                ("writers", django.contrib.postgres.fields.ArrayField(models.TextField(), default=list, size=None)),
                ("looked_at", models.DateTimeField(null=True)),
                ("anchored_at", models.DateTimeField(null=True)),
                ("anchored", models.BigIntegerField(default=0)),
                ("error", models.TextField(default="")),
            ],
            options={"constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="audit_watch_one")]},
        ),
        migrations.CreateModel(
            name="Verification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("began_at", models.DateTimeField(verbose_name="Bermula pada")),
                ("seconds", models.FloatField(verbose_name="Tempoh (saat)")),
                ("rows", models.BigIntegerField(verbose_name="Baris")),
                ("found", models.IntegerField(verbose_name="Penemuan")),
                ("findings", models.JSONField(default=list, verbose_name="Butiran")),
            ],
            options={
                "verbose_name": "pengesahan jejak audit",
                "verbose_name_plural": "pengesahan jejak audit",
                "ordering": ("-id",),
            },
        ),
        migrations.RunSQL(GUARDS, UNGUARD),
    ]
