"""A passport is known by its number and the country that issued it: two countries may give one number to two people.

Passports that were registered before have ICAO's letters for an unspecified country (XXX), until an officer corrects the register with the paper in
hand.
"""

from django.db import migrations, models

FORWARDS = "UPDATE members_member SET identity_country = 'XXX' WHERE identity_kind = 'PASSPORT'"


class Migration(migrations.Migration):
    dependencies = [("members", "0008_access_blocks")]

    operations = [
        migrations.AddField(
            model_name="member",
            name="identity_country",
            field=models.CharField(blank=True, db_default="", default="", max_length=3, verbose_name="Negara pengeluar pasport"),
        ),
        migrations.RunSQL(FORWARDS, migrations.RunSQL.noop),
        migrations.RemoveConstraint(model_name="member", name="member_identity_once"),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.UniqueConstraint(fields=("identity_kind", "identity_country", "identity_number"), name="member_identity_once"),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("identity_country__regex", "^[A-Z]{3}$"), ("identity_kind", "PASSPORT")),
                    models.Q(models.Q(("identity_kind", "PASSPORT"), _negated=True), ("identity_country", "")),
                    _connector="OR",
                ),
                name="member_passport_country",
            ),
        ),
    ]
