"""The names of the banks, which FPX sends as codes only."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

_FILE = Path(__file__).with_name("banks.yaml")


@dataclass(frozen=True)
class KnownBank:
    """`models` are FPX message tokens: `01` persons, `02` companies."""

    code: str
    name: str
    models: tuple[str, ...]
    sandbox: bool = False


@cache
def known() -> dict[str, KnownBank]:
    rows = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {row["code"]: KnownBank(**{**row, "models": tuple(row["models"])}) for row in rows}


def name(code: str) -> str:
    """The bank's name, or the code itself for a bank that joined after our list was made."""
    bank = known().get(code)
    return bank.name if bank else code
