"""What other parts call withdrawals for: sentences of notices."""

from withdrawals.services import news

news.register()
