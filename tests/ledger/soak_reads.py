"""What posting reads: its own accounts, however many others there are."""

import pytest
from django.db import connection

from members.ledger import posting
from tests.ledger.acts import DAY, contribution, value

pytestmark = pytest.mark.django_db
MEMBERS = 600


def fetched(first_ref: int) -> int:
    """Rows of the register of accounts that PostgreSQL read for one chunk, with plans made for it."""
    before = "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'ledger_account'"
    with connection.cursor() as cursor:
        cursor.execute("DISCARD PLANS")
    start = value(before)
    posting.post_many(contribution(first_ref + number, number + 1) for number in range(MEMBERS))
    return value(before) - start


def open_accounts(members: range) -> None:
    codes = ("PERSARAAN", "SEJAHTERA", "FLEKSIBEL")
    posting.accounts_for([posting.member(number, code) for number in members for code in codes], opened_on=DAY)


def test_the_accounts_of_others_are_not_read():
    """A guard that reads all accounts for every chunk costs a second a chunk in a register of a million."""
    open_accounts(range(1, MEMBERS + 1))
    alone = fetched(1)
    open_accounts(range(MEMBERS + 1, 5 * MEMBERS))

    assert fetched(MEMBERS + 1) <= alone * 1.1
