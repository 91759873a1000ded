"""The same list again: renamed, re-ordered, re-spaced, or written in another form. It is recognised, and the earlier filing is named."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from contributions.borang_a import layout
from contributions.enums import FilingState
from contributions.models import Filing
from contributions.services import filing as filings
from contributions.services import same_content
from contributions.services.filing import FileRefused
from kwsp_portal.common import clock
from members.models import Member
from tests.contributions import pages
from tests.contributions.conftest import NOVEMBER, OCTOBER, ON, Office, work
from tests.contributions.sheets import xlsx
from tests.factories import borang_a

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def tenth_of_november(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(clock, "business_date", lambda: ON)
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def people(office: Office) -> list[Member]:
    return [office.hire(name="ALI BIN ABU"), office.hire(name="LIM WEI MING")]


def rows(people: list[Member], employer: str = "756") -> list[str]:
    return [borang_a.row(people[0], employer=employer), borang_a.row(people[1])]


def dashed(row: str) -> str:
    number, identity, *others = row.split(",")
    return ",".join([number, f"{identity[:6]}-{identity[6:8]}-{identity[8:]}", *others])


def refusal(office: Office, content: bytes, **named: object) -> tuple[str, str]:
    with pytest.raises(FileRefused) as refused:
        filings.upload(employer=office.employer, wage_month=OCTOBER, name="lain.csv", content=content, by=office.maker, on=ON, **named)  # type: ignore[arg-type]
    [problem] = refused.value.problems
    return problem["code"], problem["detail"]["filing"]


def test_a_file_is_known_in_any_order_and_spacing_and_with_other_columns_first(office: Office, people: list[Member]) -> None:
    earlier = work(office.send(borang_a.file(*rows(people))))
    first, second = rows(people)
    spaced = first.replace("ALI BIN ABU", "  Ali  Bin Abu ").replace("6250.00", '"6,250.00"')
    turned = [",".join(line.split(",")[::-1]) for line in (layout.HEADER, first, second)]

    assert refusal(office, borang_a.file(second, first)) == ("SAME_CONTENT", str(earlier.pk))
    assert refusal(office, borang_a.file("", dashed(spaced), "", second, ",,JUMLAH,12500.00,1512,1386")) == ("SAME_CONTENT", str(earlier.pk))
    assert refusal(office, borang_a.file(*turned[1:], header=turned[0])) == ("SAME_CONTENT", str(earlier.pk))
    assert refusal(office, "\n".join([layout.HEADER, first, second]).replace(",", ";").encode("utf-16")) == ("SAME_CONTENT", str(earlier.pk))
    assert Filing.objects.get().pk == earlier.pk


def test_bad_rows_that_are_sent_again_do_not_put_away_what_was_mended(office: Office, people: list[Member]) -> None:
    faulty = work(office.send(borang_a.file(*rows(people, employer="750"))))

    code, filing = refusal(office, borang_a.file(*reversed(rows(people, employer="750"))))

    faulty.refresh_from_db()
    assert (code, filing, faulty.state) == ("SAME_CONTENT", str(faulty.pk), FilingState.FAULTY)


@pytest.mark.parametrize(
    ("was", "is_now"),
    [("6250.00,756", "6250.00,750"), ("ALI BIN ABU", "ALI BIN ABUL"), ("6250.00,756", "six,756"), ("6250.00,756", "seven,756")],
)
def test_one_cell_that_differs_makes_another_list(office: Office, people: list[Member], was: str, is_now: str) -> None:
    first, second = rows(people)
    faulty = work(office.send(borang_a.file(first.replace("6250.00,756", "six,7"), second)))

    mended = work(office.send(borang_a.file(second, first.replace(was, is_now))))

    faulty.refresh_from_db()
    assert (faulty.state, mended.assumptions) == (FilingState.DISCARDED, [])


def test_a_supplement_that_repeats_the_borang_a_is_refused_by_the_worker_in_any_form(office: Office, people: list[Member]) -> None:
    main = office.approved(*rows(people))
    content = xlsx(*((person.number, person.identity_number, person.name, 6250, 756, 693) for person in reversed(people)))

    again = work(filings.upload(employer=office.employer, wage_month=OCTOBER, name="lagi.xlsx", content=content, by=office.maker, on=ON, adds=True))

    [problem] = again.refusal or []
    assert (again.state, problem["code"]) == (FilingState.UNREADABLE, "SAME_CONTENT")
    assert (problem["detail"]["filing"], again.rows.count(), again.total) == (str(main.pk), 0, 0)
    assert refusal(office, borang_a.file(*reversed(rows(people))), adds=True) == ("SAME_CONTENT", str(main.pk))


@pytest.mark.parametrize(("prefix", "words"), [("", "Senarai yang sama sudah dihantar"), ("/en", "The same list was sent before")])
def test_the_page_says_which_filing_it_was(office: Office, people: list[Member], prefix: str, words: str) -> None:
    earlier = work(office.send(borang_a.file(*rows(people))))

    answer = pages.signed_in(office.maker, prefix).upload(borang_a.file(*reversed(rows(people))), name="nama-lain.csv")

    text = pages.text_of(answer)
    assert answer.status_code == 422
    assert words in text
    assert str(earlier.pk) in text[text.index(words) :]


def test_last_months_list_is_taken_and_what_changed_is_another_page_s_to_say(office: Office, people: list[Member]) -> None:
    office.approved(*rows(people))

    filing = work(office.send(borang_a.file(*reversed(rows(people))), wage_month=NOVEMBER))

    assert (filing.state, filing.assumptions) == (FilingState.READY, [])


def test_the_same_file_read_again_is_no_news(office: Office, people: list[Member]) -> None:
    filing = work(office.send(borang_a.file(*rows(people))))

    again = work(filings.reread(filing_id=filing.pk, by=office.maker, on=ON))

    assert (again.state, again.assumptions, again.rows_digest) == (FilingState.READY, [], filing.rows_digest)


def test_a_large_file_is_not_read_while_somebody_waits_but_by_the_worker(
    office: Office, people: list[Member], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A faulty list gives way to it, as to any file, and the result says that nothing changed."""
    faulty = work(office.send(borang_a.file(*rows(people, employer="750"))))
    monkeypatch.setattr(same_content, "READ_AT_ONCE", 0)

    again = work(office.send(borang_a.file(*reversed(rows(people, employer="750")))))

    faulty.refresh_from_db()
    assert (faulty.state, again.state) == (FilingState.DISCARDED, FilingState.FAULTY)
    assert [(told["code"], told["detail"]["filing"]) for told in again.assumptions] == [("SAME_CONTENT", str(faulty.pk))]
    text = pages.text_of(pages.signed_in(office.maker).get(pages.address(faulty)))
    assert f"Fail lain mengambil tempatnya Buka penghantaran {again.pk}" in text


def test_of_a_list_that_somebody_put_away_nothing_is_said(office: Office, people: list[Member]) -> None:
    filings.discard(filing_id=work(office.send(borang_a.file(*rows(people)))).pk, by=office.maker, on=ON)

    assert work(office.send(borang_a.file(*reversed(rows(people))))).assumptions == []
