"""One word for one thing in English (the glossary of README.md): what is sent for a month is a filing, what stands in it a row."""

import re
from pathlib import Path

from kwsp_portal.frame.catalogues import po

PROJECT = Path(__file__).resolve().parents[2]
ENGLISH = po.read(PROJECT / "kwsp_portal" / "locale" / "en" / "LC_MESSAGES" / "django.po")
AVOIDED = {
    r"\blines?\b": "row",
    r"\bsubmissions?\b": "filing",
    r"\bwage bands?\b": "row of the schedule",
    r"\bBorang A\b": "Form A",
}
"""Words that mean the same as a word of the glossary, and that word."""


def _said(text: str) -> str:
    return re.sub(r"%\(\w+\)\w", "", text)


def test_english_uses_the_words_of_the_glossary() -> None:
    wrong = [
        (message.msgid, text, f"say {word!r}")
        for message, texts in ENGLISH.items()
        for text in texts
        for pattern, word in AVOIDED.items()
        if message.msgid and re.search(pattern, _said(text), re.IGNORECASE)
    ]

    assert wrong == []


def test_the_words_stand_in_the_glossary() -> None:
    glossary = (PROJECT / "README.md").read_text(encoding="utf-8")

    assert all(f"| {word}, *" in glossary for word in ("filing", "row", "row of the schedule"))
