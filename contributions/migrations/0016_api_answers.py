"""The first answer of the API to a key, written once: an act that was answered stays answered so, whatever the portal's role tries."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARDS = """
REVOKE UPDATE, DELETE ON contributions_apianswer FROM kwsp_app;

CREATE FUNCTION contributions_answer_is_kept() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE restrict_violation USING MESSAGE = format('api_answer_is_kept: %s of %s is refused', TG_OP, TG_TABLE_NAME);
END $$;
REVOKE ALL ON FUNCTION contributions_answer_is_kept() FROM PUBLIC;

CREATE TRIGGER api_answer_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON contributions_apianswer
    FOR EACH STATEMENT EXECUTE FUNCTION contributions_answer_is_kept();
ALTER TABLE contributions_apianswer ENABLE ALWAYS TRIGGER api_answer_is_kept;
"""
UNGUARDED = """
DROP FUNCTION contributions_answer_is_kept() CASCADE;
GRANT UPDATE, DELETE ON contributions_apianswer TO kwsp_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0001_rights"),
        ("contributions", "0015_every_file"),
        ("employers", "0012_appointment_proposal_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("identity", "0011_token_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=200)),
                ("method", models.CharField(max_length=6)),
                ("path", models.CharField(max_length=200)),
                ("digest", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField()),
                ("headers", models.JSONField()),
                ("body", models.BinaryField()),
                ("at", models.DateTimeField(verbose_name="Masa")),
                (
                    "employer",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="employers.employer"),
                ),
                (
                    "token",
                    models.ForeignKey(
                        db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.KNOX_TOKEN_MODEL
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "verbose_name": "jawapan API",
                "verbose_name_plural": "jawapan API",
                "ordering": ("-id",),
                "constraints": [
                    models.UniqueConstraint(fields=("employer", "user", "key"), name="api_answer_key_once"),
                    models.CheckConstraint(condition=models.Q(("key__regex", "^[!-~]{1,200}$")), name="api_answer_key_form"),
                    models.CheckConstraint(condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")), name="api_answer_digest_form"),
                    models.CheckConstraint(condition=models.Q(("status__gte", 200), ("status__lt", 500)), name="api_answer_is_an_outcome"),
                ],
            },
        ),
        migrations.RunSQL(GUARDS, UNGUARDED),
    ]
