"""Texts in and out of the calculator: a pasted list, an address, CSV."""

import csv
import io
import random
from datetime import date, timedelta
from decimal import Decimal

import pytest

from contributions.calculator import address, export, pasted, reckoning, several
from contributions.facts import Elections, EmployeeFacts
from kwsp_portal.common.periods import WageMonth
from members.enums import Citizenship

MONTH = "2026-10"
SEED = random.SystemRandom().randrange(1 << 30)


def reckoned(text: str) -> several.Result:
    return several.reckon(pasted.read(text).rows, MONTH)


class TestPasted:
    @pytest.mark.parametrize(
        "text",
        [
            "6250.00\t0\tWarganegara\t1990-05-31",
            "6250,0,citizen,1990-05-31",
            "6250.00;;warganegara;31/5/1990",
            "RM 6,250.00\t\tW\t31-05-1990\t\t\t",
            '"6,250.00",0,CITIZEN,31.5.1990',
            "\n\n  6250 \t 0 \t citizen \t 1990-05-31 00:00:00\n\n",
            "Upah\tKewarganegaraan\tTarikh lahir\n6250\twarganegara\t31/05/1990",
            "Birth date;Salary;Citizenship\n31/05/1990;6250;Malaysian",
            "Name,IC No,Wages,birth_date,citizenship\nSiti,900531-14-1234,6250,1990-05-31,citizen",
            "6250.00\t\tcitizen\t1990-05-31\r\n",
        ],
    )
    def test_what_spreadsheets_make_of_one_employee(self, text: str) -> None:
        result = reckoned(text)

        assert result.faulty == []
        (row,) = result.rows
        assert row.question.facts == EmployeeFacts(
            WageMonth.parse(MONTH), Decimal("6250.00"), Decimal("0.00"), Citizenship.CITIZEN, None, date(1990, 5, 31)
        )
        assert (row.shares.employer, row.shares.employee) == (Decimal(756), Decimal(693))

    def test_every_column_is_read(self) -> None:
        (row,) = reckoned("8010\t3010\tpenduduk tetap\t1990-05-31\t1/2/2010\t5%\t2.5 %").rows

        facts, elections = row.question
        assert (facts.bonus, facts.citizenship, facts.member_since) == (Decimal(3010), Citizenship.PERMANENT_RESIDENT, date(2010, 2, 1))
        assert elections == Elections(Decimal(5), Decimal("2.5"), keeps=False, chosen=True)

    @pytest.mark.parametrize(
        ("text", "wages"),
        [("6250.55", "6250.55"), ("RM 1,006,250.05", "1006250.05"), ("rm6250.5", "6250.50"), ("0.01", "0.01"), ('"12,345.67"', "12345.67")],
    )
    def test_the_sen_of_an_amount_are_kept(self, text: str, wages: str) -> None:
        (row,) = reckoned(f"{text};;w;1990-01-01").rows

        assert row.question.facts.wages == Decimal(wages)

    def test_a_name_is_passed_over_and_said_to_be(self) -> None:
        found = pasted.read("Nama\tNo. KP\tUpah\tTarikh lahir\tKewarganegaraan\nSiti\t900531141234\t6250\t1990-05-31\tw")

        assert found.passed_over == ("Nama", "No. KP")
        assert found.rows[0].texts == {"wages": "6250", "birth_date": "1990-05-31", "citizenship": "citizen"}

    @pytest.mark.parametrize(
        ("row", "faults"),
        [
            ("-1\t\tcitizen\t1990-01-01", [("wages", "NEGATIVE")]),
            ("6250.005\t\tcitizen\t1990-01-01", [("wages", "TOO_MANY_DECIMALS")]),
            ("62,50\t\tcitizen\t1990-01-01", [("wages", "NOT_PLAIN")]),
            ("=A1*2\t\tcitizen\t1990-01-01", [("wages", "FORMULA")]),
            ("６２５０\t\tcitizen\t1990-01-01", [("wages", "NOT_PLAIN")]),
            ("1e5\t\tcitizen\t1990-01-01", [("wages", "NOT_PLAIN")]),
            ("99999999\t\tcitizen\t1990-01-01", [("wages", "TOO_LARGE")]),
            ("6250\t7000\tcitizen\t1990-01-01", [("bonus", "OVER_WAGES")]),
            ("6250\t\talien\t1990-01-01", [("citizenship", "INVALID_CHOICE")]),
            ("6250\t\tcitizen\t5/31/1990", [("birth_date", "NOT_A_DATE")]),
            ("6250\t\tcitizen\t31/5/90", [("birth_date", "NOT_A_DATE")]),
            ("6250\t\tcitizen\t33024", [("birth_date", "NOT_A_DATE")]),
            ("6250\t\tcitizen\t1990-01-01\t1989-01-01", [("member_since", "BEFORE_BIRTH")]),
            ("6250\t\tcitizen\t1990-01-01\t2026-11-01", [("member_since", "AFTER_WAGE_MONTH")]),
            ("6250\t\tcıtızen\t1990-01-01", [("citizenship", "INVALID_CHOICE")]),
            ("6250\t\tcitizen\t2026-11-01", [("birth_date", "BORN_AFTER_WAGE_MONTH")]),
            ("6250\t\tcitizen\t1951-09-30", [("birth_date", "ABOVE_CONTRIBUTION_AGE")]),
            ("6250\t\tcitizen\t1990-01-01\t\t90", [("employer_excess", "EXCESS_TOO_HIGH")]),
            ("6250\t\tcitizen\t1990-01-01\t\t\t\tSiti", [("", "FIELD_COUNT")]),
            ("6250", [("citizenship", "REQUIRED"), ("birth_date", "REQUIRED")]),
            ('"6250\t\tcitizen\t1990-01-01', [("wages", "NOT_PLAIN"), ("citizenship", "REQUIRED"), ("birth_date", "REQUIRED")]),
        ],
    )
    def test_a_fault_is_its_row_s_own(self, row: str, faults: list[tuple[str, str]]) -> None:
        good = "6250\t0\tcitizen\t1990-01-01"

        result = reckoned(f"{good}\n{row}\n{good}")

        assert [line.line for line in result.rows] == [1, 3]
        assert [(line.line, [fault[:2] for fault in line.faults]) for line in result.faulty] == [(2, faults)]
        assert all(fault.words for line in result.faulty for fault in line.faults)
        assert result.total == 2 * Decimal(1449)

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("", "EMPTY"),
            (" \n\t\n", "EMPTY"),
            ("Upah\tTarikh lahir", "EMPTY"),
            ("Bonus\tTarikh lahir\n1\t2", "NO_WAGES_COLUMN"),
            ("1\n" * 201, "TOO_MANY_ROWS"),
            ("1" * 60_001, "TOO_LONG"),
        ],
        ids=lambda value: str(value)[:20],
    )
    def test_a_list_that_cannot_be_read_is_refused_with_its_reason(self, text: str, code: str) -> None:
        with pytest.raises(pasted.PasteRefused) as refused:
            pasted.read(text)

        assert refused.value.code == code
        assert refused.value.words

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("5,000.00,citizen,1990-01-01", "5,000.00"),
            ("1,000,citizen,1990-01-01", "1,000"),
            ("10,010,citizen,1990-01-01", "10,010"),
            ("RM 5,000.00,warganegara,31/5/1990", "RM 5,000.00"),
            ("1,006,250.05,w,31/5/1990", "1,006"),
            ("5000,00,w,31/5/1990", "5000,00"),
            ("Wages,Bonus,Citizenship,Birth date\n5,000.00,citizen,1990-01-01", "5,000.00"),
            ("Wages,Code,Citizenship,Birth date\n5,000.00,citizen,1990-01-01", "5,000.00"),
        ],
    )
    def test_thousands_that_a_comma_has_cut_off_are_never_a_bonus(self, text: str, found: str) -> None:
        (row,) = reckoned(text).faulty

        ((field, code, words),) = row.faults
        assert (field, code) == ("wages", "GROUPED")
        assert f"Ditemui {found}" in words

    @pytest.mark.parametrize(
        "text", ["6250,0,w,1990-01-01", "6250,100,w,1990-01-01", "6250,1000,w,1990-01-01", "900,50,w,1990-01-01", "5\t000\tw\t1990-01-01"]
    )
    def test_a_bonus_that_is_one_stays_one(self, text: str) -> None:
        assert not reckoned(text).faulty

    def test_a_title_may_say_its_unit(self) -> None:
        (row,) = reckoned("Nama;Upah (RM);Bonus (RM);Kewarganegaraan;Tarikh lahir;Lebihan majikan (%)\nAli;6250;3000;w;31/5/1990;0").rows

        assert (row.question.facts.bonus, row.shares.employer) == (Decimal(3000), Decimal(813))

    @pytest.mark.parametrize(
        ("titles", "code"),
        [
            ("Upah\tUpah\tKewarganegaraan\tTarikh lahir", "TITLE_TWICE"),
            ("Upah\tGaji\tKewarganegaraan\tTarikh lahir", "TITLE_TWICE"),
            ("Upah\tBonus tahunan\tKewarganegaraan\tTarikh lahir", "TITLE_UNCLEAR"),
            ("Upah\tBonus(kasar)\tKewarganegaraan\tTarikh lahir", "TITLE_UNCLEAR"),
        ],
    )
    def test_titles_that_leave_a_figure_in_doubt_are_refused(self, titles: str, code: str) -> None:
        with pytest.raises(pasted.PasteRefused) as refused:
            pasted.read(f"{titles}\n6250\t3000\tw\t1990-05-31")

        assert refused.value.code == code
        assert "Ditemui tajuk" in refused.value.words

    @pytest.mark.parametrize("month", ["", "2026-13", "1951-12", "9999-12"])
    def test_a_month_that_cannot_be_asked_is_said_once(self, month: str) -> None:
        with pytest.raises(reckoning.Refused) as refused:
            several.reckon(pasted.read("6250\t\tcitizen\t1990-01-01\n" * 3).rows, month)

        assert [fault.field for fault in refused.value.faults] == ["wage_month"]

    def test_anything_pasted_gets_an_answer(self) -> None:
        """Whatever is pasted, the answer is rows, faults or a refusal in words: nothing else is raised."""
        print(f"seed {SEED}")  # noqa: T201
        luck = random.Random(SEED)
        letters = "0123456789.,;\t\n\"'=+-@ _~RM/cpnUpah\0\u0660\uff16é\r\x85\u2028"
        for _turn in range(400):
            text = "".join(luck.choice(letters) for _ in range(luck.randrange(200)))
            try:
                result = reckoned(text)
            except pasted.PasteRefused:
                continue
            assert len(result.rows) + len(result.faulty) > 0


