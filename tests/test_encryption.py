"""Secrets at rest: only the key and the purpose they were written with read them."""

from typing import Any

import pytest
from django.core.exceptions import FieldError, ImproperlyConfigured

from kwsp_portal import encryption
from kwsp_portal.encryption import CannotDecrypt, EncryptedTextField
from kwsp_portal.notify.models import Message

OLD, NEW = "old:" + "a" * 40, "new:" + "b" * 40


@pytest.fixture(autouse=True)
def _keys(settings: Any) -> None:
    settings.ENCRYPTION_KEYS = [NEW, OLD]


@pytest.mark.parametrize("text", ["", "123456", "akaun 1122-33", "名前 é\n" * 500])
def test_a_text_comes_back_as_it_was_and_is_never_stored_alike_twice(text: str) -> None:
    first, second = encryption.encrypt(text, purpose="a.b"), encryption.encrypt(text, purpose="a.b")

    assert first != second
    assert text.encode() not in first or not text
    assert encryption.decrypt(first, purpose="a.b") == encryption.decrypt(memoryview(second), purpose="a.b") == text


def test_another_purpose_does_not_read_it() -> None:
    with pytest.raises(CannotDecrypt, match="another purpose"):
        encryption.decrypt(encryption.encrypt("123456", purpose="a.b"), purpose="a.c")


def test_a_replaced_key_still_reads_and_the_first_one_writes(settings: Any) -> None:
    settings.ENCRYPTION_KEYS = [OLD]
    data = encryption.encrypt("123456", purpose="a.b")
    settings.ENCRYPTION_KEYS = [NEW, OLD]

    assert encryption.decrypt(data, purpose="a.b") == "123456"
    assert encryption.encrypt("x", purpose="a.b")[2:5] == b"new"
    settings.ENCRYPTION_KEYS = [NEW]
    with pytest.raises(CannotDecrypt, match="written by the key 'old', found new"):
        encryption.decrypt(data, purpose="a.b")


def test_one_changed_bit_anywhere_is_found() -> None:
    data = encryption.encrypt("123456", purpose="a.b")

    for place in range(len(data)):
        with pytest.raises(CannotDecrypt) as error:
            encryption.decrypt(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :], purpose="a.b")
        assert "123456" not in str(error.value)


@pytest.mark.parametrize("length", range(0, 20))
def test_what_was_cut_off_is_refused(length: int) -> None:
    with pytest.raises(CannotDecrypt):
        encryption.decrypt(encryption.encrypt("1", purpose="a.b")[:length], purpose="a.b")


@pytest.mark.parametrize("keys", [[], ["short:abc"], ["b" * 40], ["né:" + "b" * 40], [":" + "b" * 40]])
def test_keys_that_are_none_are_refused_without_being_shown(settings: Any, keys: list[str]) -> None:
    settings.ENCRYPTION_KEYS = keys

    with pytest.raises(ImproperlyConfigured, match="expected id:secret") as error:
        encryption.encrypt("1", purpose="a.b")
    assert "b" * 40 not in str(error.value)


def test_a_column_needs_a_purpose_and_keeps_it() -> None:
    with pytest.raises(TypeError, match="needs a purpose"):
        EncryptedTextField()
    assert EncryptedTextField(purpose="a.b").deconstruct()[3] == {"purpose": "a.b"}


def test_nobody_searches_in_what_is_encrypted() -> None:
    with pytest.raises(FieldError):
        str(Message.objects.filter(secrets="123456").query)
    assert "IS NULL" in str(Message.objects.filter(secrets__isnull=True).query)
