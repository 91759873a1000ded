from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from kwsp_portal.bank.fpx import signature
from kwsp_portal.bank.fpx.client import FpxClient, FpxConfig, Order
from kwsp_portal.common.clock import KL
from tests.bank import bank_process, keys, stub

Settings = dict[str, str]


@pytest.fixture(scope="session")
def bank_pair() -> keys.Pair:
    return keys.make_pair("the bank")


@pytest.fixture(scope="session")
def seller_pair() -> keys.Pair:
    return keys.make_pair("the portal")


@pytest.fixture(scope="session")
def stranger_pair() -> keys.Pair:
    return keys.make_pair("somebody else")


@pytest.fixture
def order() -> Order:
    return Order(
        order_no="P0000000001",
        amount=Decimal("1512.00"),
        bank_id="MBB0228",
        buyer_name="SYARIKAT CONTOH SDN BHD",
        maker_name="AMINAH BINTI ALI",
        product="Caruman Oktober 2026",
        ordered_at=datetime(2026, 10, 12, 9, 0, tzinfo=KL),
        reference="BA-2026-10",
    )


@pytest.fixture(scope="session")
def new_order() -> Callable[..., Order]:
    """An order with a number that no other test uses."""
    numbers = count(1)

    def make(**changes: Any) -> Order:
        usual = Order(
            order_no=f"T{next(numbers):010d}E",
            amount=Decimal("1512.00"),
            bank_id="MBB0228",
            buyer_name="SYARIKAT CONTOH SDN BHD",
            product="Caruman Oktober 2026",
            ordered_at=datetime(2026, 10, 12, 9, 0, tzinfo=KL),
        )
        return replace(usual, **changes)

    return make


@pytest.fixture(scope="session")
def make_client(seller_pair: keys.Pair, bank_pair: keys.Pair) -> Callable[..., FpxClient]:
    def make(bank_url: str = "http://127.0.0.1:9/", now: datetime = keys.NOW, **changes: Any) -> FpxClient:
        config = FpxConfig(
            bank_url=bank_url,
            browser_url="/demo/bank/",
            seller_id="SE00099999",
            seller_ex_id="EX00099999",
            seller_bank_code="01",
            key=seller_pair.key,
            certificates=signature.Certificates.from_pem([bank_pair.cert_pem]),
            timeout=10,
        )
        return FpxClient(replace(config, **changes), now=lambda: now)

    return make


@pytest.fixture(scope="session")
def portal() -> Iterator[stub.Portal]:
    with stub.running() as portal:
        yield portal


@pytest.fixture(scope="session")
def retired_pair() -> keys.Pair:
    return keys.make_pair("the bank, last year")


@pytest.fixture(scope="session")
def bank_settings(
    tmp_path_factory: pytest.TempPathFactory, portal: stub.Portal, bank_pair: keys.Pair, seller_pair: keys.Pair, retired_pair: keys.Pair
) -> Settings:
    folder = tmp_path_factory.mktemp("keys")
    (folder / "bank.key").write_bytes(bank_pair.key_pem)
    (folder / "retired.key").write_bytes(retired_pair.key_pem)
    (folder / "seller.crt").write_bytes(seller_pair.cert_pem)
    return {
        "DEMOBANK_KEY": str(folder / "bank.key"),
        "DEMOBANK_RETIRED_KEY": str(folder / "retired.key"),
        "DEMOBANK_SELLER_CERT": str(folder / "seller.crt"),
        "DEMOBANK_PORTAL_URL": portal.url,
    }


@pytest.fixture(scope="session")
def bank(tmp_path_factory: pytest.TempPathFactory, bank_settings: Settings) -> Iterator[bank_process.BankProcess]:
    folder: Path = tmp_path_factory.mktemp("bank") / "new"
    with bank_process.running(folder, **bank_settings) as bank:
        yield bank


@pytest.fixture(scope="session")
def client(make_client: Callable[..., FpxClient], bank: bank_process.BankProcess, bank_pair: keys.Pair, retired_pair: keys.Pair) -> FpxClient:
    certificates = signature.Certificates.from_pem([bank_pair.cert_pem], [retired_pair.cert_pem])
    return make_client(f"{bank.url}/", certificates=certificates)
