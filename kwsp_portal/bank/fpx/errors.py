"""What can go wrong with a message: it is refused (not believed), or the bank could not be asked."""

from enum import StrEnum


class Refused(StrEnum):
    """Why a message is not believed."""

    BAD_ENCODING = "BAD_ENCODING"
    TOO_LARGE = "TOO_LARGE"
    UNKNOWN_FIELD = "UNKNOWN_FIELD"
    DUPLICATE_FIELD = "DUPLICATE_FIELD"
    MISSING_FIELD = "MISSING_FIELD"
    TOO_LONG = "TOO_LONG"
    BAD_VALUE = "BAD_VALUE"
    BAD_SIGNATURE = "BAD_SIGNATURE"
    RETIRED_CERTIFICATE = "RETIRED_CERTIFICATE"
    WRONG_TYPE = "WRONG_TYPE"
    WRONG_SELLER = "WRONG_SELLER"
    ANOTHER_ORDER = "ANOTHER_ORDER"
    BANK_SAYS_ERROR = "BANK_SAYS_ERROR"


class Unavailable(StrEnum):
    """Why the bank's answer is not known."""

    UNREACHABLE = "UNREACHABLE"
    TIMEOUT = "TIMEOUT"
    HTTP_STATUS = "HTTP_STATUS"


class FpxError(Exception):
    """`code` is stable; `detail` names fields, never a person's data, and may be logged."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else str(code))
        self.code = str(code)
        self.detail = detail


class FpxRefused(FpxError):
    """The message is malformed, forged or not for us. Nothing may be done because of it."""


class FpxUnavailable(FpxError):
    """No answer that can be read: the outcome is unknown and must be asked for again."""
