"""Ruling 29: 12 to 128 characters of any kind, not common ones, not made of the person's own data."""

import json
import re

import pytest
from django.conf import settings

from members.identity import passwords
from members.identity.enums import Role
from members.identity.forms import PasswordForm
from members.identity.forms_activation import NewPasswordForm
from members.identity.models import User
from members.identity.passwords import Rule
from tests.factories.members import MemberFactory

OWN = {"aminahbintiali", "aminah", "binti", "850101141234", "19850101", "ahlisatu"}


@pytest.mark.parametrize(
    "password",
    [
        "kuda padi laut ikan",
        "a" * 6 + "b" * 6,
        "x y z 1 2 3 ",
        "abcdefghijk✓",
        "纳西阿雅姆鸡饭很好吃真的",
        "Aminah suka makan nasi lemak",
        "kata" * 32,
        " mula dan tamat ruang ",
    ],
)
def test_any_kind_of_characters_will_do(password: str) -> None:
    assert passwords.broken(password, own=OWN) == []


@pytest.mark.parametrize(
    ("password", "rules"),
    [
        ("", [Rule.SHORTEST]),
        ("kudapadi123", [Rule.SHORTEST]),
        ("k" * 129, [Rule.LONGEST, Rule.COMMON]),
        ("kuda padi " * 13, [Rule.LONGEST]),
        ("QWERTY123456", [Rule.COMMON]),
        ("1qaz2wsx3edc", [Rule.COMMON]),
        ("passwordpassword", [Rule.COMMON]),
        ("aaaaaaaaaaaaaa", [Rule.COMMON]),
        ("Michael-2026!", [Rule.COMMON]),
        ("*dragon*12345", []),
        ("!dragon!1234", [Rule.COMMON]),
        ("850101-14-1234", [Rule.OWN]),
        ("AMINAH binti Ali", [Rule.OWN]),
        ("Amináh1985!!!!", [Rule.OWN]),
        ("ahlisatu-2026", [Rule.OWN]),
        ("aminah19850101", [Rule.OWN]),
    ],
)
def test_what_is_refused_and_why(password: str, rules: list[Rule]) -> None:
    assert passwords.broken(password, own=OWN) == rules


def test_borders_of_length() -> None:
    """Characters count, not bytes; nothing is cut off."""
    assert Rule.SHORTEST in passwords.broken("é" * 5 + "kuda p", own=())
    assert passwords.broken("é" * 5 + "kuda pa", own=()) == []
    assert passwords.broken("kuda padi laut i" * 8, own=()) == []
    assert passwords.broken("kuda padi laut i" * 8 + "x", own=()) == [Rule.LONGEST]


def test_short_pieces_of_own_data_count_for_nothing() -> None:
    """`Ali` and `Tan` stand in too many good passwords."""
    user = User(user_id="ahlisatu", name="Tan Ah Kaw", role=Role.MEMBER)
    assert passwords.own_data(user) == {"ahlisatu", "tanahkaw"}


@pytest.mark.django_db
def test_what_the_register_knows_is_own_data() -> None:
    member = MemberFactory(identity_number="850101141234", birth_date="1985-01-31", phone="+60123456789")
    member.refresh_from_db()
    user = User(user_id="ahlisatu", name=member.name, role=Role.MEMBER)
    user.member = member
    own = passwords.own_data(user)
    assert {"850101141234", "31011985", "19850131", "850131", member.number, "60123456789", "0123456789"} <= own
    assert passwords.broken("31/01/1985 31.01.85", own=own) == [Rule.OWN]


def test_more_than_three_thousand_common_ones_that_are_long_enough_are_refused() -> None:
    """ASVS 5.0, 6.2.4. By themselves 187 of Django's list are; what people add to the others to be long enough is a year."""
    tried = [password for word in passwords.listed() if len(password := f"{word}2026") >= passwords.SHORTEST]

    assert len(tried) > 3_000
    assert [password for password in tried if passwords.broken(password, own=()) != [Rule.COMMON]] == []


def test_every_rule_has_its_words() -> None:
    assert set(passwords.WORDS) == set(passwords.MENDED) == set(Rule)


def test_the_page_ticks_by_the_same_list() -> None:
    """static/js/common-passwords.js is Django's list, as far as length leaves it."""
    script = (settings.BASE_DIR / "kwsp_portal" / "static" / "js" / "common-passwords.js").read_text()
    listed = re.search(r"\[.*\]", script, re.S)
    assert listed is not None
    assert set(json.loads(listed[0])) == passwords.common()


def test_a_password_may_be_pasted_and_filled_in_by_its_manager() -> None:
    """No script of ours listens to the clipboard, and the fields say what they are for (ASVS 6.2.7)."""
    scripts = list((settings.BASE_DIR / "kwsp_portal" / "static" / "js").glob("*.js"))
    assert len(scripts) > 5
    assert [script.name for script in scripts if re.search(r"paste|clipboard|contextmenu", script.read_text())] == []
    fields = [PasswordForm().fields["password"], NewPasswordForm().fields["password"]]
    assert [field.widget.attrs["autocomplete"] for field in fields] == ["current-password", "new-password"]
