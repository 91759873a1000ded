"""Pages of withdrawals: a member's own, and everybody's."""
