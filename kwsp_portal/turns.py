"""One after the other where there is no row yet that could be locked: a number that is nobody's, an identity nobody was appointed with."""

from django.db import connection


def take(*, errand: str, name: str) -> None:
    """Wait until nobody else holds this turn; it is held until the open transaction ends. Raises RuntimeError outside of one."""
    if not connection.in_atomic_block:
        raise RuntimeError("turns.take() was called outside transaction.atomic(); the turn would end at once")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s), hashtext(%s))", [errand, name])
