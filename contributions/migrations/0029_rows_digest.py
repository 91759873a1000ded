"""What a Borang A says, whatever its file is called and however it is written: the same list is recognised.
And which later file the one that could not go on gave way to."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contributions", "0028_direct_debit_guards"),
    ]

    operations = [
        migrations.AddField(
            model_name="filing",
            name="gave_way_to",
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="contributions.filing"),
        ),
        migrations.AddField(
            model_name="filing",
            name="rows_digest",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
    ]
