"""Kinds of notice and message of the tests' own."""

from collections.abc import Iterator

import pytest

from kwsp_portal.notify import kinds
from members.explanations import amount

CODE, TAC, PASSWORD = "TEST_NEWS", "TEST_TAC", "TEST_PASSWORD"
KINDS = {
    CODE: kinds.Kind(subject="Peti masuk", paragraphs=("Jumlah: %(sum)s", "%(name)s"), show={"sum": amount}, action="Utama"),
    TAC: kinds.Kind(
        subject="TAC",
        paragraphs=("%(tac)s: %(sum)s, %(name)s.", "KWSP tidak pernah meminta TAC."),
        show={"sum": amount},
        secrets=("tac",),
        one_time_code="tac",
    ),
    PASSWORD: kinds.Kind(subject="ID", paragraphs=("ID %(user_id)s, %(password)s",), show={}, secrets=("password",)),
}


@pytest.fixture(autouse=True)
def _kinds() -> Iterator[None]:
    for code, kind in KINDS.items():
        kinds.register(code, kind)
    yield
    for code in KINDS:
        del kinds.KINDS[code]
    kinds._places.cache_clear()
