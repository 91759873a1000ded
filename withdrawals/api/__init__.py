"""The API of withdrawals."""
