"""What members put back after a withdrawal that is to be replaced (ruling 17): the order that is open, and what each act counted towards one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import JSONField, QuerySet
from django.db.models.expressions import RawSQL

from kwsp_portal.common import money
from members.explanations import account_name
from members.ledger.enums import EntryKind
from members.models import Member, ReplacementMove
from members.rules import age, replacing

Act = tuple[int, int]
"""Kind and ref of an entry."""


@dataclass(frozen=True, kw_only=True)
class OpenOrder:
    """What a member still puts back, RM, into which account by its name of the day; the percentage that is done, rounded down."""

    account: str
    amount: Decimal
    replaced: Decimal
    opened_on: date

    @property
    def left(self) -> Decimal:
        return self.amount - self.replaced

    @property
    def percent(self) -> int:
        return int(self.replaced * 100 / self.amount)


def marked(members: QuerySet[Member]) -> QuerySet[Member]:
    """The members with what they still put back, in their own query."""
    found = RawSQL(
        """SELECT jsonb_build_object('amount', amount, 'replaced', replaced, 'opened_on', opened_on) FROM members_replacementorder AS found
        WHERE found.member_id = members_member.id AND filled_on IS NULL ORDER BY found.id DESC LIMIT 1""",
        (),
        JSONField(null=True),
    )
    return members.annotate(puts_back=found)


def open_order(member: Member, *, on: date) -> OpenOrder | None:
    """The order that takes the member's next contributions; None from 55, when all goes to Akaun Emas. One query below it."""
    return seen(marked(Member.objects.filter(pk=member.pk)).get(), on=on)


def seen(member: Member, *, on: date) -> OpenOrder | None:
    """The same for a page, as the member was fetched (`marked`, by access.member_for)."""
    row: Any = member
    if row.puts_back is None or age.birthday(member.birth_date, age.LAW.at("akaun_emas", on).value) <= on:
        return None
    found = row.puts_back
    return OpenOrder(
        account=account_name(replacing.LAW.at("account", on).value, on),
        amount=money.from_sen(found["amount"]),
        replaced=money.from_sen(found["replaced"]),
        opened_on=date.fromisoformat(found["opened_on"]),
    )


def counted_by(causes: Mapping[EntryKind, Sequence[int]], *, part: int = 0) -> dict[Act, dict[int, int]]:
    """What the entries of these causes counted, in sen: by kind and ref, then by order. Less than nothing where they took back. One query."""
    kinds = [kind.value for kind, refs in causes.items() for _ in refs]
    refs = [ref for found in causes.values() for ref in found]
    if not refs:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT kind, ref, order_id, amount FROM members_replacementmove
            JOIN unnest(%s::smallint[], %s::bigint[]) AS wanted (kind, ref) USING (kind, ref) WHERE part = %s""",
            [kinds, refs, part],
        )
        found: dict[Act, dict[int, int]] = {}
        for kind, ref, order_id, sen in cursor.fetchall():
            found.setdefault((kind, ref), {})[order_id] = int(sen)
    return found


def counted_for(member: Member) -> dict[Act, int]:
    """What of the member's own contributions was counted, in sen, by kind and ref: for the explanations of all of them. One query."""
    moves = ReplacementMove.objects.filter(order__member=member, part=0).values_list("kind", "ref", "amount")
    return {(kind, ref): money.to_sen(amount) for kind, ref, amount in moves}
