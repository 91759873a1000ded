from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contributions", "0112_claims_lead_somewhere")]

    operations = [
        migrations.AddIndex(
            model_name="counterdrawer",
            index=models.Index(condition=models.Q(("state", "COUNTED")), fields=["counted_at"], name="drawer_waits"),
        ),
    ]
