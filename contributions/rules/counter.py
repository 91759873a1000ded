"""What a receipting counter may take, and until when (ruling 17a): the ways, limits and hours of channels.yaml."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from contributions.enums import CounterMode, VoluntaryKind
from kwsp_portal.bank import channels
from kwsp_portal.bank.channels import Kind, Way
from kwsp_portal.common.clock import KL
from kwsp_portal.common.refusal import Refusal

COUNTERS: Final = "counters"
CHANNEL_KIND: Final = {
    VoluntaryKind.OWN_CHOICE: Kind.VOLUNTARY,
    VoluntaryKind.TOP_UP: Kind.VOLUNTARY,
    VoluntaryKind.ISARAAN: Kind.I_SARAAN,
    VoluntaryKind.ISURI: Kind.I_SURI,
}
"""As channels.yaml names the kinds; it has one for what a member pays as they choose."""


def places() -> Sequence[str]:
    """Where there are such counters."""
    return channels.known().places[COUNTERS]


def way(kind: VoluntaryKind, mode: CounterMode, at: datetime) -> Way | None:
    """How a counter takes that kind with that at a moment; None where it does not. Raises channels.ChannelsNotKnown before the first
    day on record."""
    found = channels.channels_for(CHANNEL_KIND[kind], on=at.astimezone(KL).date())
    return next((one for one in found if one.channel == COUNTERS and mode in one.modes), None)


def refusals(*, kind: VoluntaryKind, mode: CounterMode, amount: Decimal, at: datetime) -> Sequence[Refusal]:
    """Every reason why a counter cannot take this at the moment: COUNTER_NO_WAY, COUNTER_ABOVE, COUNTER_CLOSED. The last minute that the law names is
    one in which it is taken. Raises channels.ChannelsNotKnown."""
    found = way(kind, mode, at)
    if found is None:
        return [Refusal("COUNTER_NO_WAY", "")]
    citation, local, refused = found.citations[0].ms, at.astimezone(KL).time(), []
    if found.highest is not None and amount > found.highest:
        refused.append(Refusal("COUNTER_ABOVE", citation, {"amount": f"{amount:.2f}", "highest": f"{found.highest:.2f}"}))
    if found.closes is not None and local.replace(second=0, microsecond=0) > found.closes:
        refused.append(Refusal("COUNTER_CLOSED", citation, {"now": f"{local:%H:%M}", "closes": f"{found.closes:%H:%M}"}))
    return refused
