"""A day of recurring payments against a plain reckoning of each payee by itself: paid before, sent back, dead, given up, without an account, with
less than is due, turned 55 meanwhile. To the sen, and the same when it is run again."""

import random
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from kwsp_portal.common.clock import KL
from members.ledger import balances, posting
from members.ledger.enums import EntryKind, HolderKind
from members.models import BankAccount, Member, Payout
from members.services import ages, payout_files
from tests.factories import withdrawals as make
from tests.withdrawals.sound import unsound
from tests.withdrawals.test_recurring import MONTHS, begun, fresh, use
from withdrawals.enums import State
from withdrawals.models import Application
from withdrawals.services import afterwards, holding, recurring

pytestmark = pytest.mark.django_db
PAYEES = 200
FIRST, ON = MONTHS[:2]
AT = datetime.combine(ON, time(9), KL)
SEN = Decimal("0.01")
TURNS_55 = date(1971, 12, 1)
FATES = ("nothing", "nothing", "dead", "given up", "no account", "other account", "cools", "holds nothing")


def payees(dice: random.Random) -> Iterator[tuple[Application, dict[str, Any]]]:
    """Each with what became of it until the day; those whose first payment is behind them come first."""
    for number in range(PAYEES):
        life = {
            "first": "paid" if number < 40 else "back" if number < 80 else "",
            "fate": dice.choice(FATES),
            "free": dice.choice((0, 1, 299_99, 500_00)),
        }
        born = TURNS_55 if dice.random() < 0.2 and life["fate"] != "holds nothing" else make.AGED_51
        yield begun(member=make.saver(birth_date=born)), {**life, "55": born == TURNS_55}


def first_payments(found: list[tuple[Application, dict[str, Any]]]) -> None:
    """Of those that had one the bank has answered."""
    early = [(application, life) for application, life in found if life["first"]]
    with transaction.atomic():
        recurring.pay(first=early[0][0].pk, last=early[-1][0].pk, on=FIRST, at=make.AT)
        payout_files._make(FIRST)
    for application, life in early:
        payout = Payout.objects.get(ref__in=application.payments.values("pk"))
        paid = life["first"] == "paid"
        result = payout_files.Result.PAID if paid else payout_files.Result.CLOSED
        answer = payout_files.Answer(payout.number, payout.amount, result, f"B{payout.pk}" if paid else "", make.AT if paid else None)
        payout_files._hear(answer, FIRST, make.AT)


def befalls(application: Application, life: dict[str, Any]) -> None:
    """What comes between."""
    member, fate = application.member, life["fate"]
    if life["55"]:
        ages.bring_up(member_ids=[member.pk], on=ON, at=AT)
    if fate == "dead":
        Member.objects.filter(pk=member.pk).update(died_on=FIRST)
    elif fate == "given up":
        afterwards.cancel(application_id=application.pk, by=member.user, on=ON, at=AT)
    elif fate == "no account":
        BankAccount.objects.filter(member=member, state="CURRENT").update(state="REPLACED", ended_at=make.AT)
    elif fate in ("other account", "cools"):
        make.replace_account(member, ending="0042", **({"since": timezone.now().replace(year=2027)} if fate == "cools" else {}))
    elif fate == "holds nothing":
        found = fresh(application)
        holding.release(found.holds, on=FIRST)
        Application.objects.filter(pk=found.pk).update(holds=[])
        free = sum(pot.available_sen for pot in balances.pots_of(HolderKind.MEMBER, member.pk) if pot.code == "SEJAHTERA")
        legs = [
            posting.Leg(posting.member(member.pk, "SEJAHTERA"), life["free"] - free),
            posting.Leg(posting.fund("CONTRIBUTION_CLEARING"), free - life["free"]),
        ]
        posting.post(posting.Act(EntryKind.INCENTIVE, 800_000_000 + found.pk, 0, FIRST, FIRST, legs))


def expected(life: dict[str, Any]) -> list[tuple[str, int]]:
    """Its payments after the day, reckoned by hand: RM300, RM300, RM300, RM100; of the second the day has come."""
    before = {"paid": "PAID", "back": "RETURNED", "": "PLANNED"}[life["first"]]
    payments = [[before, 300_00], ["PLANNED", 300_00], ["PLANNED", 300_00], ["PLANNED", 100_00]]
    if life["fate"] in ("dead", "given up"):
        return [(state if state == "PAID" else "CANCELLED", sen) for state, sen in payments]
    nowhere = life["fate"] == "no account" or life["first"] == "back" and life["fate"] not in ("other account", "cools")
    if nowhere or life["fate"] == "cools":
        return [(state, sen) for state, sen in payments]
    there = life["free"] if life["fate"] == "holds nothing" else sum(sen for state, sen in payments if state == "PLANNED")
    for one in payments[:2]:
        if one[0] == "PLANNED":
            part = min(one[1], there)
            there -= part
            one[:] = ["ORDERED", part] if part else ["SKIPPED", one[1]]
    skips = any(state == "SKIPPED" for state, _sen in payments)
    again = {"RETURNED": "ORDERED", "PLANNED": "SKIPPED" if skips else "PLANNED"}
    return [(again.get(state, state), sen) for state, sen in payments]


def test_a_chunk_pays_each_what_a_plain_reckoning_pays(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, holds=lambda _facts: True)
    found = list(payees(random.Random(12)))
    first_payments(found)
    for application, life in found:
        befalls(application, life)

    for again in (False, True):
        with transaction.atomic():
            ordered = recurring.pay(first=found[0][0].pk, last=found[-1][0].pk, on=ON, at=AT)
        assert bool(ordered) is not again
        for application, life in found:
            said = [(state, int(amount / SEN)) for state, amount in application.payments.order_by("place").values_list("state", "amount")]
            assert said == expected(life), life
        on_its_way = sum(amount for _application, life in found for state, amount in expected(life) if state == "ORDERED")
        assert sum(payout.amount for payout in Payout.objects.filter(state="ORDERED")) == on_its_way * SEN
        assert not Payout.objects.filter(
            state="ORDERED", ref__in=[payment.pk for one, life in found if life["fate"] == "dead" for payment in one.payments.all()]
        )
    with transaction.atomic():
        payout_files._make(ON)
    assert not Payout.objects.filter(state="ORDERED").exists()
    assert not Application.objects.filter(state=State.ACTIVE, member__died_on__isnull=False).exists()
    assert [one for one in unsound() if "holds nothing" not in one] == []
