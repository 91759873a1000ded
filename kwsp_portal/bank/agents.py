"""Bank agents that take contributions for KWSP, by the code that files of receipts have, and with what each may take them (channels.yaml)."""

from datetime import date
from typing import Final

from kwsp_portal.bank import channels
from kwsp_portal.bank.channels import Kind

EB_BSN: Final = "EBBSN"
"""BSN's registered agents (EB) together: the seed names no code (assumed)."""
NAMES: Final = {
    "BSN0601": "Bank Simpanan Nasional",
    "MBB0228": "Maybank",
    "PBB0233": "Public Bank",
    "RHB0218": "RHB Bank",
    "BCBB0235": "CIMB Bank",
    "BMMB0341": "Bank Muamalat",
    "ABMB0212": "Alliance Bank",
    "HLB0224": "Hong Leong Bank",
    "BIMB0340": "Bank Islam",
    "MBSB01": "MBSB Bank",
    EB_BSN: "Ejen Bank (EB) BSN",
}
"""As channels.yaml names the banks. The codes are FPX's (assumed: the seed names the banks only); MBSB Bank's is in no list, and the house's own."""
MONTHLY: Final = ("BSN0601", "MBB0228", "PBB0233", "RHB0218")
"""Those that take what employers pay."""
CHANNELS: Final = ("bank_agents", "internet_banking")
_EB_CHANNEL: Final = "bsn_agents"


def name(code: str) -> str:
    """The agent's name; the code itself where there is no such agent."""
    return NAMES.get(code, code)


def may_take(*, agent: str, mode: str, on: date, kind: Kind = Kind.MONTHLY) -> bool:
    """Whether the agent may take that kind of payment with that on a day. Raises channels.ChannelsNotKnown before the first day on record."""
    for way in channels.channels_for(kind, on=on):
        theirs = way.channel == _EB_CHANNEL if agent == EB_BSN else way.channel in CHANNELS and NAMES.get(agent) in way.banks
        if theirs and mode in way.modes:
            return True
    return False
