from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0023_direct_debit"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="challenge",
            name="tac_purpose_known",
        ),
        migrations.AlterField(
            model_name="challenge",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("RECOVERY", "RECOVERY"),
                    ("NEW_DEVICE", "NEW_DEVICE"),
                    ("WITHDRAWAL", "WITHDRAWAL"),
                    ("BANK_ACCOUNT", "BANK_ACCOUNT"),
                    ("EMAIL", "EMAIL"),
                    ("EMPLOYER_APPROVAL", "EMPLOYER_APPROVAL"),
                    ("EMPLOYER_PAYMENT", "EMPLOYER_PAYMENT"),
                    ("ELECTION_APPROVAL", "ELECTION_APPROVAL"),
                    ("REPRESENTATIVES", "REPRESENTATIVES"),
                    ("APPROVAL_FLOW", "APPROVAL_FLOW"),
                    ("DIRECT_DEBIT", "DIRECT_DEBIT"),
                    ("API_TOKEN", "API_TOKEN"),
                    ("ACTIVATION_PHONE", "ACTIVATION_PHONE"),
                    ("AUTHENTICATOR", "AUTHENTICATOR"),
                    ("INITIAL_TRANSFER", "INITIAL_TRANSFER"),
                    ("SHARIAH", "SHARIAH"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="tokenuse",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("RECOVERY", "RECOVERY"),
                    ("NEW_DEVICE", "NEW_DEVICE"),
                    ("WITHDRAWAL", "WITHDRAWAL"),
                    ("BANK_ACCOUNT", "BANK_ACCOUNT"),
                    ("EMAIL", "EMAIL"),
                    ("EMPLOYER_APPROVAL", "EMPLOYER_APPROVAL"),
                    ("EMPLOYER_PAYMENT", "EMPLOYER_PAYMENT"),
                    ("ELECTION_APPROVAL", "ELECTION_APPROVAL"),
                    ("REPRESENTATIVES", "REPRESENTATIVES"),
                    ("APPROVAL_FLOW", "APPROVAL_FLOW"),
                    ("DIRECT_DEBIT", "DIRECT_DEBIT"),
                    ("API_TOKEN", "API_TOKEN"),
                    ("ACTIVATION_PHONE", "ACTIVATION_PHONE"),
                    ("AUTHENTICATOR", "AUTHENTICATOR"),
                    ("INITIAL_TRANSFER", "INITIAL_TRANSFER"),
                    ("SHARIAH", "SHARIAH"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="challenge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "purpose__in",
                        [
                            "RECOVERY",
                            "NEW_DEVICE",
                            "WITHDRAWAL",
                            "BANK_ACCOUNT",
                            "EMAIL",
                            "EMPLOYER_APPROVAL",
                            "EMPLOYER_PAYMENT",
                            "ELECTION_APPROVAL",
                            "REPRESENTATIVES",
                            "APPROVAL_FLOW",
                            "DIRECT_DEBIT",
                            "API_TOKEN",
                            "ACTIVATION_PHONE",
                            "AUTHENTICATOR",
                            "INITIAL_TRANSFER",
                            "SHARIAH",
                        ],
                    )
                ),
                name="tac_purpose_known",
            ),
        ),
    ]
