"""Who asked to hear of notices outside of the portal hears of each once, at the address of now; codes and warnings ask nobody."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.notify import copies, services, wording
from kwsp_portal.notify.enums import Channel, Inbox, Whose
from kwsp_portal.notify.models import Copy, Message, Notice
from members.identity import phones
from members.identity.enums import Bound
from tests import factories
from tests.contributions.pages import signed_in, text_of
from tests.notify.conftest import CODE, TAC

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 12)
NOW = datetime.now(UTC)
NUMBER, OTHER = "+60123456789", "+60123456788"


@pytest.fixture
def member() -> Any:
    """A member with a telephone. What binding it said is not counted."""
    found = factories.MemberFactory(user=factories.UserFactory())
    phones.bind(user=found.user, number=NUMBER, how=Bound.COUNTER, by=None, at=NOW)
    return found


def inbox_of(member: Any) -> Inbox:
    return Inbox(Whose.MEMBER, member.pk)


def choose(member: Any, *channels: Channel, language: str = "ms") -> None:
    copies.choose(inbox=inbox_of(member), channels=channels, language=language, by=member.user, at=NOW)


def tell(member: Any, *causes: str) -> None:
    services.tell([services.News(inbox_of(member), CODE, cause, {"sum": "12.50", "name": "A"}) for cause in causes], on=ON)


def announced() -> list[tuple[str, str]]:
    return [(message.to, wording.of(message).body) for message in Message.objects.filter(code=copies.KIND).order_by("pk")]


def test_who_asked_hears_of_every_notice_once_in_their_language(member: Any) -> None:
    choose(member, Channel.SMS, language="en")

    tell(member, "row:1", "row:1")
    tell(member, "row:1", "row:2")

    words = "KWSP: a new notice in your inbox, Inbox. Sign in to the portal to read it."
    assert announced() == [(NUMBER, words), (NUMBER, words)]


def test_of_thousands_that_are_first_told_too(member: Any) -> None:
    choose(member, Channel.SMS)
    others = [services.News(Inbox(Whose.EMPLOYER, member.pk), CODE, f"row:{number}", {"sum": "1.00", "name": "A"}) for number in range(services.MANY)]
    own = [services.News(inbox_of(member), CODE, cause, {"sum": "1.00", "name": "A"}) for cause in ("row:1", "row:2")]

    services.tell([*others, *own], on=ON, first=True)
    alike = [(member.pk, 3, "A"), *((member.pk + number, number, "A") for number in range(1, services.MANY))]
    services.tell_alike(services.Alike(Whose.MEMBER, CODE, "row", {"sum": "1.00"}, "name"), services.Each(*zip(*alike, strict=True)), on=ON)

    told = Message.objects.filter(code=copies.KIND).order_by("pk").values_list("to", "figures__notice")
    assert list(told) == [
        (NUMBER, str(pk)) for pk in Notice.objects.filter(whose="MEMBER", whose_id=member.pk).order_by("pk").values_list("pk", flat=True)
    ]


def test_nobody_hears_who_did_not_ask_or_asks_no_more(member: Any) -> None:
    stranger = factories.MemberFactory(user=factories.UserFactory())
    tell(member, "row:1")
    choose(member, Channel.SMS)
    choose(member)
    tell(member, "row:2")
    tell(stranger, "row:3")

    assert announced() == []


def test_the_number_is_that_of_the_moment(member: Any) -> None:
    choose(member, Channel.SMS)
    phones.bind(user=member.user, number=OTHER, how=Bound.COUNTER, by=None, at=NOW + timedelta(seconds=1))
    tell(member, "row:1")
    phones.remove(user=member.user, by=factories.UserFactory(), at=NOW + timedelta(seconds=2))
    tell(member, "row:2")

    assert [to for to, _words in announced()] == [OTHER]


def test_what_was_sent_already_is_not_announced_too(member: Any) -> None:
    choose(member, Channel.SMS)

    services.send_sms(
        to=NUMBER, kind=TAC, figures={"sum": "1", "name": "A"}, secrets={"tac": "1"}, language="ms", inbox=inbox_of(member), cause="c:1", at=NOW
    )

    assert announced() == []
    assert Notice.objects.count() == 1


def test_choosing_is_an_act_and_choosing_the_same_is_none(member: Any) -> None:
    choose(member, Channel.SMS)
    choose(member, Channel.SMS)
    choose(member, Channel.SMS, language="en")
    choose(member)

    acts = AuditEvent.objects.filter(action="notify.copies").order_by("pk")
    assert [(act.data["before"], act.data["after"]) for act in acts] == [
        ({"channels": []}, {"channels": ["SMS"]}),
        ({"channels": ["SMS"]}, {"channels": []}),
    ]
    assert not Copy.objects.exists()


def test_the_page_says_where_and_what_cannot_be_off(member: Any) -> None:
    person = signed_in(member.user)

    page = text_of(person.get("/member/inbox/channels/"))
    assert "SMS ke +60•••••6789" in page
    assert "sentiasa dihantar dan tidak boleh dimatikan" in page
    assert person.post("/member/inbox/channels/", channels=["SMS"]).url == "/member/inbox/"
    assert person.post("/member/inbox/channels/", channels=["SMS"]).status_code == 302, "a second click"
    assert "checked" in person.get("/member/inbox/channels/").content.decode()
    assert copies.channels_of(inbox_of(member)) == {Channel.SMS}
    assert person.post("/member/inbox/channels/", channels=["PIGEON"]).status_code == 422
    assert person.post("/member/inbox/channels/").status_code == 302
    assert copies.channels_of(inbox_of(member)) == set()
    assert "SMS to +60•••••6789" in text_of(signed_in(member.user, "/en").get("/member/inbox/channels/"))


def test_without_a_telephone_the_page_says_where_to_register_one() -> None:
    member = factories.MemberFactory(user=factories.UserFactory())

    page = text_of(signed_in(member.user).get("/member/inbox/channels/"))

    assert "Daftarkannya di kaunter" in page
    assert signed_in(member.user).post("/member/inbox/channels/", channels=["SMS"]).status_code == 422


# Who acts for an employer ----------------------------------------------------------------------------------


@pytest.fixture
def people() -> list[Any]:
    """A maker and a checker of one employer, each with a telephone."""
    employer = factories.EmployerFactory(name="KILANG PAPAN SDN BHD")
    found = [factories.RepresentativeFactory(employer=employer), factories.RepresentativeFactory(employer=employer, checker=True)]
    for one, number in zip(found, (NUMBER, OTHER), strict=True):
        phones.bind(user=one.user, number=number, how=Bound.COUNTER, by=None, at=NOW)
    return found


def tell_employer(employer: Any, cause: str) -> None:
    services.tell([services.News(Inbox(Whose.EMPLOYER, employer.pk), CODE, cause, {"sum": "12.50", "name": "A"})], on=ON)


def test_of_an_employer_s_notices_each_person_chooses_alone(people: list[Any]) -> None:
    maker, checker = people
    person = signed_in(maker.user)
    page = text_of(person.get("/employer/inbox/channels/"))
    assert "SMS ke +60•••••6789" in page
    assert "KILANG PAPAN" in page
    assert "/employer/inbox/channels/" in person.get("/employer/inbox/").content.decode()

    assert person.post("/employer/inbox/channels/", channels=["SMS"]).url == "/employer/inbox/"
    tell_employer(maker.employer, "row:1")

    assert [to for to, _words in announced()] == [NUMBER]
    assert "checked" not in signed_in(checker.user).get("/employer/inbox/channels/").content.decode()


def test_who_was_removed_hears_nothing_more(people: list[Any]) -> None:
    maker, checker = people
    for one in people:
        signed_in(one.user).post("/employer/inbox/channels/", channels=["SMS"])
    type(maker).objects.filter(pk=maker.pk).update(removed_on=max(ON, maker.appointed_on))

    tell_employer(maker.employer, "row:1")

    assert [to for to, _words in announced()] == [OTHER]


def test_one_employer_s_notices_are_not_another_s(people: list[Any]) -> None:
    signed_in(people[0].user).post("/employer/inbox/channels/", channels=["SMS"])

    tell_employer(factories.EmployerFactory(), "row:1")

    assert announced() == []
