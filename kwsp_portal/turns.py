"""One after the other where there is no row yet that could be locked: a number that is nobody's, an identity nobody was appointed with."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


def take(*, errand: str, name: str) -> None:
    """Wait until nobody else holds this turn; it is held until the open transaction ends. Raises RuntimeError outside of one."""
    if not connection.in_atomic_block:
        raise RuntimeError("turns.take() was called outside transaction.atomic(); the turn would end at once")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s), hashtext(%s))", [errand, name])


@contextmanager
def counted(*, errand: str, name: str, refused: type[Exception] | tuple[type[Exception], ...]) -> Iterator[None]:
    """A transaction with this turn, for what may be done so and so often: count, do and write it down, and those sent at once count, too.

    `refused` leaves it only when it is over: what refused kept in the trail has been counted by whoever comes next.
    """
    refusal: Exception | None = None
    with transaction.atomic():
        take(errand=errand, name=name)
        try:
            yield
        except refused as error:
            refusal = error
    if refusal is not None:
        raise refusal