def some_question(luck: random.Random) -> reckoning.Question:
    born = date(1952, 1, 1) + timedelta(days=luck.randrange(27_000))
    wages = Decimal(luck.randrange(0, 3_000_000)).scaleb(-2)
    facts = EmployeeFacts(
        WageMonth.parse(MONTH),
        wages,
        luck.choice([Decimal("0.00"), (wages / 2).quantize(Decimal("0.01"), "ROUND_DOWN")]),
        luck.choice(list(Citizenship)),
        luck.choice([None, min(born + timedelta(days=luck.randrange(9_000)), date(2026, 10, 31))]),
        born,
        luck.random() < 0.1,
    )
    excess = [Decimal(luck.randrange(0, 8_000)).scaleb(-2) if luck.random() < 0.3 else Decimal(0) for _ in range(2)]
    return reckoning.Question(facts, Elections(*excess, keeps=luck.random() < 0.2, chosen=True))


class TestAddress:
    def test_what_is_written_is_read_again(self) -> None:
        print(f"seed {SEED}")  # noqa: T201
        luck = random.Random(SEED)
        questions = [some_question(luck) for _ in range(300)]

        texts = address.read(address.write(questions), MONTH)

        assert [reckoning.read(text) for text in texts] == questions
        assert [reckoning.read(address.single(question)) for question in questions] == questions

    @pytest.mark.parametrize("language", ["ms", "en"])
    def test_a_list_that_was_kept_can_be_pasted_again(self, language: str) -> None:
        print(f"seed {SEED}")  # noqa: T201
        luck = random.Random(SEED)
        questions = [some_question(luck) for _ in range(100)]

        rows = pasted.read(pasted.write(questions, language)).rows

        assert [reckoning.read({**row.texts, "wage_month": MONTH}) for row in rows] == questions

    def test_it_is_short_and_holds_no_more_than_is_needed(self) -> None:
        (row,) = reckoned("Nama\tUpah\tKewarganegaraan\tTarikh lahir\nSiti binti Ali\t6250.00\tw\t1990-01-01").rows

        assert address.write([row.question]) == "6250_c_19900101"

    def test_two_hundred_usual_employees_fit(self) -> None:
        rows = "".join(f"{1700 + number}.50\t\tw\t1990-01-01\n" for number in range(200))

        assert address.fits(address.write(reckoned(rows).questions))

    @pytest.mark.parametrize(
        "text",
        [
            "6250_c_19900101_____x",
            "6250_c_19900101_____kk_9",
            "6250_c_19900101______",
            "x",
            "_",
            "~",
            "6250_x_19900101",
            "6250_c_1990",
            "6250_c_19901301",
            "1e5_c_19900101",
            "_c_19900101",
            "6250_c_19900101_-1",
        ],
    )
    def test_a_change_by_hand_is_a_fault_of_its_row(self, text: str) -> None:
        result = several.reckon(several.rows_of(address.read(f"6250_c_19900101~{text}", MONTH)), MONTH)

        assert [row.line for row in result.rows] == [1]
        assert result.faulty
        assert all(row.line > 1 for row in result.faulty)


