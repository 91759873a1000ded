"""Payments and their messages, replayed up to 20 times in random orders by several at once (`make soak ARGS="-k payments"`).

KWSP_SOAK_PAYMENTS payments (10,000), a fifth as many forged messages; KWSP_SOAK_SEED chooses what comes when. A tenth of the filings are paid in two
parts, a tenth have a second order that failed and may be approved late. An order is approved if and only if the bank itself said 00, each part is
paid once, what comes beside it is the employer's credit; workers credit what is paid, each row once, and none of what is not; and every invariant
holds at the end.
"""

import logging
import os
import secrets
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from random import Random

import pytest
from django.db import connection
from django.test import Client

from contributions.enums import FilingState, MessageVerdict, PaymentState
from contributions.models import Filing, FilingRow, Payment, PaymentMessage
from contributions.rules import parts as rule
from contributions.services import crediting, receiving
from contributions.services import filing as filings
from kwsp_portal import jobs
from kwsp_portal.bank.fpx import client, codes, wire
from kwsp_portal.bank.fpx.messages import Channel
from kwsp_portal.common.periods import WageMonth
from members.ledger import invariants, posting
from members.ledger.enums import EntryKind
from members.models import Member
from tests import factories
from tests.contributions.conftest import Office
from tests.contributions.paying import PAID_AT, Bank
from tests.contributions.test_payment_replays import LATER
from tests.jobs.threads import Crowd

