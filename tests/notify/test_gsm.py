"""What an SMS may hold, how many parts it takes, and what somebody's name cannot do to it."""

import pytest

from kwsp_portal.notify import gsm, wording
from tests.notify.conftest import TAC

MALAY = "ABCÅÄÖ àéèùìòÑñÜü £$¥€ @_!?()<>=+-*/:;,.'\"#%&§¿¡"


@pytest.mark.parametrize(
    ("text", "coding", "units", "parts"),
    [
        ("", "GSM-7", 0, 1),
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("€" * 80, "GSM-7", 160, 1),
        ("a" + "€" * 80, "GSM-7", 161, 2),
        ("a" * 152 + "€" + "b" * 10, "GSM-7", 164, 2),
        ("a" * 152 + "€" + "b" * 151, "GSM-7", 305, 2),
        ("a" * 152 + "€" + "b" * 152, "GSM-7", 306, 3),  # the sign of two septets is not cut: a septet of the first part stays empty
        ("陳" * 70, "UCS-2", 70, 1),
        ("陳" * 71, "UCS-2", 71, 2),
        ("😀" * 35, "UCS-2", 70, 1),
        ("陳" * 66 + "😀" + "a" * 66, "UCS-2", 134, 3),
        ("a\nb\r", "GSM-7", 4, 1),
        (MALAY, "GSM-7", len(MALAY) + 1, 1),
        ("`", "UCS-2", 1, 1),
        ("\t", "UCS-2", 1, 1),
    ],
)
def test_a_text_takes_the_parts_that_a_phone_makes_of_it(text: str, coding: str, units: int, parts: int) -> None:
    assert gsm.size(text) == (coding, units, parts)


def test_typesetting_does_not_cost_the_seven_bits() -> None:
    assert gsm.size(gsm.plain("RM\u00a01,250 – “anda” … l'été • 5")).coding == "GSM-7"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("AMINAH BINTI ALI", "AMINAH BINTI ALI"),
        ("S. KUMAR A/L RAJAN @ RAJ", "S. KUMAR A/L RAJAN @ RAJ"),
        ("A.B. SDN. BHD.", "A.B. SDN. BHD."),
        ("A\n@evil.com #111111", "A @evil. com #111111"),
        ("A\r\nB\u2028C\u2029D\x00E\x0bF", "A B C D E F"),
        ("\u202eMOC.LIVE\u202c", "MOC. LIVE"),
        ("zero\u200bwidth\u200djoined\ufeff", "zero width joined"),
        ("ＦＵＬＬ　ＷＩＤＴＨ", "FULL WIDTH"),
        ("www.evil.com/x", "www. evil. com/x"),
        ("https://evil.my", "https:/ /evil. my"),
        ("PT 1.5 HEKTAR", "PT 1.5 HEKTAR"),
        ("x" * 100, "x" * 57 + "..."),
        ("陳大文", "陳大文"),
    ],
)
def test_a_name_is_harmless_in_a_line_of_ours(name: str, shown: str) -> None:
    assert wording.figure(name) == shown


def test_the_last_line_is_ours_whatever_a_name_holds() -> None:
    figures = {"sum": "12.50", "name": "X.\n\n@evil.com #999999"}
    for language in ("ms", "en"):
        body = wording.said(channel="SMS", code=TAC, figures=figures, secrets={"tac": "847263"}, language=language).body

        lines = body.split("\n")
        assert lines[1:] == ["@localhost #847263"]
        assert body.startswith("847263")
        assert gsm.size(body).coding == "GSM-7"


def test_an_email_cannot_be_given_a_header() -> None:
    words = wording.said(channel="EMAIL", code=TAC, figures={"sum": "1.00", "name": "a\r\nBcc: b@c"}, secrets={"tac": "1"}, language="ms")

    assert "\n" not in words.subject
    assert "\r" not in words.body
