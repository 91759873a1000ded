"""Payments with the employer's own money that lies at the fund."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import kwsp_portal.fields


class Migration(migrations.Migration):
    dependencies = [
        ("contributions", "0062_voluntary"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CreditUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount", kwsp_portal.fields.MoneyField()),
            ],
            options={
                "verbose_name": "penggunaan wang majikan",
                "verbose_name_plural": "penggunaan wang majikan",
                "ordering": ("id",),
            },
        ),
        migrations.RemoveConstraint(
            model_name="payment",
            name="payment_method_known",
        ),
        migrations.AlterField(
            model_name="payment",
            name="method",
            field=models.CharField(
                choices=[("FPX", "FPX"), ("MAYBANK2U", "MAYBANK2U"), ("DDA", "DDA"), ("RECEIPT", "RECEIPT"), ("CREDIT", "CREDIT")],
                default="FPX",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(("method__in", ["FPX", "MAYBANK2U", "DDA", "RECEIPT", "CREDIT"])), name="payment_method_known"
            ),
        ),
        migrations.AddField(
            model_name="credituse",
            name="payment",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="made_of", to="contributions.payment"),
        ),
        migrations.AddField(
            model_name="credituse",
            name="source_payment",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="uses", to="contributions.payment"
            ),
        ),
        migrations.AddField(
            model_name="credituse",
            name="source_receipt",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="uses", to="contributions.receipt"
            ),
        ),
        migrations.AddConstraint(
            model_name="credituse",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="credit_use_amount_positive"),
        ),
        migrations.AddConstraint(
            model_name="credituse",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("source_payment__isnull", True), ("source_receipt__isnull", False)),
                    models.Q(("source_payment__isnull", False), ("source_receipt__isnull", True)),
                    _connector="OR",
                ),
                name="credit_use_of_one_source",
            ),
        ),
        migrations.AddConstraint(
            model_name="credituse",
            constraint=models.UniqueConstraint(
                fields=("payment", "source_payment", "source_receipt"), name="credit_use_of_a_source_once", nulls_distinct=False
            ),
        ),
    ]