COUNT = int(os.environ.get("KWSP_SOAK_PAYMENTS", "10000"))
SEED = int(os.environ.get("KWSP_SOAK_SEED", secrets.randbelow(10**6)))
FORGED = max(1, COUNT // 5)
THREADS = 4
MOST_REPLAYS = 20
BATCH = 200
MONTHS = [WageMonth(2017, 1).plus(number) for number in range(114)]
ON = date(2026, 11, 12)
WORDS = ((codes.AUTHORISATION, 3), (codes.INSUFFICIENT, 3), (codes.PENDING, 1), (codes.NOT_FOUND, 1), (codes.APPROVED, 3))
CHANNELS = (Channel.DIRECT, Channel.DIRECT, Channel.ENQUIRY, Channel.INDIRECT)


def orders(office: Office, member: Member, month: WageMonth, chance: Random) -> list[Payment]:
    """An approved filing of one row, which is owed, and its orders: one, one for each of two parts, or one beside another that had failed."""
    shares = {"employer_share": Decimal(756), "employee_share": Decimal(693)}
    filing = factories.FilingFactory(
        approved=True, employer=office.employer, wage_month=month.first_day, prepared_by=office.maker, approved_by=office.checker
    )
    FilingRow.objects.create(
        filing=filing, line=2, member=member, member_number=member.number, name=member.name, wages=Decimal(6250), part="A",
        reference="third_schedule@2025-10:A", status="VALID", **shares,
    )  # fmt: skip
    posting.post(filings.due(filing, ON))
    what = chance.random()
    parts = 2 if what < 0.1 else 1
    amounts = rule.split(filing.total, parts)
    states = [(number, PaymentState.SENT) for number in range(1, parts + 1)] + ([(1, PaymentState.FAILED)] if what > 0.9 else [])
    return [_order(filing, office, number, parts, amounts[number - 1], state, chance) for number, state in states]


def _order(filing: Filing, office: Office, part: int, parts: int, amount: Decimal, state: PaymentState, chance: Random) -> Payment:
    return Payment.objects.create(
        filing=filing, order_no=f"261112{chance.getrandbits(40):010X}", bank_code="MBB0228", amount=amount, part=part, parts=parts, state=state,
        started_by=office.checker, started_on=ON, started_at=PAID_AT,
    )  # fmt: skip


def script(payments: Sequence[Payment], chance: Random) -> list[tuple[Payment, Channel, str]]:
    """What the bank says of these orders, in an order of its own."""
    said = []
    for payment in payments:
        kinds = [code for code, weight in WORDS for _ in range(weight)]
        words = chance.sample(kinds, chance.randint(1, 4))
        said += [(payment, chance.choice(CHANNELS), chance.choice(words)) for _ in range(chance.randint(1, MOST_REPLAYS))]
    chance.shuffle(said)
    return said


def forged(bank: Bank, payment: Payment, chance: Random) -> wire.Pairs:
    """An approval that is not the bank's: another key, or a field changed after it was signed."""
    said = bank.says(payment, codes.APPROVED)
    how = chance.randrange(4)
    if how < 2:
        return client.signed_pairs(said, (bank.stranger_key, bank.retired_key)[how])
    pairs = bank.signed(said)
    place = chance.choice([number for number, (_, text) in enumerate(pairs) if text])
    name, text = pairs[place]
    mark = chance.randrange(len(text))
    pairs[place] = (name, text[:mark] + ("7" if text[mark] != "7" else "8") + text[mark + 1 :])
    return pairs


def credit_all() -> float:
    """What workers do with every filing that is paid; how long it took."""
    began = time.monotonic()
    counts = jobs.work_some(programmes=[crediting.PROGRAMME])
    assert (counts.failed, counts.lost) == (0, 0)
    return time.monotonic() - began


def credits_by_filing() -> list[int]:
    """The filing of each row that the ledger has a contribution of, once for each such entry."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.filing_id FROM ledger_entry e JOIN contributions_filingrow r ON r.id = e.ref WHERE e.kind = %s", [EntryKind.CONTRIBUTION.value]
        )
        return [filing for (filing,) in cursor.fetchall()]


def offices(make: object) -> Iterator[tuple[Office, Member, WageMonth]]:
    while True:
        office = make()  # type: ignore[operator]
        member = office.hire()
        for month in MONTHS:
            yield office, member, month


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Each forged message is warned of; thousands of them say nothing more."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.django_db(transaction=True)
def test_soak_of_payments(bank: Bank, make_office: object) -> None:
    chance, began = Random(SEED), time.monotonic()
    places = offices(make_office)
    made: list[Payment] = []
    while len(made) < COUNT:
        office, member, month = next(places)
        made += orders(office, member, month, chance)
    setting_up = time.monotonic() - began
    approved: set[int] = set()
    verdicts: Counter[str] = Counter()
    delivered = 0
    with Crowd(THREADS) as crowd:
        # Orders of one filing stay in one batch but for its ends: threads meet on them.
        for start in range(0, len(made), BATCH):
            said = script(made[start : start + BATCH], chance)
            bodies = [(payment, channel, code, wire.encode(bank.ac(payment, code))) for payment, channel, code in said]

            def deliver(place: int, bodies: list[tuple[Payment, Channel, str, bytes]] = bodies) -> list[str]:
                mine = bodies[place::THREADS]
                return [receiving.receive_body(body=body, channel=channel, on=ON, at=LATER).verdict for _, channel, _, body in mine]

            for outcome in crowd.all_at_once(deliver):
                if isinstance(outcome, Exception):
                    raise outcome
                verdicts.update(outcome)
            delivered += len(said)
            approved |= {payment.pk for payment, channel, code in said if code == codes.APPROVED and channel is not Channel.INDIRECT}
    web, refused = Client(), 0
    for _ in range(FORGED):
        pairs = forged(bank, chance.choice(made), chance)
        answer = web.post("/fpx/direct/", wire.encode(pairs), content_type="application/x-www-form-urlencoded")
        refused += answer.status_code == 400
    taken = time.monotonic() - began - setting_up
    credited = credit_all()

    found = set(Payment.objects.filter(state=PaymentState.APPROVED).values_list("pk", flat=True))
    assert found == approved
    assert COUNT // 4 < len(approved) < len(made), "hardly any was approved, or all"
    assert refused == FORGED
    assert PaymentMessage.objects.filter(verdict=MessageVerdict.REFUSED).count() == FORGED
    counting = Payment.objects.filter(counts=True)
    assert set(counting.values_list("pk", flat=True)) <= approved
    assert not Filing.objects.filter(state=FilingState.PAID).exists()
    whole = [filing.pk for filing in Filing.objects.filter(state=FilingState.CREDITED)]
    assert len(whole) > COUNT // 4
    assert counting.count() < len(approved) or COUNT < 500, "no order came beside another"
    assert Counter(credits_by_filing()) == Counter(whole)
    assert counting.filter(filing__in=whole).count() == sum(
        max(parts) for parts in _parts_of(counting.filter(filing__in=whole).values_list("filing_id", "parts")).values()
    )
    assert invariants.broken() == []
    print(  # noqa: T201
        f"seed {SEED}: {len(made)} payments, {delivered} messages by {THREADS} at once in {taken:.0f} s ({delivered / taken:.0f}/s; "
        f"{setting_up:.0f} s to set up): "
        f"{len(approved)} approved, {counting.count()} count, {len(found) - counting.count()} credits, {len(whole)} filings paid and credited "
        f"once each in {credited:.0f} s; {dict(verdicts)}; "
        f"{FORGED} forged, {FORGED - refused} taken; invariants hold"
    )


def _parts_of(rows: object) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for filing, parts in rows:  # type: ignore[attr-defined]
        found.setdefault(filing, []).append(parts)
    return found
