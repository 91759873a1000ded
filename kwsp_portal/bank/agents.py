"""Bank agents that take contributions for KWSP, by the code that files of receipts have, and with what each may take them (channels.yaml)."""

from datetime import date
from typing import Final

from kwsp_portal.bank import channels
from kwsp_portal.bank.channels import Kind

NAMES: Final = {"BSN0601": "Bank Simpanan Nasional", "MBB0228": "Maybank", "PBB0233": "Public Bank", "RHB0218": "RHB Bank"}
"""As channels.yaml names the banks."""
CHANNELS: Final = ("bank_agents", "internet_banking")


def name(code: str) -> str:
    """The agent's name; the code itself where there is no such agent."""
    return NAMES.get(code, code)


def may_take(*, agent: str, mode: str, on: date) -> bool:
    """Whether the agent may take monthly contributions with that on a day. Raises channels.ChannelsNotKnown before the first day on record."""
    ways = channels.channels_for(Kind.MONTHLY, on=on)
    return any(way.channel in CHANNELS and mode in way.modes and NAMES.get(agent) in way.banks for way in ways)
