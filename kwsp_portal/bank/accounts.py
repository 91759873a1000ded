"""Accounts at banks: which banks there are, and the form that an account's number has there."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import yaml

from kwsp_portal.common.refusal import Refusal

_FILE: Final = Path(__file__).with_name("accounts.yaml")
_FORM: Final = re.compile(r"[0-9]+", re.ASCII)
ASSUMED: Final = "kwsp_portal/bank/accounts.yaml"


@dataclass(frozen=True)
class AccountBank:
    """`bic` names the bank for good; `digits` are the lengths that its account numbers have."""

    bic: str
    name: str
    digits: tuple[int, ...]


@cache
def known() -> dict[str, AccountBank]:
    """By BIC, in the order of their names."""
    rows = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    banks = [AccountBank(row["bic"], row["name"], tuple(row["digits"])) for row in rows]
    return {bank.bic: bank for bank in sorted(banks, key=lambda bank: bank.name.casefold())}


def name(bic: str) -> str:
    """The bank's name; the code itself for a bank that is no longer in the list."""
    bank = known().get(bic)
    return bank.name if bank else bic


def number(bic: str, typed: str) -> str:
    """The digits of an account's number, without the blanks and hyphens that people write. Raises Refusal (ACCOUNT_BANK, ACCOUNT_FORM)."""
    bank = known().get(bic)
    if bank is None:
        raise Refusal("ACCOUNT_BANK", ASSUMED, {"found": bic[:8]})
    bare = re.sub(r"[\s-]", "", typed)
    lengths = " / ".join(map(str, bank.digits))
    if not _FORM.fullmatch(bare):
        raise Refusal("ACCOUNT_FORM", ASSUMED, {"bank": bank.name, "expected": lengths})
    if len(bare) not in bank.digits:
        raise Refusal("ACCOUNT_LENGTH", ASSUMED, {"bank": bank.name, "found": str(len(bare)), "expected": lengths})
    if len(set(bare)) == 1:
        raise Refusal("ACCOUNT_FORM", ASSUMED, {"bank": bank.name, "expected": lengths})
    return bare
