"""Officers' pages on voluntary contributions that are undone, as a browser without script uses them, and what member and payer see of it."""

from collections.abc import Iterator
from datetime import date

import pytest

from contributions.models import VoluntaryReversal
from kwsp_portal.common import clock
from members.identity.enums import Role
from members.ledger import posting
from tests.contributions import volunteering
from tests.contributions.pages import actions_of, signed_in, text_of
from tests.contributions.paying import Bank
from tests.contributions.test_pages_wrong_credits import as_officer, officer, paper
from tests.factories import withdrawals

pytestmark = pytest.mark.django_db
LIST = "/staff/voluntary-reversals/"
REASON = "Ejen menaip nombor ahli yang salah."
ON = date(2026, 11, 25)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    before = clock.use_source(lambda: ON)
    yield
    clock.use_source(before)


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_from_the_receipt_to_what_member_and_payer_see(bank: Bank, prefix: str) -> None:
    member, payer = volunteering.member(), volunteering.member()
    found = volunteering.credited(bank, member, "100.00", payer=payer)
    assert found.payment is not None
    supervisor, inspector = (
        as_officer(officer(name, role), prefix) for name, role in (("penyelia8", Role.SUPERVISOR), ("pemeriksa8", Role.INSPECTOR))
    )
    unknown = supervisor.get(f"{LIST}?order_no=TIADA1")
    assert (unknown.status_code, "TIADA1" in text_of(unknown)) == (422, True)
    new = supervisor.get(f"{LIST}?order_no={found.payment.order_no.lower()}")["Location"].removeprefix(prefix)
    supervisor.looks_at(new)
    assert supervisor.post(new, number="39999999", reason=REASON, document=paper()).status_code == 422

    made = supervisor.post(new, number=payer.number, reason=REASON, document=paper())["Location"].removeprefix(prefix)
    page = text_of(supervisor.get(made))
    for words in (member.name, member.number, payer.number, "100.00", REASON, found.payment.order_no):
        assert words in page
    decide = made + "decide/"
    assert supervisor.post(decide, action="approve").status_code == 403
    assert inspector.post(decide, action="refuse", comment=" ").status_code == 422
    hold = withdrawals.hold(posting.member(member.pk, "PERSARAAN"), 1, on=ON)
    assert inspector.post(decide, action="approve").status_code == 409
    withdrawals.let_go(hold, on=ON)
    assert any("100.00" in action for action in actions_of(inspector.get(made)))
    assert inspector.get(made + "document/").status_code == 200
    assert inspector.post(decide, action="approve").status_code == 302
    assert inspector.post(decide, action="approve").status_code == 302, "a second click"
    assert supervisor.post(decide, action="withdraw").status_code == 409, "the colleague has decided"
    assert VoluntaryReversal.objects.get().state == "POSTED"
    assert found.payment.order_no in text_of(supervisor.get(LIST))

    for whom, address, words in (
        (member, "/member/voluntary/", {"": "Dibalikkan", "/en": "Reversed"}),
        (payer, f"/member/voluntary/payments/{found.payment.order_no}/", {"": "dibalikkan oleh KWSP", "/en": "reversed by KWSP"}),
    ):
        assert words[prefix] in text_of(signed_in(volunteering.user_of(whom), prefix).get(address))
    receipt = text_of(signed_in(volunteering.user_of(payer), prefix).get(f"/member/voluntary/payments/{found.payment.order_no}/"))
    received, reversed_words = {"": ("Bayaran diterima", "Caruman ini telah dibalikkan"), "/en": ("Payment received", "was reversed")}[prefix]
    assert (received in receipt, reversed_words in receipt) == (False, True), "a receipt of what stands no more does not look like one"


def test_a_recall_is_refused_with_what_to_do_and_needs_no_payer(bank: Bank) -> None:
    found = volunteering.credited(bank, volunteering.member(), "100.00")
    assert found.payment is not None
    supervisor = as_officer(officer("penyelia8", Role.SUPERVISOR))
    new = f"{LIST}new/{found.payment.order_no}/"
    supervisor.looks_at(new)

    nobody = supervisor.post(new, number="", reason=REASON, document=paper())
    early = supervisor.post(new, number="", recalled="on", reason=REASON, document=paper())

    assert (nobody.status_code, "Masukkan nombor ahli orang yang membayar" in text_of(nobody)) == (422, True)
    assert (early.status_code, "Bank belum membayar wang ini kepada KWSP" in text_of(early)) == (409, True)
