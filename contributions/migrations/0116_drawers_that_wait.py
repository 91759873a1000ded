from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contributions", "0111_monthly_debit_guards")]

    operations = [
        migrations.AddIndex(
            model_name="counterdrawer",
            index=models.Index(condition=models.Q(("state", "COUNTED")), fields=["counted_at"], name="drawer_waits"),
        ),
    ]
