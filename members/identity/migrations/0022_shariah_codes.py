from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0021_recovery_ask_challenge"),
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
                    ("API_TOKEN", "API_TOKEN"),
                    ("ACTIVATION_PHONE", "ACTIVATION_PHONE"),
                    ("AUTHENTICATOR", "AUTHENTICATOR"),
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
                    ("API_TOKEN", "API_TOKEN"),
                    ("ACTIVATION_PHONE", "ACTIVATION_PHONE"),
                    ("AUTHENTICATOR", "AUTHENTICATOR"),
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
                            "API_TOKEN",
                            "ACTIVATION_PHONE",
                            "AUTHENTICATOR",
                            "SHARIAH",
                        ],
                    )
                ),
                name="tac_purpose_known",
            ),
        ),
    ]
