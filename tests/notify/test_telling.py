"""Notices are written with what they tell of, once, and stay as they are."""

from datetime import date

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from kwsp_portal.notify import kinds, selectors, services
from kwsp_portal.notify.enums import Inbox, Whose
from kwsp_portal.notify.models import Notice, Reading
from tests import factories
from tests.notify.conftest import CODE

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 12)
MEMBER, EMPLOYER = Inbox(Whose.MEMBER, 7), Inbox(Whose.EMPLOYER, 7)
FIGURES = {"sum": "12.50", "name": "A"}


def news(to: Inbox = MEMBER, cause: str = "row:1", **figures: str) -> services.News:
    return services.News(to, CODE, cause, {**FIGURES, **figures}, ("member:home",))


def test_what_is_told_lies_in_its_own_inbox_only() -> None:
    services.tell([news(), news(EMPLOYER)], on=ON)

    assert [(one.whose, one.on, one.figures, one.link) for one in selectors.notices_in(MEMBER, user_id=1)] == [
        ("MEMBER", ON, FIGURES, ["member:home"])
    ]
    assert not selectors.notices_in(Inbox(Whose.MEMBER, 8), user_id=1).exists()


def test_the_same_act_is_told_once() -> None:
    services.tell([news(), news()], on=ON)
    services.tell([news(name="B"), news(cause="row:2")], on=ON)

    assert sorted((one.cause, one.figures["name"]) for one in Notice.objects.all()) == [("row:1", "A"), ("row:2", "A")]


def test_thousands_that_are_first_told_are_told_once_all_the_same() -> None:
    """By COPY, and as ever where one of them was told before."""
    hard = r'a\tb "quoted" \\ Zaïnab' + "\t\n"
    many = [news(cause=f"row:{number}", name=hard) for number in range(services.MANY)]

    services.tell(many, on=ON, first=True)
    services.tell([*many, news(cause="row:x", name="new"), news(EMPLOYER, cause="row:x")], on=ON, first=True)

    assert Notice.objects.filter(on=ON, figures={**FIGURES, "name": hard}, link=["member:home"]).count() == services.MANY
    assert Notice.objects.count() == services.MANY + 2


def columns(each: list[tuple[int, int, str]]) -> services.Each:
    return services.Each(*zip(*each, strict=True))


@pytest.mark.parametrize("count", [3, services.MANY])
def test_many_that_are_told_alike_are_told_what_each_would_be_alone(count: int) -> None:
    hard = r'a\tb "quoted" \\ Zaïnab' + "\t\n"
    alike = services.Alike(Whose.MEMBER, CODE, "row", {"sum": hard}, "name", ("member:home",))
    each = [(100 + number, number, hard if number else "A") for number in range(count)]

    services.tell_alike(alike, columns(each), on=ON)
    services.tell_alike(alike, columns([*each, (7, 7_000_000, "new")]), on=ON)

    told = {(one.whose_id, one.cause, one.figures["name"]) for one in Notice.objects.filter(whose="MEMBER", code=CODE, on=ON, link=["member:home"])}
    assert told == {(whose_id, f"row:{act_id}", name) for whose_id, act_id, name in [*each, (7, 7_000_000, "new")]}
    assert all(one.figures.keys() == {"sum", "name"} and one.figures["sum"] == hard for one in Notice.objects.all())
    assert Notice.objects.count() == count + 1
    with pytest.raises(KeyError):
        services.tell_alike(alike._replace(figures={}), columns(each), on=ON)


@pytest.mark.django_db(transaction=True)
def test_telling_needs_the_transaction_of_its_act() -> None:
    with pytest.raises(RuntimeError, match="outside transaction.atomic"):
        services.tell([news()], on=ON)
    with pytest.raises(RuntimeError, match="outside transaction.atomic"):
        services.tell_alike(services.Alike(Whose.MEMBER, CODE, "row", {"sum": "1"}, "name"), columns([(7, 1, "A")] * services.MANY), on=ON)
    with transaction.atomic():
        services.tell([news()], on=ON)
        transaction.set_rollback(True)

    assert not Notice.objects.exists()


@pytest.mark.parametrize("bad", [services.News(MEMBER, "NOBODY_KNOWS", "row:1", {}), services.News(MEMBER, CODE, "row:1", {"name": "A"})])
def test_words_that_cannot_be_made_are_refused_when_they_are_told(bad: services.News) -> None:
    with pytest.raises(KeyError):
        services.tell([bad], on=ON)


def test_words_are_made_in_the_language_of_the_reader() -> None:
    assert kinds.shown(CODE, FIGURES) == ("Peti masuk", ("Jumlah: RM\xa012.50", "A"), "Utama")


def test_each_reader_reads_for_themselves() -> None:
    one, other = factories.UserFactory(), factories.UserFactory()
    services.tell([news(EMPLOYER)], on=ON)
    (notice,) = selectors.unread_in(EMPLOYER, user_id=one.pk)

    services.mark_read(notices=[notice], user_id=one.pk)
    services.mark_read(notices=[notice], user_id=one.pk)

    assert Reading.objects.count() == 1
    assert not selectors.unread_in(EMPLOYER, user_id=one.pk).exists()
    assert selectors.unread_in(EMPLOYER, user_id=other.pk).count() == 1


@pytest.mark.parametrize("table", ["notify_notice", "notify_reading"])
@pytest.mark.parametrize("act", ["DELETE FROM {}", "UPDATE {} SET at = now()"])
def test_the_portal_cannot_change_what_was_told(table: str, act: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(act.format(table))


def test_a_kind_is_known_once() -> None:
    with pytest.raises(ValueError, match="registered twice"):
        kinds.register(CODE, kinds.KINDS[CODE])


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("notice_whose_known", {"whose": "FUND"}),
        ("notice_code_form", {"code": "small"}),
        ("notice_cause_kind_id", {"cause": "nothing"}),
        ("notice_told_once", {}),
    ],
)
def test_the_constraint_refuses_what_it_is_named_for(name: str, fields: dict[str, str]) -> None:
    good = {"whose": "MEMBER", "whose_id": 7, "code": CODE, "cause": "row:1", "on": ON}
    Notice.objects.create(**good)

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Notice.objects.create(**{**good, **fields})


def test_a_notice_is_read_once_by_each() -> None:
    services.tell([news()], on=ON)
    reading = {"notice": Notice.objects.get(), "user": factories.UserFactory()}
    Reading.objects.create(**reading)

    with pytest.raises(IntegrityError, match="notice_read_once"), transaction.atomic():
        Reading.objects.create(**reading)
