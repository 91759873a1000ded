"""The inbox in the browser: the count in the menu, the list, one notice, who may see it."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from kwsp_portal.notify import services
from kwsp_portal.notify.enums import Inbox, Whose
from kwsp_portal.notify.models import Notice
from tests import factories
from tests.contributions.pages import Person, signed_in, text_of
from tests.notify.conftest import CODE

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 12)


@pytest.fixture
def member() -> Any:
    return factories.MemberFactory(user=factories.UserFactory())


@pytest.fixture
def employer() -> Any:
    return factories.EmployerFactory(name="KILANG PAPAN SDN BHD")


def visiting(user: Any, prefix: str = "") -> Person:
    """Signed in, and told so: what the sign-in itself put into the inbox is read."""
    person = signed_in(user, prefix)
    assert person.post(f"/{'employer' if user.is_representative else 'member'}/inbox/read/").status_code == 302
    return person


def tell(whose: Whose, whose_id: int, times: int = 1, link: tuple[str | int, ...] = ()) -> None:
    news = [services.News(Inbox(whose, whose_id), CODE, f"row:{number}", {"sum": "12.50", "name": f"N{number}"}, link) for number in range(times)]
    services.tell(news, on=ON)


def mark(person: Person, path: str) -> str:
    """What stands beside "Peti masuk" in the menu."""
    menu = person.get(path).content.decode().partition('class="nav__count">')[2]
    return menu.partition("<")[0]


def test_the_menu_counts_what_is_not_read_until_it_is_opened(member: Any) -> None:
    person = visiting(member.user)
    tell(Whose.MEMBER, member.pk, times=2)
    assert mark(person, "/member/") == "2"
    first = Notice.objects.filter(code=CODE).order_by("pk").first()
    assert first is not None

    page = text_of(person.get(f"/member/inbox/{first.pk}/"))

    assert "Jumlah: RM\xa012.50".replace("\xa0", " ") in page
    assert mark(person, "/member/") == "1"
    assert person.get(f"/member/inbox/{first.pk}/").status_code == 200, "read again"
    assert mark(person, "/member/") == "1"


def test_all_are_marked_as_read_by_one_button(member: Any) -> None:
    person = visiting(member.user)
    tell(Whose.MEMBER, member.pk, times=25)
    assert "25 makluman belum dibaca." in text_of(person.get("/member/inbox/"))

    assert person.post("/member/inbox/read/").status_code == 302

    page = text_of(person.get("/member/inbox/"))
    assert "Tandakan semua" not in page
    assert "Baharu" not in page
    assert mark(person, "/member/") == ""
    assert person.get("/member/inbox/read/").status_code == 405


def test_an_empty_inbox_says_so_in_both_languages() -> None:
    user = factories.UserFactory()
    malay, english = signed_in(user), signed_in(user, "/en")
    factories.MemberFactory(user=user)

    assert "Tiada makluman" in text_of(malay.get("/member/inbox/"))
    assert "No notices" in text_of(english.get("/member/inbox/"))


def test_an_employers_notice_is_for_everybody_who_acts_for_it(employer: Any) -> None:
    maker = factories.RepresentativeFactory(employer=employer).user
    checker = factories.RepresentativeFactory(employer=employer, checker=True).user
    making, checking = visiting(maker), visiting(checker)
    tell(Whose.EMPLOYER, employer.pk, link=("employer:filings",))
    notice = Notice.objects.get(code=CODE)

    page = making.get(f"/employer/inbox/{notice.pk}/")

    assert 'href="/employer/filings/"' in page.content.decode()
    assert "KILANG PAPAN SDN BHD" in text_of(page)
    assert mark(making, "/employer/") == ""
    assert mark(checking, "/employer/") == "1"
    assert checking.post("/employer/inbox/read/").status_code == 302
    assert mark(checking, "/employer/") == ""


def test_anothers_notice_is_not_there(member: Any, employer: Any) -> None:
    stranger = factories.MemberFactory(user=factories.UserFactory())
    rep = factories.RepresentativeFactory(employer=employer).user
    tell(Whose.MEMBER, member.pk)
    notice = Notice.objects.get(code=CODE)

    assert signed_in(stranger.user).get(f"/member/inbox/{notice.pk}/").status_code == 404
    assert signed_in(stranger.user).get("/member/inbox/999/").status_code == 404
    assert signed_in(rep).get(f"/employer/inbox/{notice.pk}/").status_code == 404
    assert signed_in(rep).get(f"/member/inbox/{notice.pk}/").status_code == 403
    assert mark(visiting(stranger.user), "/member/") == ""


def test_somebody_who_is_no_member_yet_has_no_inbox() -> None:
    assert signed_in(factories.UserFactory()).get("/member/inbox/").status_code == 404


def test_a_stranger_signs_in_first(client: Client) -> None:
    assert client.get("/member/inbox/").status_code == 302
