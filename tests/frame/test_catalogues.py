"""Catalogues without GNU gettext: what is extracted, what is written, what is found wrong."""

import gettext
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import translation

from kwsp_portal.bank.fpx import codes
from kwsp_portal.frame.catalogues import audit, extract, libraries, mo, po
from kwsp_portal.frame.catalogues.extract import Message

HELLO = Message("Selamat datang, %(name)s")


def test_a_template_is_asked_as_it_asks_at_run_time() -> None:
    found = extract.from_template(
        """{% translate "Simpanan" %} {% translate 'Bayar' as label %} {% button _("Hantar") kind="secondary" %}
        {% blocktranslate with day=on|day %}Setakat {{ day }}, 100%{% endblocktranslate %}
        {# {% translate "Tidak" %} #}{% comment %}{% translate "Bukan" %}{% endcomment %}
        {% summary_row _("Kunci") value|default:_("Tiada") %} {{ value|default:_("Kosong") }}"""
    )

    assert {message.msgid for message in found} == {"Simpanan", "Bayar", "Hantar", "Setakat %(day)s, 100%%", "Kunci", "Tiada", "Kosong"}


def test_python_is_read_by_its_syntax() -> None:
    found = extract.from_python(
        "from django.utils import translation\n"
        "from django.utils.translation import gettext as _, gettext_noop, ngettext, pgettext\n"
        "A = _('Satu ' 'dua')\nB = gettext_noop('Tiga')\nC = translation.gettext('Empat')\n"
        "D = ngettext('%d fail', '%d fail semua', n)\nE = pgettext('bulan', 'Mac')\nF = _(computed)\nG = other('Lima')\n"
    )

    assert found == {
        Message("Satu dua"),
        Message("Tiga"),
        Message("Empat"),
        Message("%d fail", plural="%d fail semua"),
        Message("Mac", context="bulan"),
    }


def test_a_module_that_does_without_django_marks_its_messages_itself() -> None:
    found = extract.from_python("def gettext_noop(words):\n    return words\nA = gettext_noop('Satu')\nB = other('Dua')\n")

    assert found == {Message("Satu")}


def test_what_every_code_of_the_bank_says_is_said_in_english_too() -> None:
    with translation.override("en"):
        malay = [code for code in ("", *codes.TABLE) if translation.gettext(codes.meaning(code).words) == codes.meaning(code).words]

    assert malay == []


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    catalogue: po.Catalogue = {
        HELLO: ("Welcome, %(name)s",),
        Message('Dua "baris"\ndan \\ belakang'): ('Two "lines"\nand a \\ back',),
        Message("%d fail", plural="%d fail semua"): ("%d file", "%d files"),
        Message("Mac", context="bulan"): ("March",),
        Message("Belum"): ("",),
    }

    po.write(tmp_path / "django.po", "en", catalogue)
    mo.write(tmp_path / "django.mo", "en", catalogue)

    assert po.read(tmp_path / "django.po") == catalogue
    assert mo.read(tmp_path / "django.mo") == mo.wanted(catalogue)
    with (tmp_path / "django.mo").open("rb") as file:
        spoken = gettext.GNUTranslations(file)
    assert spoken.gettext("Selamat datang, %(name)s") == "Welcome, %(name)s"
    assert spoken.ngettext("%d fail", "%d fail semua", 1) == "%d file"
    assert spoken.ngettext("%d fail", "%d fail semua", 5) == "%d files"
    assert spoken.pgettext("bulan", "Mac") == "March"
    assert spoken.gettext("Belum") == "Belum"


def test_a_message_that_stands_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "django.po"
    path.write_text('msgid "Ya"\nmsgstr "Yes"\n\nmsgid "Ya"\nmsgstr "Yes"\n')

    with pytest.raises(ValueError, match="stands twice"):
        po.read(path)


@pytest.fixture
def portal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A portal of one sentence, with catalogues that are complete."""
    monkeypatch.setattr(settings, "LOCALE_PATHS", [tmp_path])
    monkeypatch.setattr(audit, "ours", lambda: {HELLO: "templates/a.html"})
    monkeypatch.setattr(libraries, "messages", lambda: {Message("Not in any catalogue"): "library/a.py"})
    _save({HELLO: ("Welcome, %(name)s",)}, {Message("Not in any catalogue"): ("Tiada dalam katalog",)})
    return tmp_path


def _save(english: po.Catalogue, malay: po.Catalogue) -> None:
    for language, catalogue in (("en", english), ("ms", malay)):
        po.write(audit.folder(language) / "django.po", language, catalogue)
        mo.write(audit.folder(language) / "django.mo", language, catalogue)


MALAY: po.Catalogue = {Message("Not in any catalogue"): ("Tiada dalam katalog",)}


@pytest.mark.usefixtures("portal")
def test_complete_catalogues_have_no_problems() -> None:
    assert audit.problems() == []
    call_command("check_catalogues", verbosity=0)


@pytest.mark.parametrize(
    ("english", "malay", "said"),
    [
        ({}, MALAY, "en: no translation of 'Selamat datang, %(name)s'"),
        ({HELLO: ("",)}, MALAY, "en: no translation of 'Selamat datang, %(name)s'"),
        ({HELLO: ("Welcome, %(nama)s",)}, MALAY, "has the places ['%(nama)s'], expected ['%(name)s']"),
        ({HELLO: ("Welcome",)}, MALAY, "has the places [], expected ['%(name)s']"),
        ({HELLO: ("Welcome, %(name)s",)}, {}, "ms: no translation of 'Not in any catalogue'"),
    ],
)
@pytest.mark.usefixtures("portal")
def test_what_is_missing_or_misplaced_is_named(english: po.Catalogue, malay: po.Catalogue, said: str) -> None:
    _save(english, malay)

    assert any(said in problem for problem in audit.problems())
    with pytest.raises(CommandError):
        call_command("check_catalogues", stderr=StringIO())


def test_a_compiled_catalogue_that_is_older_is_named(portal: Path) -> None:
    po.write(portal / "en" / "LC_MESSAGES" / "django.po", "en", {HELLO: ("Hello, %(name)s",)})

    assert audit.problems() == ["en: django.mo does not hold what django.po says; run manage.py make_catalogues"]


@pytest.mark.usefixtures("portal")
def test_making_keeps_translations_adds_what_is_new_and_drops_what_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    new = Message("Baharu")
    _save({HELLO: ("Welcome, %(name)s",), Message("Lama"): ("Old",)}, MALAY)
    monkeypatch.setattr(audit, "ours", lambda: {HELLO: "a", new: "b"})

    call_command("make_catalogues", verbosity=0)

    assert po.read(audit.folder("en") / "django.po") == {HELLO: ("Welcome, %(name)s",), new: ("",)}


def test_malay_that_a_library_would_change_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "ours", lambda: {Message("Delete"): "templates/a.html"})

    assert any("'Delete' (templates/a.html) is shown as" in problem for problem in audit.problems())


@pytest.mark.parametrize(
    "words",
    ["This field is required.", "Log in", "Log out", "Password", "Not found.", "Invalid input.", "Please enter your OTP token.", "Show counts"],
)
def test_libraries_speak_malay(words: str) -> None:
    with translation.override("ms"):
        assert translation.gettext(words) != words
    with translation.override("en"):
        assert translation.gettext(words) == words
