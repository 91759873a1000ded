"""What new contributions put back after a withdrawal that is to be replaced (ruling 17).

Whoever credits a contribution divides it by `Orders`, which keeps what it counted, and has `keep` run as the last thing of the posting's own
transaction. There the orders are locked, after the balances, as everywhere; where one is not as it was when the division was made, `Overtaken` is
raised, nothing of the posting stays, and `posted` makes it anew. An order that is opened meanwhile takes what is credited after it.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple, TypeVar

from django.db import connection
from django.utils.translation import gettext_noop

from kwsp_portal.audit import services as audit
from kwsp_portal.common import money
from kwsp_portal.notify import kinds
from kwsp_portal.notify import services as notify
from kwsp_portal.notify.enums import Inbox, Whose
from members import explanations
from members.enums import ReplacementCause
from members.ledger.posting import Key
from members.models import Member, ReplacementOrder
from members.rules import replacing

T = TypeVar("T")

OPENED: Final = "REPLACEMENT_OPENED"
FILLED: Final = "REPLACEMENT_FILLED"
REOPENED: Final = "REPLACEMENT_REOPENED"
_SHOW: Final = {"amount": explanations.amount, "left": explanations.amount, "paid": explanations.amount}
_SEE: Final = gettext_noop("Lihat simpanan saya")
KINDS: Final = {
    OPENED: kinds.Kind(
        subject=gettext_noop("Caruman baharu menggantikan %(amount)s"),
        paragraphs=(
            gettext_noop(
                "Bagi %(paid)s yang dibayar, %(amount)s perlu diganti. Sehingga itu seluruh caruman baharu anda masuk ke akaun persaraan; selepas "
                "itu caruman dibahagi seperti biasa."
            ),
        ),
        show=_SHOW,
        action=_SEE,
    ),
    FILLED: kinds.Kind(
        subject=gettext_noop("Penggantian semula %(amount)s selesai"),
        paragraphs=(gettext_noop("Caruman anda telah menggantikan %(amount)s. Mulai sekarang caruman dibahagi antara akaun anda seperti biasa."),),
        show=_SHOW,
        action=_SEE,
    ),
    REOPENED: kinds.Kind(
        subject=gettext_noop("Penggantian semula dibuka semula: %(left)s lagi"),
        paragraphs=(
            gettext_noop(
                "Caruman yang telah menggantikan sebahagian daripada %(amount)s diambil semula melalui pembetulan. %(left)s masih perlu diganti."
            ),
        ),
        show=_SHOW,
        action=_SEE,
    ),
}


class Overtaken(Exception):
    """Another act moved one of the orders between the look and the posting."""


class Move(NamedTuple):
    """What one entry counts towards an order, in sen; less than nothing where it takes back."""

    order_id: int
    key: Key
    sen: int


@dataclass(slots=True)
class _Order:
    """One order as a plan reckons with it, in sen."""

    member_id: int
    amount: int
    seen: int
    now: int


@dataclass(slots=True)
class Orders:
    """Orders of some members, for one plan of acts. False where there are none, and then every division is the day's."""

    by_id: dict[int, _Order] = field(default_factory=dict)
    open_of: dict[int, int] = field(default_factory=dict)
    moves: list[Move] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.by_id)

    def split_sen(self, member_id: int, sen: int, birth_date: date, on: date, key: Key) -> replacing.Parts:
        """The accounts of a new contribution, in sen. Raises as allocation.split_sen; then nothing is counted."""
        order_id = self.open_of.get(member_id)
        counted = 0
        if order_id is not None:
            order = self.by_id[order_id]
            counted = replacing.counted_sen(sen, left_sen=order.amount - order.now, birth_date=birth_date, on=on)
        parts = replacing.split_sen(sen, counted, birth_date, on)
        if order_id is not None and counted:
            self.count(order_id, counted, key)
        return parts

    def take_back(self, sen: int, *, whole: int, counted: Mapping[int, int], key: Key) -> None:
        """So much of a contribution of `whole` sen is taken back, which counted so much towards each order."""
        for order_id, of_it in counted.items():
            down = replacing.taken_back_sen(sen, counted=of_it, whole=whole) if of_it > 0 else 0
            if down and order_id in self.by_id:
                self.count(order_id, -down, key)

    def count(self, order_id: int, sen: int, key: Key) -> None:
        """Remember what an entry did to an order."""
        self.by_id[order_id].now += sen
        self.moves.append(Move(order_id, key, sen))

    def keep(self, on: date) -> None:
        """Write what was counted, in the transaction of the posting and after it; who is done is told. Raises Overtaken."""
        if not self.moves:
            return
        changed = {move.order_id for move in self.moves}
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, replaced FROM members_replacementorder WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", [sorted(changed)])
            if dict(cursor.fetchall()) != {order_id: self.by_id[order_id].seen for order_id in changed}:
                raise Overtaken
            order_ids, keys, sums = zip(*self.moves, strict=True)
            kinds_, refs, parts = zip(*keys, strict=True)
            cursor.execute(_MOVES, [on, list(order_ids), list(kinds_), list(refs), list(parts), list(sums)])
            cursor.execute(_ORDERS, [on, list(changed), [self.by_id[order_id].now for order_id in changed]])
        self._tell(changed, on)

    def _tell(self, changed: Collection[int], on: date) -> None:
        turned = {pk: order for pk, order in self.by_id.items() if pk in changed and (order.seen == order.amount) != (order.now == order.amount)}
        if not turned:
            return
        members = Member.objects.in_bulk([order.member_id for order in turned.values()])
        for code, action, is_whole in ((FILLED, "replacement.filled", True), (REOPENED, "replacement.reopened", False)):
            news, acts = [], []
            for order_id, order in turned.items():
                if (order.now == order.amount) is is_whole:
                    figures = {"amount": str(money.from_sen(order.amount)), "left": str(money.from_sen(order.amount - order.now))}
                    cause = f"replacementorder:{order_id}:{on}:{order.now}"
                    news.append(notify.News(Inbox(Whose.MEMBER, order.member_id), code, cause, figures, ("member:home",)))
                    before = {"left": str(money.from_sen(order.amount - order.seen))}
                    data = {"on": str(on), "amount": figures["amount"], "before": before, "after": {"left": figures["left"]}}
                    acts.append((f"replacementorder:{order_id}", data, [members[order.member_id]]))
            audit.record_many(actor=None, action=action, acts=acts)
            notify.tell(news, on=on)


