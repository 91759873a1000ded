"""docs/register-of-law.md is as the rate files are."""

from kwsp_portal.frame.law import document


def test_the_register_of_law_is_up_to_date() -> None:
    fresh = document.PATH.read_text(encoding="utf-8") == document.text()

    assert fresh, "a rate file or its words have changed: run `.venv/bin/python manage.py register_of_law` and commit docs/register-of-law.md"
