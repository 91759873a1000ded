"""Whose an account is, as people name it: the number in the register that keeps the holder.

The ledger knows ids only. The register of members and that of employers stand above it and name themselves here (`<app>/apps.py`).
"""

from typing import Any

from django.db.models import Case, CharField, Model, OuterRef, Subquery, Value, When

from members.ledger.enums import HolderKind

_REGISTERS: dict[HolderKind, type[Model]] = {}


def keep(kind: HolderKind, register: type[Model]) -> None:
    """Rows of `register` hold accounts of this kind; their column `number` names them."""
    _REGISTERS[kind] = register


def number(account: str = "") -> Any:
    """An expression: the holder's number, empty for the fund. `account` is the path to the account, `account__` from a posting."""
    found = [
        When(
            **{f"{account}holder_kind": kind},
            then=Subquery(register._base_manager.filter(pk=OuterRef(f"{account}holder_id")).values("number")[:1]),
        )
        for kind, register in _REGISTERS.items()
    ]
    return Case(*found, default=Value(""), output_field=CharField())


def ids(asked: str) -> list[tuple[HolderKind, int]]:
    """The holders with this number, of every kind."""
    return [(kind, pk) for kind, register in _REGISTERS.items() for pk in register._base_manager.filter(number=asked).values_list("pk", flat=True)]
