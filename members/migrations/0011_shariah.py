"""Simpanan Shariah is chosen once and for good, for the next year: neither the choice nor its day on the register is ever changed."""

import datetime

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import ExtractYear

FORWARDS = """
REVOKE ALL ON members_shariahchoice FROM PUBLIC, kwsp_app;
GRANT SELECT, INSERT ON members_shariahchoice TO kwsp_app;
CREATE TRIGGER shariah_choice_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON members_shariahchoice
    FOR EACH STATEMENT EXECUTE FUNCTION members_dividend_stays();
ALTER TABLE members_shariahchoice ENABLE ALWAYS TRIGGER shariah_choice_stays;
CREATE TRIGGER shariah_for_good BEFORE UPDATE OF shariah_from ON members_member FOR EACH ROW
    WHEN (OLD.shariah_from IS NOT NULL AND NEW.shariah_from IS DISTINCT FROM OLD.shariah_from)
    EXECUTE FUNCTION members_dividend_stays();
ALTER TABLE members_member ENABLE ALWAYS TRIGGER shariah_for_good;
"""
BACKWARDS = """
DROP TRIGGER shariah_for_good ON members_member;
DROP TRIGGER shariah_choice_stays ON members_shariahchoice;
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0010_dividends")]
    operations = [
        migrations.CreateModel(
            name="ShariahChoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("chosen_on", models.DateField(verbose_name="Dipilih pada")),
                ("chosen_at", models.DateTimeField(verbose_name="Masa")),
                ("from_date", models.DateField(verbose_name="Mulai")),
                (
                    "member",
                    models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="shariah_choice", to="members.member"),
                ),
            ],
            options={
                "verbose_name": "pilihan Simpanan Shariah",
                "verbose_name_plural": "pilihan Simpanan Shariah",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            from_date__month=1,
                            from_date__day=1,
                            from_date__year=ExtractYear("chosen_on") + 1,
                            from_date__gte=datetime.date(2017, 1, 1),
                        ),
                        name="shariah_from_next_year",
                    )
                ],
            },
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
