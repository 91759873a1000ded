"""A representative's passport is known by its number and the country that issued it, as a member's is (members 0009).

Papers that were recorded before have ICAO's letters for an unspecified country (XXX): they may be of any, until their holder is appointed again.
"""

from django.db import migrations, models

FORWARDS = """
UPDATE employers_appointment SET identity_country = 'XXX' WHERE identity_kind = 'PASSPORT';
UPDATE employers_appointmentproposal SET identity_country = 'XXX' WHERE identity_kind = 'PASSPORT';
"""
PASSPORTS_HAVE_ONE = models.Q(
    models.Q(("identity_country__regex", "^[A-Z]{3}$"), ("identity_kind", "PASSPORT")),
    models.Q(models.Q(("identity_kind", "PASSPORT"), _negated=True), ("identity_country", "")),
    _connector="OR",
)


def _country() -> "models.CharField[str, str]":
    return models.CharField(blank=True, db_default="", default="", max_length=3, verbose_name="Negara pengeluar pasport")


class Migration(migrations.Migration):
    dependencies = [("employers", "0014_identity_guard"), ("identity", "0026_names_of_representatives")]

    operations = [
        migrations.AddField(model_name="appointment", name="identity_country", field=_country()),
        migrations.AddField(model_name="appointmentproposal", name="identity_country", field=_country()),
        migrations.RunSQL(FORWARDS, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="appointment", constraint=models.CheckConstraint(condition=PASSPORTS_HAVE_ONE, name="appointment_passport_country")
        ),
        migrations.AddConstraint(
            model_name="appointmentproposal",
            constraint=models.CheckConstraint(condition=PASSPORTS_HAVE_ONE, name="appointment_proposal_passport_country"),
        ),
        migrations.RemoveConstraint(model_name="appointmentproposal", name="appointment_proposal_one_open"),
        migrations.AddConstraint(
            model_name="appointmentproposal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "PROPOSED")),
                fields=("employer", "identity_kind", "identity_country", "identity_number"),
                name="appointment_proposal_one_open",
            ),
        ),
    ]
