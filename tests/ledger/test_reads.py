"""What posting reads: its own accounts, however many others there are and whatever PostgreSQL believes about their number."""

import pytest
from django.db import connection

from members.ledger import posting
from tests.conftest import owner_connection
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


def analyse_as_another() -> None:
    """As autovacuum does at any moment: it counts the rows of open transactions as none, and says so to the planner."""
    with owner_connection(connection.settings_dict["NAME"]) as owner:
        owner.cursor().execute("ANALYZE ledger_account, ledger_balance, ledger_entry, ledger_posting")


@pytest.mark.parametrize("analysed", [False, True])
def test_the_accounts_of_others_are_not_read(analysed):
    """A guard that reads all accounts for every chunk costs a second a chunk in a register of a million; for every posting, hours."""
    open_accounts(range(1, MEMBERS + 1))
    if analysed:
        analyse_as_another()
    alone = fetched(1)
    open_accounts(range(MEMBERS + 1, 5 * MEMBERS))
    if analysed:
        analyse_as_another()

    assert fetched(MEMBERS + 1) <= alone * 1.1
