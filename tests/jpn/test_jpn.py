"""Who holds an identity number: JPN's simulator is a real process, reached over HTTP, with every fault switched on by name."""

from datetime import date

import pytest
from django.conf import LazySettings
from django.db import transaction

from kwsp_portal import jpn
from kwsp_portal.jpn import Sex, Standing
from tests.jpn.jpn_process import JpnProcess

pytestmark = pytest.mark.django_db
NUMBER = "000229145678"


def why(number: str = NUMBER) -> str:
    with pytest.raises(jpn.NoAnswer) as silent:
        jpn.ask(number)
    return silent.value.code


def test_the_holder_of_a_number_is_always_the_same(register: JpnProcess) -> None:
    found = jpn.ask(NUMBER)

    assert found == jpn.ask(NUMBER)
    assert found is not None
    assert (found.birth_date, found.sex, found.standing, found.alive) == (date(2000, 2, 29), Sex.FEMALE, Standing.CITIZEN, True)
    assert found.name
    resident = jpn.ask("850101666671")
    assert resident is not None
    assert (resident.sex, resident.standing, resident.birth_date) == (Sex.MALE, Standing.PERMANENT_RESIDENT, date(1985, 1, 1))


@pytest.mark.parametrize("number", ["900231145678", "900101149999"])
def test_a_number_that_nobody_holds(register: JpnProcess, number: str) -> None:
    """31 February, and one that ends as nobody's."""
    assert jpn.ask(number) is None


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("SILENT", "TIMEOUT"),
        ("REFUSED", "HTTP_503"),
        ("GARBLED", "UNREADABLE"),
        ("REPEATED", "ANOTHER_QUESTION"),
        ("BAD_SIGNATURE", "NOT_SIGNED"),
        ("OLD", "NOT_SIGNED"),
    ],
)
def test_what_is_not_believed_decides_nothing(register: JpnProcess, fault: str, code: str) -> None:
    jpn.ask("850101141111")
    register.behave(fault, 1)

    assert why() == code
    assert jpn.ask(NUMBER) is not None, "the next question is answered"


def test_right_answers_about_other_people(register: JpnProcess) -> None:
    register.behave("DEAD", 1)
    dead = jpn.ask(NUMBER)
    register.behave("ANOTHER_NAME", 1)
    other = jpn.ask(NUMBER)
    register.behave("NOT_FOUND", 1)

    assert jpn.ask(NUMBER) is None
    assert dead is not None
    assert not dead.alive
    assert other is not None
    assert other.name == "ORANG CONTOH LAIN"
    register.behave("LATE", 1)
    assert jpn.ask(NUMBER) is not None, "late and in time"


def test_after_three_silences_it_is_left_alone_for_a_while(register: JpnProcess) -> None:
    register.behave("REFUSED")
    assert [why() for _ in range(3)] == ["HTTP_503"] * 3
    asked = register.state()["asked"]

    assert why() == "RESTING"
    assert register.state()["asked"] == asked


def test_a_wrong_key_is_refused_on_both_sides(register: JpnProcess, settings: LazySettings) -> None:
    settings.JPN = {**settings.JPN, "key": "w" * 40}
    assert why() == "HTTP_403"


def test_a_register_that_does_not_run(settings: LazySettings, register: JpnProcess) -> None:
    settings.JPN = {**settings.JPN, "url": "http://127.0.0.1:9"}
    assert why() == "CONNECTIONREFUSEDERROR"


def test_it_is_asked_between_transactions_only(register: JpnProcess) -> None:
    with transaction.atomic(), pytest.raises(RuntimeError):
        jpn.ask(NUMBER)


def test_without_a_way_nobody_answers(settings: LazySettings) -> None:
    settings.JPN = {"gateway": "kwsp_portal.jpn.Nobody"}
    assert why() == "NO_WAY"


def test_its_page_says_how_it_behaves_in_both_languages(register: JpnProcess) -> None:
    assert "Jawapan kepada soalan seterusnya" in register.get("/demo/jpn/")
    assert "Answer to the next questions" in register.get("/demo/jpn/?lang=en")
