"""The codes of the API are listed in docs/api-codes.md, all of them, with an example each."""

import ast
import re
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import translation

from contributions.api import codes
from contributions.borang_a.problem import Code
from contributions.problems.elections import ELECTION
from kwsp_portal.frame.management.commands import api_codes

API = Path(settings.BASE_DIR) / "contributions" / "api"


def _named(function: str) -> set[str]:
    """Codes that the API's own source gives to a function as the first argument."""
    calls = [node for path in API.glob("*.py") for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    first = [node.args[0] for node in calls if ast.unparse(node.func).endswith(function) and node.args]
    return {str(one.value) for one in first if isinstance(one, ast.Constant)}


def test_every_code_that_the_source_names_is_listed() -> None:
    source = "".join(path.read_text() for path in API.glob("*.py"))
    of_fields = _named("NotOfItsForm") | set(re.findall(r'code="([A-Z_]+)"', source))

    assert len(_named("Refused")) > 8
    assert _named("Refused") - codes.known() == set()
    assert of_fields - set(codes.FIELD) == set()


@pytest.mark.parametrize("language", ["ms", "en"])
def test_every_example_is_whole(language: str) -> None:
    with translation.override(language):
        found = list(codes.examples())

    assert {one.code for one in found} == {code.value for code in set(Code) - set(ELECTION)}
    assert [one for one in found if re.search(r"%\(|None|«", one.detail + one.mend) or not one.mend] == []
    assert len({one.code for one in codes.calls()}) == len(list(codes.calls()))


def test_the_document_is_as_the_tables_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    call_command("api_codes", "--check", stdout=StringIO())
    monkeypatch.setattr(api_codes, "PATH", tmp_path / "api-codes.md")

    with pytest.raises(CommandError, match="run manage.py api_codes"):
        call_command("api_codes", "--check", stdout=StringIO())
    call_command("api_codes", stdout=StringIO())
    call_command("api_codes", "--check", stdout=StringIO())
