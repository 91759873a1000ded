"""Telephone numbers: read as people write them, kept in E.164 (+60123456789), shown masked to everybody but their owner."""

from typing import Any, Final

import phonenumbers
from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from kwsp_portal.common.refusal import Refusal

REGION: Final = "MY"
_PROVISION: Final = "ITU-T E.164"
_MOBILE: Final = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
_LONGEST: Final = 32

WORDS: Final[dict[str, str | Promise]] = {
    "PHONE_EMPTY": _("Masukkan nombor telefon bimbit."),
    "PHONE_UNREADABLE": _("Itu bukan nombor telefon. Masukkan seperti 012-345 6789, atau dengan kod negara seperti +65 9123 4567."),
    "PHONE_WRONG_LENGTH": _("Nombor telefon itu terlalu pendek atau terlalu panjang. Masukkan seperti 012-345 6789."),
    "PHONE_UNKNOWN": _("Tiada nombor telefon bermula begitu. Semak nombor itu; tulis seperti 012-345 6789."),
    "PHONE_NOT_MOBILE": _("Nombor itu bukan telefon bimbit. SMS hanya sampai ke telefon bimbit; tulis seperti 012-345 6789."),
}


def parse(text: str, region: str = REGION) -> str:
    """A mobile number in E.164. Raises Refusal, whose words `words` gives: what is wrong, and how to write it."""
    text = text.strip()
    if not text:
        raise Refusal("PHONE_EMPTY", _PROVISION)
    # Letters would be read as on old telephones' keys, and digits of other scripts as ours.
    if len(text) > _LONGEST or not all(sign in "+0123456789 -()./\u00a0" for sign in text):
        raise Refusal("PHONE_UNREADABLE", _PROVISION)
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        raise Refusal("PHONE_UNREADABLE", _PROVISION) from None
    if not phonenumbers.is_possible_number(number):
        raise Refusal("PHONE_WRONG_LENGTH", _PROVISION)
    if not phonenumbers.is_valid_number(number):
        raise Refusal("PHONE_UNKNOWN", _PROVISION)
    if phonenumbers.number_type(number) not in _MOBILE:
        raise Refusal("PHONE_NOT_MOBILE", _PROVISION)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def words(refusal: Refusal) -> str:
    """What is wrong with a number, in the active language."""
    return str(WORDS[refusal.code])


def masked(number: str) -> str:
    """The country and the last four digits: +60•••••6789."""
    country = next((number[: 1 + size] for size in (1, 2, 3) if number[1 : 1 + size] in _COUNTRIES), number[:3])
    hidden = max(len(number) - len(country) - 4, 0)
    return f"{country}{'•' * hidden}{number[len(number) - 4 :]}"


def written(number: str) -> str:
    """As people of the country write it, for its owner and the officer who types it: 012-345 6789."""
    parsed = phonenumbers.parse(number, None)
    own = phonenumbers.region_code_for_number(parsed) == REGION
    return phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL if own else PhoneNumberFormat.INTERNATIONAL)


_COUNTRIES: Final = frozenset(str(code) for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE)


class PhoneField(forms.CharField):
    """A mobile number in a form; cleaned, it is E.164."""

    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": _LONGEST, "label": _("Nombor telefon bimbit"), **kwargs})

    def clean(self, value: Any) -> str:
        text = str(super().clean(value))
        if not text:
            return ""
        try:
            return parse(text)
        except Refusal as refusal:
            raise forms.ValidationError(words(refusal), code=refusal.code) from refusal
