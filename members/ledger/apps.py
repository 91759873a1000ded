from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "members.ledger"
    label = "ledger"
    verbose_name = "Lejar"