class TestCsv:
    def test_it_holds_what_was_asked_and_answered(self) -> None:
        result = reckoned("6250\t0\tw\t1990-01-01\n-1\tx\n6710\t\tbw\t1990-01-01\t2020-01-01\t2.5")

        content = export.csv_of(result)

        assert content.startswith(b"\xef\xbb\xbf")
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
        assert [tuple(row) for row in rows] == [export.COLUMNS] * 2
        assert [(row["row"], row["wages"], row["part"], row["employer"], row["employee"], row["total"]) for row in rows] == [
            ("1", "6250.00", "A", "756.00", "693.00", "1449.00"),
            ("3", "6710.00", "F", "302.00", "135.00", "437.00"),
        ]
        assert (rows[1]["employer_excess"], rows[1]["member_since"], rows[0]["reference"]) == ("2.5", "2020-01-01", result.rows[0].shares.reference)

    def test_no_cell_can_be_taken_for_a_formula(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Figures, dates and stable names only; were one ever to begin like a formula, it is quoted."""
        result = reckoned("6250\t0\tw\t1990-01-01")
        evil = result.rows[0].shares._replace(reference="=HYPERLINK(0)")

        lines = export.csv_of(several.Result(result.wage_month, [several.Reckoned(1, result.rows[0].question, evil)], [])).decode("utf-8-sig")

        assert "'=HYPERLINK(0)" in lines
        assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for line in lines.splitlines() for cell in line.split(","))
