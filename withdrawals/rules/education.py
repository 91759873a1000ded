"""The law of education withdrawals."""

from pathlib import Path
from typing import Final

from kwsp_portal.common import rates

LAW: Final = rates.load(Path(__file__).resolve().parents[1] / "rates" / "education.yaml")
