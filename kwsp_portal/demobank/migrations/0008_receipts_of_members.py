"""A file of receipts may be for a member nobody knows."""

from django.db import migrations, models

from kwsp_portal.demobank import enums


class Migration(migrations.Migration):
    dependencies = [("demobank", "0007_payouts")]
    operations = [
        migrations.AlterField(
            "receiptfile",
            "fault",
            models.CharField(choices=[(one.value, one.value) for one in enums.ReceiptFault], default=enums.ReceiptFault.NONE, max_length=20),
        )
    ]
