"""The port to thumbprint readers: `thumbprint.read(reader)` asks one what is on it (a MyKad's chip compares the print, the portal never has it).

Which gateway answers, settings say (THUMBPRINT). The demo's is a page on which somebody "puts" a thumb: `kwsp_portal.thumbprint.demo`.
"""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from django.conf import settings
from django.utils.module_loading import import_string


class Outcome(StrEnum):
    """MATCHED: the thumb is that of the card's holder. REFUSED: it is not. SILENT: no card, no thumb, no answer."""

    MATCHED = "MATCHED"
    REFUSED = "REFUSED"
    SILENT = "SILENT"


class Reading(NamedTuple):
    """What a reader said; `card` is the number on the card in it, where there is one."""

    outcome: Outcome
    card: str = ""


def read(reader: str, *, at: datetime) -> Reading:
    """Ask a reader, outside any transaction. A reader that is broken is a silent one."""
    gateway = import_string(settings.THUMBPRINT["gateway"])
    found: Reading = gateway(reader, at=at)
    return found


def nobody(reader: str, *, at: datetime) -> Reading:
    """The gateway of an installation without readers."""
    return Reading(Outcome.SILENT)
