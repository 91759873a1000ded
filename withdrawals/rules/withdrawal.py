"""The law that all withdrawals share, and that of Age 50, Age 55 and Akaun Fleksibel: members' ages are asked of members.rules.age."""

from pathlib import Path
from typing import Final

from kwsp_portal.common import rates

LAW: Final = rates.load(Path(__file__).resolve().parents[1] / "rates" / "withdrawal.yaml")
