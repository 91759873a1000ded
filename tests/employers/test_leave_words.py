"""What the SMS of a code says of the act it approves: whoever reads only the SMS knows what they would be party to."""

import pytest

from employers.models import Employer, Representative
from employers.services import leave
from kwsp_portal.notify import wording
from members.identity import api_tokens, tac_messages
from members.identity.models import User

EMPLOYER = Employer(number="10000077")
SITI = Representative(pk=7, employer=EMPLOYER, user=User(name="Siti binti Omar"), role="MAKER")
PHONE = "+60123456789"
NEW = {"name": "Ali bin Abu", "user_id": "", "role": "CHECKER", "phone": PHONE, "language": "ms"}
ACTS = [
    (leave.to_appoint(EMPLOYER, **NEW), ["melantik sebagai Pelulus", "Ali bin Abu"], ["appoint", "Checker", "Ali bin Abu"]),
    (leave.to_remove(SITI), ["menamatkan peranan Penyedia", "Siti binti Omar"], ["end the role", "Maker"]),
    (leave.to_change_role(SITI, role="ADMINISTRATOR"), ["menukar peranan kepada Pentadbir"], ["change the role to", "Administrator"]),
    (leave.to_invite_again(SITI, phone=PHONE), ["menghantar kod pengaktifan", "6789"], ["activation code", "6789"]),
    (leave.to_bind_phone(SITI, phone=PHONE), ["menukar telefon TAC", "6789"], ["TAC phone", "6789"]),
]


def said(code: str, shown: dict[str, str], language: str) -> str:
    figures = tac_messages.figures(code, shown)
    assert PHONE not in str(figures), "a message keeps no number in full"
    return wording.said(channel="SMS", code=code, figures=figures, secrets={"tac": "123456"}, language=language).body


@pytest.mark.parametrize(("shown", "malay", "english"), ACTS, ids=lambda given: given["act"] if isinstance(given, dict) else "")
def test_the_sms_names_the_act_and_the_role_or_number(shown: dict[str, str], malay: list[str], english: list[str]) -> None:
    for language, words in (("ms", malay), ("en", english)):
        body = said("TAC_REPRESENTATIVES", shown, language)
        assert [word for word in (*words, "10000077") if word not in body] == [], body


@pytest.mark.parametrize(
    ("scope", "limit", "malay", "english"),
    [
        ("employer:10000077", 5000, ["majikan 10000077", "hingga RM", "5,000.00"], ["employer 10000077", "up to RM", "5,000.00"]),
        ("employer:10000077", None, ["tidak boleh meluluskan atau membayar"], ["may not approve or pay"]),
        ("me", None, ["akaun sendiri"], ["own account"]),
    ],
)
def test_the_sms_of_a_token_names_its_scope_and_limit(scope: str, limit: int | None, malay: list[str], english: list[str]) -> None:
    shown = dict(api_tokens.shown(scope=scope, monthly_limit=limit))  # type: ignore[arg-type]
    for language, words in (("ms", malay), ("en", english)):
        body = said("TAC_API_TOKEN", shown, language)
        assert [word for word in words if word not in body] == [], body
