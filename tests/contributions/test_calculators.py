"""GET /api/v1/calculators/contribution/: the shape of the contract, and nonsense refused in words."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

pytestmark = pytest.mark.django_db
URL = "/api/v1/calculators/contribution/"
BASE = {"wage_month": "2026-10", "wages": "6250.00", "citizenship": "citizen", "birth_date": "1990-01-01"}


def ask(client: Client, language: str = "ms", **changes: Any) -> HttpResponse:
    """The example of seed 001 with changes; None leaves a parameter out, a list gives it several times."""
    asked = {name: value for name, value in {**BASE, **changes}.items() if value is not None}
    return client.get(URL, asked, headers={"accept-language": language})  # type: ignore[return-value]


def errors(answer: HttpResponse) -> list[tuple[str, str]]:
    """Field and code of each, after a look at the rest of the problem."""
    body = answer.json()  # type: ignore[attr-defined]
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert (body["status"], body["code"], body["type"]) == (400, "INVALID", "about:blank")
    assert all(set(one) == {"field", "code", "detail"} and one["detail"] for one in body["errors"])
    return [(one["field"], one["code"]) for one in body["errors"]]


class TestAnswer:
    def test_shape_of_the_contract(self, client: Client) -> None:
        answer = ask(client)

        assert answer.status_code == 200
        body = answer.json()  # type: ignore[attr-defined]
        figures = {name: body[name] for name in ("part", "employer", "employee", "total", "band", "reference")}
        assert figures == {
            "part": "A",
            "employer": "756.00",
            "employee": "693.00",
            "total": "1449.00",
            "band": {"from": "6200.01", "to": "6300.00"},
            "reference": "third_schedule@2025-10:A",
        }
        for name in ("explanation", "citations", "assumptions"):
            assert isinstance(body[name], list)
            assert all(isinstance(text, str) and text for text in body[name])
        assert body["explanation"]
        assert body["citations"]

    @pytest.mark.parametrize(
        ("changes", "employer", "employee", "total", "band"),
        [
            ({"wages": "20000.01"}, "2400.00", "2201.00", "4601.00", {"from": "20000.01", "to": None}),
            ({"wages": "21250"}, "2550.00", "2338.00", "4888.00", {"from": "20000.01", "to": None}),
            ({"wages": "10.00"}, "0.00", "0.00", "0.00", {"from": "0.01", "to": "10.00"}),
            ({"wages": "6710", "citizenship": "non_citizen", "member_since": "2020-01-01"}, "134.00", "135.00", "269.00", None),
            ({"wages": "10000000"}, "1200000.00", "1100000.00", "2300000.00", {"from": "20000.01", "to": None}),
            ({"employer_excess": "5"}, "1063.00", "693.00", "1756.00", {"from": "6200.01", "to": "6300.00"}),
            ({"employee_excess": "5.00"}, "756.00", "1000.00", "1756.00", {"from": "6200.01", "to": "6300.00"}),
            ({"employer_excess": "2.5", "employee_excess": "0.25"}, "906.00", "704.00", "1610.00", {"from": "10.01", "to": None}),
            ({"employer_excess": "88", "employee_excess": "89"}, "6250.00", "6250.00", "12500.00", {"from": "10.01", "to": None}),
            ({"employer_excess": "0", "employee_excess": "0.00"}, "756.00", "693.00", "1449.00", {"from": "6200.01", "to": "6300.00"}),
        ],
    )
    def test_figures(self, client: Client, changes: dict[str, str], employer: str, employee: str, total: str, band: object) -> None:
        body = ask(client, **changes).json()  # type: ignore[attr-defined]

        assert (body["employer"], body["employee"], body["total"]) == (employer, employee, total)
        if band is not None:
            assert body["band"] == band

    def test_a_helper_who_chose_and_somebody_who_keeps_11_percent_are_reckoned(self, client: Client) -> None:
        helper = ask(client, domestic="true").json()  # type: ignore[attr-defined]
        kept, lowered = (ask(client, wage_month="2020-05", keeps=keeps).json() for keeps in ("true", "false"))  # type: ignore[attr-defined]

        assert helper["total"] == "1449.00"
        assert "KWSP 16" in " ".join(helper["explanation"])
        assert (kept["employee"], lowered["employee"]) == ("693.00", "441.00")

    def test_the_format_may_be_named_as_clients_of_such_apis_do(self, client: Client) -> None:
        assert ask(client, format="json").json() == ask(client).json()  # type: ignore[attr-defined]

    def test_an_assumption_is_named_where_one_was_made(self, client: Client) -> None:
        body = ask(client, wages="20000.01").json()  # type: ignore[attr-defined]

        assert body["assumptions"]

    @pytest.mark.parametrize(("language", "words"), [("ms", "12% + 5% = 17% daripada RM"), ("en", "12% + 5% = 17% of RM")])
    def test_an_excess_is_said_with_its_figures(self, client: Client, language: str, words: str) -> None:
        body = ask(client, language, employer_excess="5").json()  # type: ignore[attr-defined]

        assert words in " ".join(body["explanation"])
        assert "1,062.50" in " ".join(body["explanation"])
        assert any("43(3)" in citation for citation in body["citations"])

    def test_a_parameter_left_empty_is_as_one_left_out(self, client: Client) -> None:
        assert ask(client, bonus="", member_since="").json() == ask(client).json()  # type: ignore[attr-defined]

    def test_in_both_languages(self, client: Client) -> None:
        malay, english = ask(client, "ms"), ask(client, "en-GB,en;q=0.9")

        assert (malay["Content-Language"], english["Content-Language"]) == ("ms", "en")
        assert malay.json()["explanation"][0] == "Warganegara Malaysia."  # type: ignore[attr-defined]
        assert english.json()["explanation"][0] != "Warganegara Malaysia."  # type: ignore[attr-defined]
        assert malay.json()["employer"] == english.json()["employer"]  # type: ignore[attr-defined]
        assert "Accept-Language" in malay["Vary"]

    def test_another_language_gets_malay(self, client: Client) -> None:
        assert ask(client, "fr")["Content-Language"] == "ms"


class TestNonsense:
    @pytest.mark.parametrize(
        ("wages", "code"),
        [
            ("-1", "NEGATIVE"),
            ("-0.01", "NEGATIVE"),
            ("NaN", "NOT_PLAIN"),
            ("Infinity", "NOT_PLAIN"),
            ("1e5", "NOT_PLAIN"),
            ("+5", "NOT_PLAIN"),
            ("6250.005", "TOO_MANY_DECIMALS"),
            ("6,250.00", "GROUPED"),
            ("６２５０", "NOT_PLAIN"),
            ("٦٢٥٠", "NOT_PLAIN"),
            ("=1+1", "FORMULA"),
            ("10000000.01", "TOO_LARGE"),
            ("9" * 4_000, "TOO_LARGE"),
            (" ", "EMPTY"),
            ("RM6250", "NOT_PLAIN"),
            ("0x10", "NOT_PLAIN"),
            ("6250.", "NOT_PLAIN"),
        ],
    )
    def test_wages(self, client: Client, wages: str, code: str) -> None:
        answer = ask(client, wages=wages)

        assert errors(answer) == [("wages", code)]
        assert len(answer.content) < 1_000, "what was found is shown, but not four thousand digits of it"

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"wages": None}, [("wages", "REQUIRED")]),
            ({"wages": "", "citizenship": None}, [("wages", "REQUIRED"), ("citizenship", "REQUIRED")]),
            ({"wages": ["1", "2"]}, [("wages", "GIVEN_TWICE")]),
            ({"wages": ["1", "1"], "bonus": ["0", "0"]}, [("wages", "GIVEN_TWICE"), ("bonus", "GIVEN_TWICE")]),
            ({"wage_month": "2008-01"}, [("wage_month", "NOT_IN_FORCE")]),
            ({"wage_month": "1500-01"}, [("wage_month", "OUT_OF_RANGE")]),
            ({"wage_month": "9999-12"}, [("wage_month", "OUT_OF_RANGE")]),
            ({"wage_month": "2026-13"}, [("wage_month", "NOT_A_MONTH")]),
            ({"wage_month": "2026-10-01"}, [("wage_month", "NOT_A_MONTH")]),
            ({"wage_month": "２０２６-10"}, [("wage_month", "NOT_A_MONTH")]),
            ({"birth_date": "1990-02-30"}, [("birth_date", "NOT_A_DATE")]),
            ({"birth_date": "19900101"}, [("birth_date", "NOT_A_DATE")]),
            ({"birth_date": "01/01/1990"}, [("birth_date", "NOT_A_DATE")]),
            ({"birth_date": "１９９０-01-01"}, [("birth_date", "NOT_A_DATE")]),
            ({"birth_date": "1990-01-01T00:00"}, [("birth_date", "NOT_A_DATE")]),
            ({"birth_date": "0001-01-01"}, [("birth_date", "OUT_OF_RANGE")]),
            ({"birth_date": "9999-12-31"}, [("birth_date", "BORN_AFTER_WAGE_MONTH")]),
            ({"birth_date": "2026-11-01"}, [("birth_date", "BORN_AFTER_WAGE_MONTH")]),
            ({"birth_date": "1950-01-01"}, [("birth_date", "ABOVE_CONTRIBUTION_AGE")]),
            ({"birth_date": "1900-01-01"}, [("birth_date", "ABOVE_CONTRIBUTION_AGE")]),
            ({"wage_month": "2199-12", "birth_date": "2150-01-01"}, [("wage_month", "OUT_OF_RANGE")]),
            ({"member_since": "1989-12-31"}, [("member_since", "BEFORE_BIRTH")]),
            ({"member_since": "2030-01-01"}, [("member_since", "AFTER_WAGE_MONTH")]),
            ({"citizenship": "cıtızen"}, [("citizenship", "INVALID_CHOICE")]),
            ({"citizenship": "permanent_reſident"}, [("citizenship", "INVALID_CHOICE")]),
            ({"citizenship": "alien"}, [("citizenship", "INVALID_CHOICE")]),
            ({"citizenship": "CITIZEN"}, [("citizenship", "INVALID_CHOICE")]),
            ({"bonus": "6250.01"}, [("bonus", "OVER_WAGES")]),
            ({"bonus": "-1"}, [("bonus", "NEGATIVE")]),
            ({"employer_excess": "-1"}, [("employer_excess", "NEGATIVE")]),
            ({"employer_excess": "2.555"}, [("employer_excess", "TOO_MANY_DECIMALS")]),
            ({"employer_excess": "100.01"}, [("employer_excess", "TOO_LARGE")]),
            ({"employer_excess": "9" * 4_000}, [("employer_excess", "TOO_LARGE")]),
            ({"employer_excess": "88.01"}, [("employer_excess", "EXCESS_TOO_HIGH")]),
            ({"employee_excess": "89.01"}, [("employee_excess", "EXCESS_TOO_HIGH")]),
            ({"employee_excess": "-0.01", "bonus": "x"}, [("bonus", "NOT_PLAIN"), ("employee_excess", "NEGATIVE")]),
            ({"employee_excess": "nothing"}, [("employee_excess", "NOT_PLAIN")]),
            ({"employee_excess": "5%"}, [("employee_excess", "NOT_PLAIN")]),
            ({"employee_excess": "NaN"}, [("employee_excess", "NOT_PLAIN")]),
            ({"employee_excess": "５"}, [("employee_excess", "NOT_PLAIN")]),
            ({"employee_excess": ["5", "5"]}, [("employee_excess", "GIVEN_TWICE")]),
            ({"birth_date": None}, [("birth_date", "REQUIRED")]),
            ({"bonuss": "500.00"}, [("bonuss", "UNKNOWN_PARAMETER")]),
            ({"x" * 300: ["1", "2"]}, [("x" * 40, "UNKNOWN_PARAMETER")]),
            ({"keeps": "ya"}, [("keeps", "NOT_YES_NO")]),
            ({"domestic": "True"}, [("domestic", "NOT_YES_NO")]),
            ({"domestic": "true", "citizenship": "non_citizen"}, [("domestic", "DOMESTIC_EXCLUDED")]),
            ({"wages": "6250.00 "}, [("wages", "NOT_PLAIN")]),
            ({"wages": "-Infinity"}, [("wages", "NOT_PLAIN")]),
            ({"wages": "sNaN", "bonus": "1E+5"}, [("wages", "NOT_PLAIN"), ("bonus", "NOT_PLAIN")]),
            ({"bonus": "0.001"}, [("bonus", "TOO_MANY_DECIMALS")]),
            ({"member_since": "2026-02-29"}, [("member_since", "NOT_A_DATE")]),
            ({"member_since": "1998-8-1"}, [("member_since", "NOT_A_DATE")]),
            ({"wage_month": "2026-1"}, [("wage_month", "NOT_A_MONTH")]),
            ({"wage_month": "2026-00"}, [("wage_month", "NOT_A_MONTH")]),
            (
                {"wages": "\u0666\u0662\u0665\u0660", "wage_month": "\u0968\u0966\u0968\u096c-10"},
                [("wage_month", "NOT_A_MONTH"), ("wages", "NOT_PLAIN")],
            ),
        ],
        ids=str,
    )
    def test_the_rest(self, client: Client, changes: dict[str, Any], expected: list[tuple[str, str]]) -> None:
        assert errors(ask(client, **changes)) == expected

    def test_what_was_found_is_shown_as_it_stood(self, client: Client) -> None:
        assert "2026-00," in ask(client, wage_month="2026-00").json()["errors"][0]["detail"]  # type: ignore[attr-defined]

    @pytest.mark.parametrize(("language", "title"), [("ms", "Permintaan tidak sah"), ("en", "Invalid request")])
    def test_refused_in_the_language_asked_for(self, client: Client, language: str, title: str) -> None:
        answer = ask(client, language, wage_month="2008-01")

        assert answer.json()["title"] == title  # type: ignore[attr-defined]
        assert answer["Content-Language"] == language

    @pytest.mark.parametrize(
        "changes",
        [
            {"wages": "-1"},
            {"employer_excess": "-1"},
            {"employer_excess": "99"},
            {"wages": None},
            {"citizenship": "alien"},
            {"birth_date": "x"},
            {"wages": ["1", "2"]},
        ],
        ids=str,
    )
    def test_each_reason_is_said_in_both_languages(self, client: Client, changes: dict[str, Any]) -> None:
        malay, english = (ask(client, language, **changes).json()["errors"][0]["detail"] for language in ("ms", "en"))  # type: ignore[attr-defined]

        assert malay != english
        assert (malay[:7], english[:5]) == ("Ditemui", "Found")

    def test_what_was_found_cannot_become_markup(self, client: Client) -> None:
        """The answer is JSON and says so: nothing sniffs it."""
        answer = ask(client, wages="<script>alert(1)</script>")

        assert answer["X-Content-Type-Options"] == "nosniff"
        assert errors(answer) == [("wages", "NOT_PLAIN")]


class TestMethods:
    def test_head_is_get_without_its_body(self, client: Client) -> None:
        answer = client.head(URL, BASE)

        assert (answer.status_code, answer.content) == (200, b"")

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
    @pytest.mark.parametrize(("language", "words"), [("ms", "tidak dibenarkan"), ("en", "not allowed")])
    def test_others_are_refused_in_words(self, client: Client, method: str, language: str, words: str) -> None:
        answer = getattr(client, method)(URL, headers={"accept-language": language})

        assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json")
        assert answer.json()["code"] == "METHOD_NOT_ALLOWED"
        assert words in answer.json()["detail"]

    def test_no_other_origin_may_read_it(self, client: Client) -> None:
        answer = client.get(URL, BASE, headers={"origin": "https://example.com"})

        assert not [name for name in answer.headers if name.lower().startswith("access-control-")]

    def test_nobody_is_asked_who_they_are(self, client: Client) -> None:
        assert "Set-Cookie" not in ask(client).headers
        assert not client.cookies
