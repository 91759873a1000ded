"""Files that are larger than what a layer may copy: kept and read in pieces, byte for byte."""

import hashlib

import pytest

from contributions.borang_a import layout, reader
from contributions.borang_a.problem import FileProblem
from kwsp_portal.documents import content
from kwsp_portal.documents.models import StoredFile
from tests import factories
from tests.contributions.sheets import GOOD, added, xlsx

pytestmark = pytest.mark.django_db
EVERY_BYTE = bytes(range(256)) * 40


@pytest.mark.parametrize("size", [0, 1, 999, 1_000, 1_001, 10_240])
def test_a_file_comes_back_byte_for_byte_whatever_the_pieces(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "PIECE", 1_000)
    by = factories.UserFactory()
    sent = EVERY_BYTE[:size]

    kept = content.keep(name="C:\\gaji\\nama '\t.csv", otherwise="x", content=sent, sha256=hashlib.sha256(sent).hexdigest(), by_id=by.pk)  # type: ignore[attr-defined]

    stored = StoredFile.objects.get(pk=kept.pk)
    assert (bytes(stored.content), content.read(kept.pk)) == (sent, sent)
    assert (stored.name, stored.size, stored.uploaded_by_id, stored.sha256) == ("nama '\t.csv", size, by.pk, kept.sha256)  # type: ignore[attr-defined]
    assert stored.uploaded_at == kept.uploaded_at
    assert factories.StoredFileFactory(uploaded_by=by).pk == kept.pk + 1  # type: ignore[attr-defined]


def test_a_file_without_a_name_is_given_one_and_one_that_is_not_there_is_not_read() -> None:
    kept = content.keep(name="a/\0", otherwise="borang-a.csv", content=b"x", sha256="0" * 64, by_id=factories.UserFactory().pk)  # type: ignore[attr-defined]

    assert StoredFile.objects.get(pk=kept.pk).name == "a"
    with pytest.raises(StoredFile.DoesNotExist):
        content.read(kept.pk + 1)


def test_a_workbook_may_have_less_than_a_list_of_text(monkeypatch: pytest.MonkeyPatch) -> None:
    book = added(xlsx(GOOD), "xl/media/{}.png", b"x")
    monkeypatch.setattr(layout, "MAX_BOOK_BYTES", len(book) - 1)

    with pytest.raises(FileProblem) as refused:
        reader.check(book, max_bytes=100 << 20)
    reader.check(f"{layout.HEADER}\n30000001,900101-14-0001,LIM WEI MING,6250.00,756,693\n".encode() + b"\n" * len(book), max_bytes=100 << 20)

    assert refused.value.problem.code == "TOO_BIG"
