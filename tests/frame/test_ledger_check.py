"""The ledger's last check on the first page of the admin, the button, and the lifting of a freeze."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from kwsp_portal.common import clock
from kwsp_portal.jobs.models import Run
from members.identity.enums import Role
from members.ledger import freezing, invariants, nightly, posting
from tests.identity.conftest import sign_in_officer
from tests.ledger.acts import contribution, value

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 10)
SOUND = [invariants.Result(name, 0, []) for name in ("entry_sums_to_zero", "guards_are_in_place")]


def broken(account: int) -> list[invariants.Result]:
    """A sound check and one that found an account, as a check would say it."""
    finding = invariants.Finding(f"account {account}", 12345, (account,))
    return [SOUND[0], invariants.Result("balance_is_sum_of_postings", 1, [finding], {account: "account: 12345 sen"})]


@pytest.fixture
def account() -> int:
    posting.post(contribution(1, 1))
    return value("SELECT id FROM ledger_account WHERE code = 'PERSARAAN'")  # type: ignore[return-value]


@pytest.fixture
def administrator_client(client: Client, administrator: Any) -> Client:
    sign_in_officer(client, "pentadbir9")
    return client


@pytest.fixture
def auditor_client(client: Client, person: Any) -> Client:
    person("juruaudit9", Role.AUDITOR)
    sign_in_officer(client, "juruaudit9")
    return client


def front(client: Client, prefix: str = "") -> str:
    answer = client.get(f"{prefix}/admin/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_before_the_first_check_the_page_says_so(administrator_client: Client) -> None:
    assert "Belum pernah disemak." in front(administrator_client)
    assert "Never checked yet." in front(administrator_client, "/en")


def test_a_sound_ledger_with_when_and_how_long(administrator_client: Client) -> None:
    nightly.keep(SOUND, on=ON, began_at=clock.now(), took=timedelta(seconds=3.25))

    page = front(administrator_client)

    assert "Lejar dalam keadaan baik." in page
    assert "Kesemua 2 semakan lulus." in page
    assert "selama 3.2 saat" in page
    assert "10\xa0Nov\xa02026" in page
    assert "lebih dua hari" not in page
    assert "The ledger is sound." in front(administrator_client, "/en")


def test_what_is_broken_in_words_with_amount_and_link_and_what_is_frozen(administrator_client: Client, account: int) -> None:
    nightly.keep(broken(account), on=ON, began_at=clock.now(), took=timedelta(seconds=3.25))

    page, english = front(administrator_client), front(administrator_client, "/en")

    assert "1 semakan menemui masalah." in page
    assert "Baki yang tidak sama dengan jumlah barisnya" in page
    assert "RM\xa0123.45" in page
    assert f'href="/admin/ledger/account/{account}/change/"' in page
    assert "1 akaun dibekukan." in page
    assert "1 check found something wrong." in english
    assert "Balances that are not the sum of their postings" in english
    assert "1 account is frozen." in english


def test_a_day_an_entry_and_what_has_no_page_are_named_too(administrator_client: Client) -> None:
    found = {"seal_of_closed_days_matches": "day 2026-10-07: found 1", "entry_sums_to_zero": "entry 17", "guards_are_in_place": "trigger x_y"}
    results = [invariants.Result(name, 1, [invariants.Finding(what)]) for name, what in found.items()]
    nightly.keep(results, on=ON, began_at=clock.now(), took=timedelta(seconds=1))

    page = front(administrator_client)

    assert 'href="/admin/ledger/dayseal/2026-10-07/change/">7\xa0Okt\xa02026</a>' in page
    assert 'href="/admin/ledger/entry/17/change/">Catatan lejar 17</a>' in page
    assert "<code>trigger x_y</code>" in page


def test_an_old_result_is_warned_of(administrator_client: Client) -> None:
    nightly.keep(SOUND, on=ON, began_at=clock.now() - timedelta(days=3), took=timedelta(seconds=1))

    assert "Keputusan ini lebih dua hari lama." in front(administrator_client)


def test_an_administrator_has_it_checked_now(administrator_client: Client) -> None:
    assert "Semak sekarang" in front(administrator_client)

    answer = administrator_client.post("/admin/ledger/checkrun/now/", follow=True)

    assert Run.objects.filter(programme=nightly.PROGRAMME).count() == 1
    page = answer.content.decode()
    assert "Semakan lejar telah dimulakan." in page
    assert "Satu semakan sedang menunggu atau berjalan." in page
    assert "Semak sekarang" not in page


def test_an_auditor_reads_and_starts_nothing(auditor_client: Client, account: int) -> None:
    nightly.keep(broken(account), on=ON, began_at=clock.now(), took=timedelta(seconds=1))

    page = front(auditor_client)

    assert "1 semakan menemui masalah." in page
    assert "Semak sekarang" not in page
    assert auditor_client.post("/admin/ledger/checkrun/now/").status_code == 403
    assert auditor_client.post(f"/admin/ledger/account/{account}/lift/", {"reason": "x"}).status_code == 403
    assert "Tarik balik pembekuan" not in auditor_client.get(f"/admin/ledger/account/{account}/change/").content.decode()
    assert freezing.open_freezes().count() == 1


def test_a_check_is_started_by_post_only(administrator_client: Client) -> None:
    assert administrator_client.get("/admin/ledger/checkrun/now/").status_code == 405


def test_the_registers_of_checks_freezes_and_days_can_be_read(administrator_client: Client, account: int) -> None:
    nightly.keep(broken(account), on=ON, began_at=clock.now(), took=timedelta(seconds=1))
    run, freeze = nightly.latest(), freezing.open_freezes().get()
    assert run is not None

    for address in ("checkrun/", f"checkrun/{run.pk}/change/", "freeze/", f"freeze/{freeze.pk}/change/", "dayseal/"):
        for prefix in ("", "/en"):
            assert administrator_client.get(f"{prefix}/admin/ledger/{address}").status_code == 200
    assert f"account {account}" in administrator_client.get(f"/admin/ledger/checkrun/{run.pk}/change/").content.decode()


def test_a_freeze_is_lifted_with_a_reason_when_no_check_finds_the_account(administrator_client: Client, account: int) -> None:
    """The account is sound: what froze it here is a finding that is no longer true."""
    nightly.keep(broken(account), on=ON, began_at=clock.now(), took=timedelta(seconds=1))
    address = f"/admin/ledger/account/{account}/lift/"
    assert address in administrator_client.get(f"/admin/ledger/account/{account}/change/").content.decode()
    assert "Dibekukan sejak" in administrator_client.get(address).content.decode()

    empty = administrator_client.post(address, {"reason": " "})
    assert empty.status_code == 422
    assert "Nyatakan sebab" in empty.content.decode()

    done = administrator_client.post(address, {"reason": "Baki disemak dan betul."}, follow=True)

    page = done.content.decode()
    assert "Pembekuan akaun ini telah ditarik balik." in page
    assert "Baki disemak dan betul." in page
    assert not freezing.open_freezes().exists()


def test_a_freeze_that_a_check_still_finds_stays_with_words(administrator_client: Client, account: int, monkeypatch: pytest.MonkeyPatch) -> None:
    nightly.keep(broken(account), on=ON, began_at=clock.now(), took=timedelta(seconds=1))
    monkeypatch.setattr(invariants, "finding", lambda account_id, *, also: ["balance_is_sum_of_postings"])

    answer = administrator_client.post(f"/en/admin/ledger/account/{account}/lift/", {"reason": "x"})

    assert answer.status_code == 422
    assert "still finds this account: Balances that are not the sum of their postings" in answer.content.decode()
    assert freezing.open_freezes().count() == 1
