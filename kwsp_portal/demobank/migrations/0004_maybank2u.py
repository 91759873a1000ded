from django.db import migrations, models

import kwsp_portal.demobank.enums


class Migration(migrations.Migration):
    dependencies = [
        ("demobank", "0003_settlement"),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="way",
            field=models.CharField(
                choices=[("FPX", "FPX"), ("MAYBANK2U", "MAYBANK2U")], default=kwsp_portal.demobank.enums.Way["FPX"], max_length=10
            ),
        ),
    ]
