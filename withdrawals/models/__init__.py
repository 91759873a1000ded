"""Tables of withdrawals."""

from withdrawals.models.applications import Application, ApplicationDocument, ApplicationLog, Decision, WithdrawalPayment

__all__ = ["Application", "ApplicationDocument", "ApplicationLog", "Decision", "WithdrawalPayment"]
