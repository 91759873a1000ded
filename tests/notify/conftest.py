"""A kind of notice of the tests' own, and people with an inbox."""

from collections.abc import Iterator

import pytest

from kwsp_portal.notify import kinds
from members.explanations import amount

CODE = "TEST_NEWS"


@pytest.fixture(autouse=True)
def _a_kind() -> Iterator[None]:
    kind = kinds.Kind(subject="Peti masuk", paragraphs=("Jumlah: %(sum)s", "%(name)s"), show={"sum": amount}, action="Utama")
    kinds.register(CODE, kind)
    yield
    del kinds.KINDS[CODE]
    kinds._places.cache_clear()
