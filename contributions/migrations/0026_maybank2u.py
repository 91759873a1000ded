from django.db import migrations, models

METHODS = ["FPX", "MAYBANK2U"]


class Migration(migrations.Migration):
    dependencies = [("contributions", "0025_settlement_guards")]

    operations = [
        migrations.RemoveConstraint(model_name="payment", name="payment_method_known"),
        migrations.AlterField(
            model_name="payment",
            name="method",
            field=models.CharField(choices=[(method, method) for method in METHODS], default="FPX", max_length=10),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(condition=models.Q(method__in=METHODS), name="payment_method_known"),
        ),
    ]
