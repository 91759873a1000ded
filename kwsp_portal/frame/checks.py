"""System checks: what must hold before the portal starts. Django asks them before every command and server."""

from typing import Any

from django.core import checks

from kwsp_portal.bank import channels
from kwsp_portal.common import rates
from kwsp_portal.frame.law import codes

FAULTY_RATES = "kwsp.E001"
FAULTY_CHANNELS = "kwsp.E002"


def rate_files(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Every number of law has a date, a citation and exact digits, every code is one that a rule knows, or nothing starts."""
    hint = "What a rate file looks like: kwsp_portal/common/rates.py"
    return [checks.Error(fault, hint=hint, id=FAULTY_RATES) for fault in (*rates.faults(), *codes.faults())]


def payment_channels(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """What the page of channels says is whole and cited, or nothing starts."""
    hint = "What the file looks like: kwsp_portal/bank/channels.py"
    return [checks.Error(fault, hint=hint, id=FAULTY_CHANNELS) for fault in channels.faults()]
