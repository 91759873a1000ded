"""Telephone numbers as people write them."""

import pytest
from django.utils import translation

from kwsp_portal import phones
from kwsp_portal.common.refusal import Refusal


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("012-345 6789", "+60123456789"),
        ("0123456789", "+60123456789"),
        (" +60 12-345 6789 ", "+60123456789"),
        ("60123456789", "+60123456789"),
        ("(012) 345.6789", "+60123456789"),
        ("011-1234 5678", "+601112345678"),
        ("+65 9123 4567", "+6591234567"),
        ("0065 9123 4567", "+6591234567"),
    ],
)
def test_a_mobile_number_is_read_as_people_write_it(text: str, number: str) -> None:
    assert phones.parse(text) == number


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "PHONE_EMPTY"),
        ("   ", "PHONE_EMPTY"),
        ("telefon", "PHONE_UNREADABLE"),
        ("012-FLOWERS", "PHONE_UNREADABLE"),
        ("０１２３４５６７８９", "PHONE_UNREADABLE"),
        ("٠١٢٣٤٥٦٧٨٩", "PHONE_UNREADABLE"),
        ("012345;ext=6", "PHONE_UNREADABLE"),
        ("012 345 6789\n", None),
        ("+", "PHONE_UNREADABLE"),
        ("0" * 33, "PHONE_UNREADABLE"),
        ("012-34", "PHONE_WRONG_LENGTH"),
        ("012-345 6789 0123", "PHONE_WRONG_LENGTH"),
        ("03-8922 1000", "PHONE_NOT_MOBILE"),
        ("1-300-88-1234", "PHONE_NOT_MOBILE"),
        ("+1 999 999 9999", "PHONE_UNKNOWN"),
    ],
)
def test_what_is_no_mobile_number_is_refused_in_words(text: str, code: str | None) -> None:
    if code is None:
        assert phones.parse(text) == "+60123456789"
        return
    with pytest.raises(Refusal) as refused:
        phones.parse(text)
    assert refused.value.code == code
    for language in ("ms", "en"):
        with translation.override(language):
            assert phones.words(refused.value)


@pytest.mark.parametrize(
    ("number", "masked", "written"),
    [
        ("+60123456789", "+60•••••6789", "012-345 6789"),
        ("+6591234567", "+65••••4567", "+65 9123 4567"),
        ("+12025550123", "+1••••••0123", "+1 202-555-0123"),
    ],
)
def test_a_number_is_shown_masked_and_written(number: str, masked: str, written: str) -> None:
    assert phones.masked(number) == masked
    assert phones.written(number) == written


def test_a_form_field_gives_e164_or_says_what_is_wrong() -> None:
    field = phones.PhoneField()

    assert field.clean("012-345 6789") == "+60123456789"
    assert phones.PhoneField(required=False).clean("") == ""
    with pytest.raises(Exception, match="bukan telefon bimbit"):
        field.clean("03-8922 1000")
