"""Every kind with a secret that the portal registers, as an SMS in both languages: seven bits, few parts, the code first, our line last."""

from collections.abc import Callable

import pytest

from kwsp_portal.notify import gsm, kinds, wording
from tests.notify import conftest

CODES = sorted(code for code, kind in kinds.KINDS.items() if kind.secrets and code not in conftest.KINDS)
SAMPLES = ("X" * 20, "1234567.50", "2026-10-01", "2026-10", "7", "SINGLE", "MATCH", "APPOINT:ADMINISTRATOR:6789", "CANCEL:10000101:2026-09")
MOST_PARTS = 3


def sample(show: Callable[[str], str] | None) -> str:
    """A figure that can be shown."""
    for text in SAMPLES:
        try:
            if show is not None:
                show(text)
        except Exception:  # noqa: S112 - each kind reads its figures in its own way
            continue
        return text
    raise AssertionError("no sample of ours can be shown: add one")


def test_there_are_codes_to_look_at() -> None:
    assert "TAC_EMAIL" in CODES


@pytest.mark.parametrize("language", ["ms", "en"])
@pytest.mark.parametrize("code", CODES)
def test_a_message_with_a_secret_fits(code: str, language: str) -> None:
    kind = kinds.KINDS[code]
    figures = {name: sample(kind.show.get(name)) for name in kinds._places(code) - set(kind.secrets)}

    body = wording.said(channel="SMS", code=code, figures=figures, secrets=dict.fromkeys(kind.secrets, "123456"), language=language).body

    size = gsm.size(body)
    assert size.coding == "GSM-7", body
    assert size.parts <= MOST_PARTS, (size, body)
    if kind.one_time_code:
        assert body.startswith("123456")
        assert body.endswith("\n@localhost #123456")
