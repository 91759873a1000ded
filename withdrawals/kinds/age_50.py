"""Pengeluaran Umur 50 Tahun: all or part of Akaun 2, once, from 50 to before 55 (seed 003, item 1; facts 1.2, 1.4 Q1, 2.3)."""

from collections.abc import Sequence
from typing import Final

from kwsp_portal.common import money
from kwsp_portal.common.explain import Step
from members.enums import SubAccount
from withdrawals.enums import KindCode
from withdrawals.facts import Facts
from withdrawals.kinds import common
from withdrawals.kinds.base import Amount, Document, Kind
from withdrawals.rules.withdrawal import LAW

SOURCE: Final = "withdrawal/act_54_6a; withdrawal/seed_003"
FORM: Final = "KWSP 9B (AHL)"


def _amount(facts: Facts) -> Amount:
    free = common.free(facts, (SubAccount.SEJAHTERA,))
    return Amount(free, common.SEN, (Step("WHOLE_ACCOUNT", {"free": f"{free:.2f}"}, SOURCE),) if free > money.ZERO else ())


def _documents(facts: Facts) -> Sequence[Document]:
    return common.papers(facts, FORM, "withdrawal/seed_003", *common.of_birth(facts, "withdrawal/seed_003"), common.bank("withdrawal/seed_003"))


KIND: Final = Kind(
    code=KindCode.AGE_50,
    laws=(LAW,),
    accounts=lambda _on: (SubAccount.SEJAHTERA,),
    conditions=(
        common.LIVING,
        common.age_from(LAW["age_50.from"]),
        common.BELOW_55,
        common.once(KindCode.AGE_50, LAW["age_50.once"]),
        common.OWN_ACCOUNT,
    ),
    amount=_amount,
    documents=_documents,
    form=FORM,
    channels=common.every_way,
    payees=common.to_member,
    open_on=common.open_by(LAW["age_50.from"]),
    opens=common.opens_by(LAW["age_50.from"]),
    charter_days=common.days_of(LAW["age_50.charter"]),
    once=True,
    source=SOURCE,
)
