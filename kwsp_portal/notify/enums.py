"""Whose inbox a notice lies in."""

from enum import StrEnum
from typing import NamedTuple


class Whose(StrEnum):
    """A member's, or an employer's (read by everybody who acts for it). The floor knows them by number only."""

    MEMBER = "MEMBER"
    EMPLOYER = "EMPLOYER"


class Inbox(NamedTuple):
    """A member's or employer's, by the id of its row."""

    whose: Whose
    whose_id: int
