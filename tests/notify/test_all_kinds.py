"""Every kind that the portal registers, as an SMS in both languages: seven bits, few parts, the code first, our line last."""

import pytest

from kwsp_portal.notify import gsm, kinds, wording
from tests.notify import conftest

CODES = sorted(code for code, kind in kinds.KINDS.items() if kind.secrets and code not in conftest.KINDS)
MOST_PARTS = 3


def test_there_are_codes_to_look_at() -> None:
    assert "TAC_EMAIL" in CODES


@pytest.mark.parametrize("language", ["ms", "en"])
@pytest.mark.parametrize("code", CODES)
def test_a_message_with_a_secret_fits(code: str, language: str) -> None:
    kind = kinds.KINDS[code]
    places = kinds._places(code) - set(kind.secrets)
    unshown = {name: "X" * 20 for name in places if name not in kind.show}
    if unshown.keys() != places:
        pytest.skip("its figures have forms of their own")
    secrets = dict.fromkeys(kind.secrets, "123456")

    body = wording.said(channel="SMS", code=code, figures=unshown, secrets=secrets, language=language).body

    size = gsm.size(body)
    assert size.coding == "GSM-7", body
    assert size.parts <= MOST_PARTS, (size, body)
    if kind.one_time_code:
        assert body.startswith("123456")
        assert body.endswith("\n@localhost #123456")