_MOVES: Final = """
INSERT INTO members_replacementmove (booked_on, order_id, kind, ref, part, amount)
SELECT %s, * FROM unnest(%s::bigint[], %s::smallint[], %s::bigint[], %s::smallint[], %s::bigint[])
"""
_ORDERS: Final = """
UPDATE members_replacementorder AS stands SET replaced = new.sen,
    filled_on = CASE WHEN new.sen < amount THEN NULL ELSE coalesce(filled_on, %s) END
FROM unnest(%s::bigint[], %s::bigint[]) AS new (id, sen) WHERE stands.id = new.id
"""


def read(member_ids: Collection[int], *, on: date, filled: bool = False) -> Orders:
    """The orders of these members that are open on a day, or all of them where money is taken back. One query."""
    if not member_ids:
        return Orders()
    with connection.cursor() as cursor:
        cursor.execute(_FILLED if filled else _OPEN, [on, list(member_ids)])
        found = cursor.fetchall()
    orders = Orders()
    for order_id, member_id, amount, replaced, is_open in found:
        orders.by_id[order_id] = _Order(member_id, amount, replaced, replaced)
        # Of all of a member's the one that lacks something: there is one at most (replacement_one_open). The newest where all are whole.
        if is_open or member_id not in orders.open_of:
            orders.open_of[member_id] = order_id
    return orders


_COLUMNS: Final = (
    "SELECT id, member_id, amount, replaced, filled_on IS NULL FROM members_replacementorder WHERE opened_on <= %s AND member_id = ANY(%s)"
)
_OPEN: Final = f"{_COLUMNS} AND filled_on IS NULL"
_FILLED: Final = f"{_COLUMNS} ORDER BY id DESC"


def posted(plan: Callable[[], T]) -> T:
    """Runs what reads the orders, divides and posts, again while somebody else moves an order in between."""
    while True:
        try:
            return plan()
        except Overtaken:
            continue


def open_order(*, member: Member, cause: ReplacementCause, ref: int, paid_sen: int, on: date) -> ReplacementOrder:
    """So much was paid on a day: from now on new contributions put back what the law asks (120 % of a Pengeluaran Khas). In the caller's transaction,
    when the bank has paid it for good; a second call for the same cause finds the first. Raises NotInForce, ValueError for nothing."""
    asked = replacing.amount_sen(cause, paid_sen, on)
    made, new = ReplacementOrder.objects.get_or_create(
        cause=cause.value, ref=ref, defaults={"member": member, "amount": money.from_sen(asked), "opened_on": on}
    )
    if new:
        figures = {"amount": f"{made.amount:.2f}", "paid": f"{money.from_sen(paid_sen):.2f}", "left": f"{made.amount:.2f}"}
        data = {"cause": cause.value, "paid": figures["paid"], "amount": figures["amount"], "on": str(on)}
        audit.record(
            actor=None,
            action="replacement.opened",
            target=made,
            data=data,
            subjects=[member],
            before={"left": "0.00"},
            after={"left": figures["left"]},
        )
        notify.tell([notify.News(Inbox(Whose.MEMBER, member.pk), OPENED, f"replacementorder:{made.pk}", figures, ("member:home",))], on=on)
    return made
