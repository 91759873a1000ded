"""A counter asks for representatives of a name: whether somebody said to be new is a user already."""

import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("identity", "0025_refund_account")]

    operations = [
        migrations.AddIndex(
            model_name="user",
            index=models.Index(
                django.db.models.functions.text.Upper("name"), condition=models.Q(("role", "REPRESENTATIVE")), name="user_representative_name"
            ),
        ),
    ]
