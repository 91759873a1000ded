"""The port that asks a bank whose account a number is: `names.bank()` is the way that the settings choose (BANK_NAMES).

Asked outside any transaction. An answer is believed when it is complete, signed, and about the very question; everything else is `NoAnswer`, as is
silence: nothing is decided by it, and the same question may be asked again under the same key.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class AccountState(StrEnum):
    """OPEN takes money; CLOSED does not any more; UNKNOWN: the bank has no such account."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"
    UNKNOWN = "UNKNOWN"


class AccountKind(StrEnum):
    """Whose it is: one person's, several persons', or a company's."""

    SINGLE = "SINGLE"
    JOINT = "JOINT"
    COMPANY = "COMPANY"


@dataclass(frozen=True, kw_only=True)
class Question:
    """`key` is ours: the same question asked again has the same. `holder` is who we believe it to be, as banks want to be told."""

    key: str
    bank: str
    account: str
    holder: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the bank's books say. `kind` and `holder` are empty for an account that it does not know."""

    state: AccountState
    kind: AccountKind | None
    holder: str


class NoAnswer(Exception):
    """The bank is silent, or what it said is not believed. `code` says why, and nothing of whom it was asked."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class BankAccountNames(Protocol):
    """Who knows the holders of accounts."""

    def ask(self, question: Question) -> Answer:
        """Raises NoAnswer."""
        ...


def bank() -> BankAccountNames:
    """The way that the settings choose."""
    made: BankAccountNames = import_string(settings.BANK_NAMES["gateway"])()
    return made
