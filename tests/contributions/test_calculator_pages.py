"""The calculator's pages: one employee, a pasted list, the address that can be kept, CSV; without script and without a person."""

import csv
import html
import io
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from contributions.calculator import address, reckoning
from contributions.forms import QuestionForm
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from members.identity.enums import Role
from tests.identity.conftest import person, sign_in

__all__ = ["person"]
pytestmark = pytest.mark.django_db
ONE, LIST, CSV = "/calculators/contribution/", "/calculators/contribution/list/", "/calculators/contribution/list.csv"
BASE = {"wage_month": "2026-10", "wages": "6250.00", "citizenship": "citizen", "birth_date": "1990-01-01"}


def shown(answer: Any) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))).replace("RM ", "RM")


def kept(answer: Any, path: str) -> str:
    """The address of the page's own link to `path`; the switch of the language comes before it."""
    return [html.unescape(found) for found in re.findall(r'href="([^"]+)"', answer.content.decode()) if html.unescape(found).startswith(f"{path}?")][
        -1
    ]


class TestOne:
    def test_the_empty_form_begins_with_the_month_that_is_due(self, client: Client) -> None:
        page = client.get(ONE)

        month = WageMonth.of(clock.business_date()).previous()
        assert page.status_code == 200
        assert f'value="{month}"' in page.content.decode()
        assert '<form method="get"' in page.content.decode()
        assert "required" not in page.content.decode()

    @pytest.mark.parametrize("month", ["2022-07", "nonsense", "9999-12"])
    def test_a_month_alone_only_chooses_it(self, client: Client, month: str) -> None:
        page = client.get(ONE, {"wage_month": month})

        assert page.status_code == 200
        assert ('value="2022-07"' in page.content.decode()) == (month == "2022-07")

    @pytest.mark.parametrize(
        ("prefix", "words"),
        [("", ["Mengapa bukan RM750.00 dan RM688.00?", "Jadual Ketiga"]), ("/en", ["Why not RM750.00 and RM688.00?", "Third Schedule"])],
    )
    def test_the_example_of_the_seed_with_its_reasons(self, client: Client, prefix: str, words: list[str]) -> None:
        page = client.get(prefix + ONE, BASE)

        text = shown(page)
        assert page.status_code == 200
        for figure in ("756 .00", "693 .00", "1,449 .00", "RM6,200.01", "RM6,300.00", *words):
            assert figure in text, figure

    def test_what_people_type_is_understood(self, client: Client) -> None:
        typed = {**BASE, "wages": "RM 6,250.00", "birth_date": "1/1/1990", "wage_month": "10/2026", "utm_source": "mail"}

        page = client.get(ONE, typed)

        assert page.status_code == 200
        assert parse_qs(urlsplit(kept(page, ONE)).query) == {name: [text] for name, text in BASE.items()}

    @pytest.mark.parametrize(("name", "meant"), [("bonusx", "bonus"), ("birthdate", "birth_date"), ("memberSince", "member_since")])
    def test_a_name_that_is_nearly_one_of_its_own_is_said(self, client: Client, name: str, meant: str) -> None:
        page = client.get(ONE, {**BASE, name: "1250"})

        assert page.status_code == 200
        assert f"Ditemui <code>{name}</code>, dijangka <code>{meant}</code>" in page.content.decode()
        assert "Found <code>" in client.get(f"/en{ONE}", {name: "1250"}).content.decode(), "also where nothing else was asked"

    def test_names_of_others_are_passed_over_in_silence(self, client: Client) -> None:
        page = client.get(ONE, {**BASE, "utm_source": "mail", "fbclid": "x", "lang": "ms", "month": "2026-10"})

        assert "Sebahagian alamat tidak dikira" not in page.content.decode()

    @pytest.mark.parametrize("field", ["wages", "birth_date", "citizenship", "bonus"])
    def test_an_address_with_a_nul_is_refused_in_words(self, client: Client, field: str) -> None:
        page = client.get(ONE, {**BASE, field: "62\x0050"})

        assert page.status_code == 400
        assert "Ralat 400" in page.content.decode()

    def test_its_address_gives_the_same_again(self, client: Client) -> None:
        asked = {**BASE, "bonus": "1250", "employer_excess": "2.5", "keeps": "true", "domestic": "true", "member_since": "2010-01-01"}
        first = client.get(ONE, asked)

        again = client.get(kept(first, ONE))

        assert (first.status_code, again.status_code) == (200, 200)
        assert shown(again) == shown(first)
        for box in ("keeps", "domestic"):
            assert re.search(rf'name="{box}"[^>]*checked', again.content.decode())

    def test_the_language_keeps_the_question(self, client: Client) -> None:
        page = client.get(ONE, BASE).content.decode()

        assert f"/en{ONE}?wage_month=2026-10&amp;wages=6250.00" in page

    def test_every_fault_stands_at_its_field_and_the_answers_are_kept(self, client: Client) -> None:
        page = client.get(ONE, {**BASE, "wages": "-5", "birth_date": "31/02/1990", "citizenship": "alien", "bonus": "1e3"})

        content = page.content.decode()
        assert page.status_code == 422
        assert "<title>Ralat:" in content
        for field in ("wages", "birth_date", "citizenship", "bonus"):
            assert f"id_{field}-error" in content
        assert 'value="-5"' in content
        assert 'href="#id_citizenship_0"' in content

    def test_what_is_missing_is_said_by_name(self, client: Client) -> None:
        text = shown(client.get(ONE, {"wages": "5"}))

        for name in ("Bulan upah", "Kewarganegaraan", "Tarikh lahir"):
            assert text.count(f"{name}: Ditemui kosong") == 2, "in the summary and at the field"

    def test_a_name_given_twice_is_refused(self, client: Client) -> None:
        page = client.get(f"{ONE}?wages=1&wages=2")

        assert page.status_code == 422
        assert "Upah bulan itu, termasuk bonus: Ditemui lebih daripada sekali" in shown(page)

    @pytest.mark.parametrize(
        "query", ["list=6250_c_19900101&list=1_c_19900101&wage_month=2026-10", "list=6250_c_19900101&wage_month=2026-10&wage_month=2026-09"]
    )
    def test_an_address_with_two_answers_is_refused(self, client: Client, query: str) -> None:
        assert client.get(f"{LIST}?{query}").status_code == 422
        assert client.get(f"{CSV}?{query}").status_code == 302

    @pytest.mark.parametrize(
        ("changes", "field", "words"),
        [
            ({"birth_date": "1940-01-01"}, "birth_date", "umur 75"),
            ({"domestic": "true", "citizenship": "non_citizen"}, "domestic", "mengecualikan pekerja domestik"),
            ({"wage_month": "1960-01"}, "wage_month", "tarikh terawal"),
            ({"wage_month": "9999-12"}, "wage_month", "Ditemui 9999-12"),
        ],
    )
    def test_a_refusal_of_the_law_is_said_at_its_field(self, client: Client, changes: dict[str, str], field: str, words: str) -> None:
        page = client.get(ONE, {**BASE, **changes})

        assert page.status_code == 422
        assert f"id_{field}-error" in page.content.decode()
        assert words in shown(page)

    @pytest.mark.parametrize(("prefix", "words"), [("", "12 bulan di hadapan"), ("/en", "12 months ahead")])
    def test_a_month_whose_law_nobody_knows_yet_is_refused_by_every_door(self, client: Client, prefix: str, words: str) -> None:
        latest = WageMonth.of(clock.business_date()).plus(12)
        for month, status in ((str(latest), 200), (str(latest.next()), 422), ("2199-12", 422)):
            pages = [
                client.get(prefix + ONE, {**BASE, "wage_month": month}),
                client.get(prefix + LIST, {"wage_month": month, "list": "6250_n_20000101"}),
            ]
            assert [page.status_code for page in pages] == [status] * 2, month
            assert all((words in shown(page)) == (status == 422) for page in pages)
        pasted = client.post(prefix + LIST, {"wage_month": "2199-12", "employees": "6250\t\tW\t1/1/2000"})
        assert pasted.status_code == 422
        assert words in shown(pasted)
        assert client.get(prefix + CSV, {"wage_month": "2199-12", "list": "6250_n_21500101"}).status_code == 302

    def test_what_counts_as_wages_stands_where_they_are_entered(self, client: Client) -> None:
        for path in (ONE, LIST):
            text = shown(client.get(path))
            for words in ("Bayaran kerja lebih masa", "Tunggakan upah", "Elaun perjalanan", "kwsp.gov.my"):
                assert words in text

    def test_markup_in_the_question_stays_text(self, client: Client) -> None:
        page = client.get(ONE, {**BASE, "wages": '"><script>alert(1)</script>'}).content.decode()

        assert "<script>alert" not in page

    def test_the_form_asks_for_every_text_that_is_read(self) -> None:
        assert set(QuestionForm.base_fields) == set(reckoning.FIELDS)


