"""Borang A as people send it, for tests of reading it."""

from contributions.borang_a import layout
from members.models import Member


def row(member: Member, wages: str = "6250.00", employer: str = "756", employee: str = "693", bonus: str | None = None) -> str:
    """One line; the default figures are those of seed 001's example."""
    cells = [member.number, member.identity_number, member.name, wages, employer, employee]
    return ",".join(cells if bonus is None else [*cells, bonus])


def file(*rows: str, header: str = layout.HEADER) -> bytes:
    """A whole file with its header."""
    return "\r\n".join([header, *rows, ""]).encode()
