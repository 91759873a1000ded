"""What `check_ledger` says of withdrawals, members and the ledger itself: tests bring savings from nowhere, which contributions name rightly."""

from members.ledger import invariants


def unsound() -> list[str]:
    return [f"{one.name}: {one.findings}" for one in invariants.broken() if not one.name.startswith("contributions.")]