class TestSeveral:
    GOOD = "Upah\tBonus\tKewarganegaraan\tTarikh lahir\n6250.00\t\tW\t1/1/1990\n8010\t3010\tW\t31/3/1985"
    NAMED = "Nama\tUpah\tBonus\tKewarganegaraan\tTarikh lahir\nSiti binti Ali\t6250.00\t\tW\t1/1/1990\nRavi\t8010\t3010\tW\t31/3/1985"

    def test_a_good_list_leads_to_its_address(self, client: Client) -> None:
        answer = client.post(LIST, {"wage_month": "2026-10", "employees": self.GOOD})

        assert answer.status_code == 302
        assert answer.url == f"{LIST}?wage_month=2026-10&list=6250_c_19900101~8010_c_19850331_3010"
        page = client.get(answer.url)
        assert page.status_code == 200
        text = shown(page)
        for figure in ("756.00", "693.00", "1,042.00", "891.00", "1,798.00", "1,584.00", "3,382.00"):
            assert figure in text, figure
        assert "8010.00\t3010.00\twarganegara\t1985-03-31" in html.unescape(page.content.decode()), "the list can be changed"

    def test_bad_rows_are_named_and_good_ones_reckoned(self, client: Client) -> None:
        employees = "6250\t\tW\t1/1/1990\n-5\t\tW\t1/1/1990\n6250\t\talien\t5/31/1990\n6710\t\tbw\t1/1/1990"

        page = client.post(LIST, {"wage_month": "2026-10", "employees": employees})

        text = shown(page)
        assert page.status_code == 422
        for words in (
            "2 baris tidak dapat dikira; 2 baris lain",
            "Ditemui -5, dijangka amaun yang tidak negatif",
            "Buang tanda tolak",
            "Ditemui alien",
        ):
            assert words in text, words
        assert "Ditemui 1990-31-05" in text
        assert "1,718.00" in text
        assert "-5\t\tW" in html.unescape(page.content.decode())
        assert client.get(kept(page, LIST)).status_code == 200

    @pytest.mark.parametrize(("prefix", "words"), [("", "Lajur yang tidak digunakan Nama"), ("/en", "Columns that are not used Nama")])
    def test_columns_that_are_passed_over_are_said(self, client: Client, prefix: str, words: str) -> None:
        good, bad = (
            client.post(prefix + LIST, {"wage_month": "2026-10", "employees": text}) for text in (self.NAMED, self.NAMED.replace("8010", "x"))
        )

        assert (good.status_code, bad.status_code) == (200, 422)
        assert all(words in shown(page) for page in (good, bad))
        text = shown(good)
        for figure in ("756.00", "1,042.00", "3,382.00"):
            assert figure in text, figure
        address = kept(good, prefix + LIST)
        assert address == f"{prefix}{LIST}?wage_month=2026-10&list=6250_c_19900101~8010_c_19850331_3010", "without names"
        assert "Siti" not in client.get(address).content.decode()

    @pytest.mark.parametrize(
        ("data", "field"),
        [
            ({"wage_month": "2026-10", "employees": ""}, "employees"),
            ({"wage_month": "2026-10"}, "employees"),
            ({"wage_month": "", "employees": GOOD}, "wage_month"),
            ({"wage_month": "1960-01", "employees": GOOD}, "wage_month"),
            ({"wage_month": "2026-10", "employees": "1\n" * 201}, "employees"),
        ],
        ids=lambda value: str(value)[:30],
    )
    def test_a_list_that_cannot_be_read_is_said_at_its_field(self, client: Client, data: dict[str, str], field: str) -> None:
        page = client.post(LIST, data)

        assert page.status_code == 422
        assert f"id_{field}-error" in page.content.decode()

    def test_a_list_too_long_for_an_address_is_reckoned_and_said_so(self, client: Client) -> None:
        employees = "6250.55\t1000.55\tW\t1/1/1990\t2/2/2010\t2.55\t1.55\n" * 150

        page = client.post(LIST, {"wage_month": "2026-10", "employees": employees})

        assert page.status_code == 422
        assert "terlalu panjang untuk satu alamat" in shown(page)
        assert page.content.decode().count("mengapa angka ini?") >= 150
        assert "list.csv" not in page.content.decode()

    def test_the_longest_address_fits_the_server(self, client: Client) -> None:
        employees = "6250.55\t\tW\t1/1/1990\n" * 180

        url = client.post(LIST, {"wage_month": "2026-10", "employees": employees}).url

        assert 3_000 < len(f"GET /en{url.replace('list/', 'list.csv')} HTTP/1.1") < 4_094

    @pytest.mark.parametrize("rows", ["", "x", "~~~", "6250_c_19900101~-1_c_19900101", "1" * (address.LONGEST + 1)], ids=lambda rows: rows[:20])
    def test_an_address_changed_by_hand_is_answered_in_words(self, client: Client, rows: str) -> None:
        page = client.get(LIST, {"wage_month": "2026-10", "list": rows})

        assert page.status_code == 422
        assert client.get(CSV, {"wage_month": "2026-10", "list": rows}).status_code == 302

    def test_somebody_signed_in_keeps_the_menu(self, client: Client, person: Any) -> None:
        person("seseorang", Role.MEMBER)
        sign_in(client, "seseorang")

        assert 'class="nav"' in client.get(ONE).content.decode()


class TestCsv:
    def test_it_is_the_list_of_the_address(self, client: Client) -> None:
        url = client.post(LIST, {"wage_month": "2026-10", "employees": TestSeveral.GOOD}).url
        file = client.get(kept(client.get(url), CSV))

        rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"), newline="")))
        assert (file["Content-Type"], file["Content-Disposition"]) == ("text/csv; charset=utf-8", 'attachment; filename="caruman-2026-10.csv"')
        assert [(row["wages"], row["employer"], row["employee"]) for row in rows] == [
            ("6250.00", "756.00", "693.00"),
            ("8010.00", "1042.00", "891.00"),
        ]

    def test_one_employee_has_one_too(self, client: Client) -> None:
        file = client.get(kept(client.get(ONE, BASE), CSV))

        assert b"756.00,693.00,1449.00" in file.content
