"""The port to the National Registration Department (JPN): `jpn.ask(number)` says who holds an identity number of twelve digits.

Asked outside any transaction. An answer is believed when it is signed, complete, and about the very question; everything else is `NoAnswer`, as is
silence: nothing is decided by it. Which gateway answers, settings say (JPN); the demo's register is a program of its own (`kwsp_portal.demojpn`).
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string


class Standing(StrEnum):
    """What the holder of the number is to the law."""

    CITIZEN = "CITIZEN"
    PERMANENT_RESIDENT = "PERMANENT_RESIDENT"


class Sex(StrEnum):
    FEMALE = "FEMALE"
    MALE = "MALE"


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """The holder of a number, as JPN has them."""

    name: str
    birth_date: date
    sex: Sex
    standing: Standing
    alive: bool


class NoAnswer(Exception):
    """JPN is silent, or what it said is not believed. `code` says why, and nothing of whom it was asked."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class Register(Protocol):
    """Who knows the holders of identity numbers."""

    def ask(self, number: str) -> Person | None:
        """None for a number that nobody holds. Raises NoAnswer."""
        ...


class Nobody:
    """The gateway of an installation that has no way to JPN."""

    def ask(self, number: str) -> Person | None:
        """Raises NoAnswer."""
        raise NoAnswer("NO_WAY")


def ask(number: str) -> Person | None:
    """Who holds the number; None for nobody. Raises NoAnswer, and RuntimeError inside a transaction: no row waits for another house."""
    with transaction.atomic(durable=True):
        pass
    made: Register = import_string(settings.JPN["gateway"])()
    return made.ask(number)
