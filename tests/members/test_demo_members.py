"""The four demo members as a browser sees them, on a population made by `demo_data`."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client, TransactionTestCase

from contributions.models import FilingRow
from members.models import Member
from tests.members.conftest import sign_in

ACCOUNTS = {
    "ahlidemo35": ["Akaun Persaraan", "Akaun Sejahtera", "Akaun Fleksibel"],
    "ahlidemo54": ["Akaun Persaraan", "Akaun Sejahtera", "Akaun Fleksibel"],
    "ahlidemo56": ["Akaun 55", "Akaun Emas"],
    "ahlidemo61": ["Akaun 55", "Akaun Emas"],
}
PEOPLE = pytest.mark.parametrize("user_id", ACCOUNTS)
LANGUAGES = pytest.mark.parametrize("prefix", ["", "/en"])
BOTH = {
    "": ("Jumlah simpanan", "Setakat", "Caruman terkini", "Mengapa angka ini?", "Jadual Ketiga", "Telah dikreditkan"),
    "/en": ("Total savings", "As at", "Latest contribution", "Why this figure?", "Third Schedule", "Credited"),
}


@pytest.fixture(scope="module")
def population(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        call_command("demo_data", members=4, months=3, verbosity=0)
    yield
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        TransactionTestCase._fixture_teardown(TransactionTestCase())
        connection.close()


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("population")]


def _text(page: str) -> str:
    return page.replace("&nbsp;", " ").replace("\N{NO-BREAK SPACE}", " ")


def _amounts(page: str) -> list[Decimal]:
    """Every amount in large type, in the order of the page: the total, then the cards, then the latest contribution."""
    found = re.findall(r'class="figure__rm">RM</span> ([\d,]+)<span class="figure__sen">(\.\d\d)</span>', _text(page))
    return [Decimal(whole.replace(",", "") + cents) for whole, cents in found]


@PEOPLE
@LANGUAGES
def test_the_amounts_on_the_cards_sum_to_the_total(client: Client, user_id: str, prefix: str) -> None:
    sign_in(client, user_id)

    page = client.get(f"{prefix}/member/").content.decode()

    names = [name for _href, name in re.findall(r'<h3 class="account__name"><a href="([^"]+)">([^<]+)</a>', page)]
    total, *cards = _amounts(page)[: len(names) + 1]
    assert names == ACCOUNTS[user_id]
    assert total > 0
    assert sum(cards) == total
    assert "«undefined" not in page


@PEOPLE
@LANGUAGES
def test_the_home_page_says_all_of_it_in_the_chosen_language(client: Client, user_id: str, prefix: str) -> None:
    sign_in(client, user_id)

    page = _text(client.get(f"{prefix}/member/").content.decode())

    for words in (*BOTH[prefix], "Syarikat Contoh Maju"):
        assert words in page
    assert not any(words in page for words in BOTH["" if prefix else "/en"][:4])


@PEOPLE
def test_every_link_of_the_home_page_opens_in_twelve_queries(
    client: Client, user_id: str, django_assert_max_num_queries: Callable[..., AbstractContextManager[None]]
) -> None:
    sign_in(client, user_id)
    with django_assert_max_num_queries(12):
        page = client.get("/member/").content.decode()

    links = set(re.findall(r'href="(/member/[^"]+)"', page))

    assert any("/contributions/" in link for link in links)
    for link in links:
        with django_assert_max_num_queries(12):
            answer = client.get(link)
        assert answer.status_code == 200
        assert "«undefined" not in answer.content.decode()


@pytest.mark.parametrize("user_id", ["ahlidemo56", "ahlidemo61"])
def test_after_55_everything_new_is_in_emas(client: Client, user_id: str) -> None:
    sign_in(client, user_id)

    total, akaun_55, emas = _amounts(client.get("/member/").content.decode())[:3]

    assert akaun_55 == 0
    assert emas == total


def test_nobody_sees_another_s_contribution(client: Client) -> None:
    other = FilingRow.objects.filter(member=Member.objects.get(user__user_id="ahlidemo54")).first()
    assert other is not None
    sign_in(client, "ahlidemo35")

    assert client.get(f"/member/contributions/{other.pk}/").status_code == 404


@pytest.mark.parametrize("address", ["/member/", "/member/accounts/PERSARAAN/", "/member/contributions/1/"])
def test_only_members_come_in(client: Client, address: str) -> None:
    assert client.get(address).status_code == 302
    sign_in(client, "majikanmaker")

    assert client.get(address).status_code == 403
