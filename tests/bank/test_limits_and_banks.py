"""Ruling 26a, the list of banks, and the settings of the client."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from kwsp_portal.bank import banks, conf, limits
from kwsp_portal.bank.limits import Payer
from tests.bank import keys

DAY = date(2026, 10, 12)


@pytest.mark.parametrize(
    ("payer", "amount", "code", "limit"),
    [
        (Payer.COMPANY, "1.99", "FPX_BELOW_MINIMUM", "2.00"),
        (Payer.COMPANY, "2.00", None, None),
        (Payer.COMPANY, "1000000.00", None, None),
        (Payer.COMPANY, "1000000.01", "FPX_ABOVE_MAXIMUM", "1000000.00"),
        (Payer.PERSON, "0.99", "FPX_BELOW_MINIMUM", "1.00"),
        (Payer.PERSON, "1.00", None, None),
        (Payer.PERSON, "30000.00", None, None),
        (Payer.PERSON, "30000.01", "FPX_ABOVE_MAXIMUM", "30000.00"),
    ],
)
def test_what_fpx_carries_in_one_payment(payer: Payer, amount: str, code: str | None, limit: str | None):
    refusal = limits.why_not_payable(amount=Decimal(amount), payer=payer, on=DAY)

    assert (refusal.code if refusal else None) == code
    assert (refusal.details if refusal else None) == ({"limit": limit, "amount": amount} if code else None)


def test_before_the_first_limit_on_record_silence_is_an_error():
    with pytest.raises(limits.LimitNotKnown):
        limits.limit_at(payer=Payer.COMPANY, on=date(2017, 12, 31))


def test_every_bank_has_a_code_that_fpx_can_carry_a_name_and_a_model():
    known = banks.known()

    assert known["MBB0228"].models == ("02",)
    assert known["MB2U0227"].models == ("01",)
    assert all(bank.name and bank.models and len(code) <= 10 for code, bank in known.items())
    assert banks.name("NEW0001") == "NEW0001"


def test_the_client_is_made_from_the_settings(tmp_path: Path, seller_pair: keys.Pair, bank_pair: keys.Pair):
    (tmp_path / "seller.key").write_bytes(seller_pair.key_pem)
    (tmp_path / "bank.crt").write_bytes(bank_pair.cert_pem)
    values = {
        "bank_url": "http://127.0.0.1:8001",
        "browser_url": "/demo/bank",
        "seller_id": "SE00099999",
        "seller_ex_id": "EX00099999",
        "seller_bank_code": "01",
        "seller_key": str(tmp_path / "seller.key"),
        "bank_certs": [str(tmp_path / "bank.crt")],
        "timeout": 10,
    }

    config = conf.config_from(values)

    assert (config.bank_url, config.browser_url) == ("http://127.0.0.1:8001/", "/demo/bank/")
    assert len(config.certificates.current) == 1


def test_a_portal_without_its_key_says_so(tmp_path: Path):
    values = {"bank_url": "", "browser_url": "", "seller_id": "", "seller_ex_id": "", "seller_bank_code": "", "timeout": 1}

    with pytest.raises(FileNotFoundError):
        conf.config_from({**values, "seller_key": str(tmp_path / "none"), "bank_certs": []})
