"""Submitting, approving, returning and paying by a program; the monthly limit of a token; the look-up of an employee."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import IntegrityError, transaction

from contributions.borang_a import layout
from contributions.enums import FilingState, PaymentMethod
from contributions.models import ApiAnswer, Filing, Mandate, Payment
from contributions.services import filing as filings
from contributions.services import receiving, ways
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.bank.fpx import client as fpx
from kwsp_portal.bank.fpx.errors import FpxUnavailable, Unavailable
from kwsp_portal.common.periods import WageMonth
from members.identity import api_tokens, tac
from members.identity.models import TokenUse
from members.ledger import posting
from tests import factories
from tests.api.programs import Program, program_of
from tests.api.test_filings import problem_of
from tests.contributions.conftest import Office, bank, bank_pairs, make_office, office, read_jobs
from tests.contributions.pages import signed_in, text_of
from tests.contributions.paying import Bank
from tests.contributions.sheets import book
from tests.factories import borang_a
from tests.jobs.threads import at_once
from tests.ledger.acts import unsound

__all__ = ["bank", "bank_pairs", "make_office", "office"]

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 10, 4, 0, tzinfo=UTC)
LISTED = [fpx.Bank(code="MBB0228", name="Maybank2E", online=True), fpx.Bank(code="UOB0226", name="UOB", online=False)]
PAY = {"method": "fpx", "bank": "MBB0228"}


@pytest.fixture(autouse=True)
def moment() -> Iterator[time_machine.Traveller]:
    cache.clear()
    with time_machine.travel(NOON, tick=False) as coordinates:
        yield coordinates


@pytest.fixture
def ready(office: Office) -> Filing:
    return office.read(borang_a.row(office.hire()))


@pytest.fixture
def maker(office: Office) -> Program:
    return program_of(office.maker, office.employer)


@pytest.fixture
def checker(office: Office) -> Program:
    return program_of(office.checker, office.employer, monthly_limit=Decimal(5000))


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A bank that lists its banks; how often it was asked."""
    asked: list[int] = []
    monkeypatch.setattr(fpx.FpxClient, "bank_list", lambda self, model=None: asked.append(1) or LISTED)
    return asked


def act(program: Program, filing: Filing, name: str, **body: Any) -> Any:
    return program.post(f"filings/{filing.pk}/{name}/", **body)


def test_from_ready_to_the_bank(maker: Program, checker: Program, ready: Filing, listed: list[int], bank: Bank) -> None:
    """One prepares, another returns, approves and pays; the trail has the token of each."""
    submitted = act(maker, ready, "submit", declaration=True)
    returned = act(checker, ready, "return", comment="Semak upah")
    act(maker, ready, "submit", declaration=True)
    approved = act(checker, ready, "approve")
    ordered = act(checker, ready, "payments", **PAY)

    assert [answer.json()["state"] for answer in (submitted, returned, approved)] == ["SUBMITTED", "RETURNED", "APPROVED"]
    payment = Payment.objects.get()
    url = f"http://testserver/employer/payments/{payment.order_no}/bank/"
    assert (ordered.status_code, ordered.json()) == (201, {"payment_id": payment.order_no, "redirect_url": url})
    assert (payment.amount, payment.bank_code) == (Decimal(1449), "MBB0228")
    page = signed_in(checker.token.user).get(f"/employer/payments/{payment.order_no}/bank/")
    assert (page.status_code, "1,449.00" in text_of(page)) == (200, True)
    via = dict(AuditEvent.objects.filter(action__in=["filing.approve", "payment.start"]).values_list("action", "data__via"))
    assert via == dict.fromkeys(via, f"token:{checker.token.pk}")
    assert len(via) == 2
    assert {(use.purpose, use.amount) for use in TokenUse.objects.all()} == {
        ("EMPLOYER_APPROVAL", Decimal(1449)),
        ("EMPLOYER_PAYMENT", Decimal(1449)),
    }
    assert unsound() == set()


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("name", "body", "status", "code"),
        [
            ("submit", {"declaration": False}, 422, "DECLARATION_MISSING"),
            ("submit", {"declaration": "true"}, 400, "INVALID"),
            ("submit", {}, 400, "INVALID"),
            ("submit", {"declaration": True, "deklarasi": True}, 400, "INVALID"),
            ("submit", {"declaration": True, "apart": "true"}, 400, "INVALID"),
            ("submit", {"declaration": True, "suspense": None}, 400, "INVALID"),
            ("return", {"comment": "x"}, 403, "NO_LIMIT"),
            ("approve", {}, 403, "NO_LIMIT"),
            ("payments", PAY, 403, "NO_LIMIT"),
        ],
    )
    def test_of_a_maker(self, maker: Program, ready: Filing, name: str, body: dict[str, Any], status: int, code: str) -> None:
        assert problem_of(act(maker, ready, name, **body)) == (status, code)

        ready.refresh_from_db()
        assert ready.state == FilingState.READY

    @pytest.mark.parametrize(
        ("name", "body", "status", "code"),
        [
            ("approve", {}, 409, "WRONG_STATE"),
            ("submit", {"declaration": True}, 403, "NO_RIGHT"),
            ("payments", PAY, 409, "WRONG_STATE"),
            ("payments", {**PAY, "method": "cash"}, 400, "INVALID"),
            ("payments", {"method": "fpx", "bank": 7}, 400, "INVALID"),
        ],
    )
    def test_of_a_checker(self, checker: Program, ready: Filing, listed: list[int], name: str, body: dict[str, Any], status: int, code: str) -> None:
        assert problem_of(act(checker, ready, name, **body)) == (status, code)

        assert (TokenUse.objects.count(), Payment.objects.count(), len(listed)) == (0, 0, 0)

    def test_a_return_without_a_reason(self, maker: Program, checker: Program, ready: Filing) -> None:
        act(maker, ready, "submit", declaration=True)

        assert problem_of(act(checker, ready, "return", comment="  ")) == (422, "COMMENT_MISSING")

    def test_nobody_approves_the_own_work(self, office: Office, ready: Filing) -> None:
        administrator = factories.RepresentativeFactory(employer=office.employer, administrator=True).user
        program = program_of(administrator, office.employer, monthly_limit=Decimal(5000))
        act(program, ready, "submit", declaration=True)

        assert problem_of(act(program, ready, "approve")) == (403, "OWN_WORK")

    def test_a_session_of_the_pages_approves_nothing_here(self, office: Office, maker: Program, ready: Filing) -> None:
        act(maker, ready, "submit", declaration=True)
        browser = signed_in(office.checker).client

        answer = browser.post(f"{maker.base}filings/{ready.pk}/approve/", {}, content_type="application/json", headers={"Idempotency-Key": "k"})

        assert problem_of(answer) == (403, "TOKEN_NEEDED")

    @pytest.mark.parametrize(("code", "refused"), [("UOB0226", "BANK_OFFLINE"), ("XYZ", "BANK_UNKNOWN")])
    def test_a_bank_that_takes_nothing_now(self, office: Office, checker: Program, listed: list[int], code: str, refused: str) -> None:
        filing = office.approved()

        answer = act(checker, filing, "payments", method="fpx", bank=code)

        assert problem_of(answer) == (422, refused)
        assert answer.json()["errors"][0]["field"] == "bank"

    def test_fpx_that_is_away_is_asked_again_with_the_same_key(self, office: Office, checker: Program, monkeypatch: pytest.MonkeyPatch) -> None:
        filing = office.approved()
        away = FpxUnavailable(Unavailable.UNREACHABLE, "test")

        def down(self: Any) -> Any:
            raise away

        monkeypatch.setattr(fpx.FpxClient, "bank_list", down)
        path = f"filings/{filing.pk}/payments/"
        answer = checker.post(path, key="k", **PAY)
        assert (problem_of(answer), answer["Retry-After"]) == ((503, "FPX_UNAVAILABLE"), "60")
        monkeypatch.setattr(fpx.FpxClient, "bank_list", lambda self, model=None: LISTED)

        first = checker.post(path, key="k", **PAY)
        monkeypatch.setattr(fpx.FpxClient, "bank_list", down)
        again = checker.post(path, key="k", **PAY)

        assert (first.status_code, again.content) == (201, first.content)

    def test_maybank2u_takes_no_bank_and_fpx_needs_one(self, office: Office, checker: Program, listed: list[int]) -> None:
        filing = office.approved()

        assert problem_of(act(checker, filing, "payments", method="fpx")) == (400, "INVALID")
        assert problem_of(act(checker, filing, "payments", method="maybank2u", bank="MBB0228")) == (400, "INVALID")
        order_no = act(checker, filing, "payments", method="maybank2u").json()["payment_id"]

        payment = Payment.objects.get(order_no=order_no)
        assert (payment.method, payment.bank_code, len(listed)) == ("MAYBANK2U", "MB2U0227", 0)

    def test_a_way_that_the_portal_does_not_offer_on_the_day(
        self, office: Office, checker: Program, listed: list[int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        filing = office.approved()
        monkeypatch.setattr(ways, "offered", lambda *, on: [PaymentMethod.FPX])

        assert problem_of(act(checker, filing, "payments", method="maybank2u")) == (409, "METHOD_NOT_OFFERED")

    def test_a_direct_debit_names_its_day_and_is_seen_on_its_page(self, office: Office, checker: Program, listed: list[int]) -> None:
        filing = office.approved()
        assert problem_of(act(checker, filing, "payments", method="dda")) == (400, "INVALID")
        assert problem_of(act(checker, filing, "payments", method="dda", collect_on="2026-11-13")) == (409, "NO_MANDATE")
        account = {"bank": "MBBEMYKL", "account": "512345678901", "ending": "8901"}
        applied = {"ceiling": 1449, "applied_by": office.checker, "applied_on": NOON.date(), "active_from": NOON.date()}
        Mandate.objects.create(employer=office.employer, number="DDATEST", state="ACTIVE", **account, **applied)
        assert problem_of(act(checker, filing, "payments", method="dda", collect_on="2026-11-10")) == (409, "COLLECT_DAY")

        answer = act(checker, filing, "payments", method="dda", collect_on="2026-11-13").json()

        payment = Payment.objects.get(order_no=answer["payment_id"])
        assert (payment.method, str(payment.collect_on), payment.state) == ("DDA", "2026-11-13", "SENT")
        assert answer["redirect_url"].endswith(f"/employer/payments/{payment.order_no}/")

    def test_the_employers_own_money_at_the_fund_pays_at_once(self, office: Office, checker: Program, listed: list[int]) -> None:
        filing = office.approved()
        assert problem_of(act(checker, filing, "payments", method="credit")) == (409, "CREDIT_SHORT")
        assert problem_of(act(checker, filing, "payments", method="credit", bank="MBB0228")) == (400, "INVALID")
        taken = {"amount": Decimal(1449), "debited": Decimal(1500), "state": "DIFFERS", "fpx_id": "F1", "paid_at": NOON}
        earlier = Payment.objects.create(filing=filing, order_no="DIFFERS1", started_on=NOON.date(), started_at=NOON, **taken)
        posting.post(receiving.received(earlier, "SUSPENSE", NOON.date(), NOON.date()))

        answer = act(checker, filing, "payments", method="credit")

        payment = Payment.objects.get(method="CREDIT")
        assert (answer.status_code, payment.state, payment.counts) == (201, "APPROVED", True)
        assert answer.json()["redirect_url"].endswith(f"/employer/payments/{payment.order_no}/")

    def test_what_its_lateness_costs_goes_with_it_or_alone(self, office: Office, checker: Program, listed: list[int]) -> None:
        filing = office.approved(wage_month=WageMonth(2026, 8))
        assert problem_of(act(checker, filing, "payments", **PAY, late=["gift"])) == (400, "INVALID")

        order_no = act(checker, filing, "payments", **PAY, late=["charge"]).json()["payment_id"]

        payment = Payment.objects.get(order_no=order_no)
        assert (payment.contribution, payment.late > 0) == (filing.total, True)
        assert list(payment.dues.values_list("kind", "amount")) == [("CHARGE", payment.late)]

    def test_an_order_that_is_still_open(self, office: Office, checker: Program, listed: list[int]) -> None:
        filing = office.approved()
        first = act(checker, filing, "payments", **PAY).json()["payment_id"]

        answer = act(checker, filing, "payments", **PAY)

        assert problem_of(answer) == (409, "PAYMENT_IN_FLIGHT")
        assert first in answer.json()["detail"]


class TestWhatStaysBehind:
    """Ruling 14 by a program: what does not hold moves to a supplement, what is unmatched may be paid into suspense."""

    @pytest.fixture
    def mixed(self, office: Office) -> Filing:
        return office.read(
            borang_a.row(office.hire()),
            borang_a.row(office.hire(), "6250.00", "750", "688"),
            "99999998,900101145555,ORANG LAIN,1000.00,130,110",
        )

    def test_nothing_is_left_behind_unsaid(self, maker: Program, mixed: Filing) -> None:
        assert problem_of(act(maker, mixed, "submit", declaration=True)) == (409, "ROWS_LEFT")
        assert problem_of(act(maker, mixed, "submit", declaration=True, suspense=True)) == (409, "ROWS_LEFT")
        assert Filing.objects.count() == 1

    def test_bad_rows_wait_in_a_supplement(self, maker: Program, mixed: Filing) -> None:
        path = f"filings/{mixed.pk}/submit/"
        first = maker.post(path, key="k", declaration=True, apart=True)
        again = maker.post(path, key="k", declaration=True, apart=True)

        assert (first.json()["state"], first.json()["totals"]["total"], first.json()["supplements"]) == ("SUBMITTED", "1449.00", None)
        assert again.content == first.content
        assert problem_of(maker.post(path, key="k", declaration=True)) == (409, "KEY_REUSED")
        listed = {one["id"]: one for one in maker.get("filings/", wage_month="2026-10").json()["results"]}
        made = listed[mixed.supplement_filings.get().pk]
        assert (made["supplements"], made["state"], made["rows"]["total"]) == (mixed.pk, "FAULTY", 2)

    def test_unmatched_rows_are_paid_into_suspense(self, maker: Program, checker: Program, mixed: Filing) -> None:
        submitted = act(maker, mixed, "submit", declaration=True, apart=True, suspense=True).json()

        assert submitted["totals"] == {"employer": "886.00", "employee": "803.00", "total": "1689.00", "suspended": "240.00"}
        assert mixed.supplement_filings.get().rows_total == 1
        assert act(checker, mixed, "approve").json()["state"] == "APPROVED"
        assert unsound() == set()

    def test_who_was_left_out_comes_in_a_file_of_their_own(self, office: Office, maker: Program) -> None:
        main = office.approved()
        content = borang_a.file(borang_a.row(office.hire()))
        assert problem_of(maker.send(content, supplement="1")) == (400, "INVALID")
        assert problem_of(maker.send(content)) == (422, "FILE_REFUSED")

        sent = maker.send(content, key="k", supplement="true")

        assert (sent.status_code, maker.client.get(sent["Location"]).json()["supplements"]) == (202, main.pk)
        assert problem_of(maker.send(content, key="k")) == (409, "KEY_REUSED")
        nothing = maker.send(content, month="2026-09", supplement="true").json()
        assert [(one["field"], one["code"]) for one in nothing["errors"]] == [("wage_month", "MONTH_NOT_FILED")]

    def test_where_nothing_holds_nothing_goes(self, office: Office, maker: Program) -> None:
        filing = office.read(borang_a.row(office.hire(), "6250.00", "750", "688"))

        assert problem_of(act(maker, filing, "submit", declaration=True, apart=True)) == (409, "NOTHING_GOOD")
        assert Filing.objects.count() == 1


class TestTheMonthlyLimit:
    @pytest.fixture
    def submitted(self, office: Office) -> list[Filing]:
        """Four months of RM1,449.00, waiting for approval."""
        months = ("2026-07-01", "2026-08-01", "2026-09-01", "2026-10-01")
        return [factories.FilingFactory(employer=office.employer, prepared_by=office.maker, submitted=True, wage_month=month) for month in months]

    def test_holds_by_calendar_month(self, checker: Program, submitted: list[Filing], moment: time_machine.Traveller) -> None:
        answers = [act(checker, filing, "approve") for filing in submitted]

        assert [answer.status_code for answer in answers] == [200, 200, 200, 403]
        assert answers[3].json()["code"] == "LIMIT"
        assert [figure in answers[3].json()["detail"] for figure in ("5,000.00", "1,449.00", "653.00")] == [True] * 3
        moment.move_to(datetime(2026, 11, 30, 16, 30, tzinfo=UTC))  # the first of December in Kuala Lumpur
        assert act(checker, submitted[3], "approve").status_code == 200

    @pytest.mark.django_db(transaction=True)
    def test_holds_for_parallel_approvals(self, checker: Program, submitted: list[Filing]) -> None:
        answers = at_once(4, lambda number: act(checker, submitted[number], "approve"))

        assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 403]
        assert Filing.objects.filter(state=FilingState.APPROVED).count() == TokenUse.objects.count() == 3

    def test_is_each_token_s_own(self, office: Office, checker: Program, submitted: list[Filing]) -> None:
        other = program_of(office.checker, office.employer, monthly_limit=Decimal("1449.00"))

        assert [act(other, filing, "approve").status_code for filing in submitted[:2]] == [200, 403]
        assert act(checker, submitted[1], "approve").status_code == 200

    def test_counts_a_payment_that_is_tried_again_once(self, office: Office, listed: list[int]) -> None:
        filing = office.approved()
        program = program_of(office.checker, office.employer, monthly_limit=Decimal("1449.00"))
        act(program, filing, "payments", **PAY)
        Payment.objects.update(state="FAILED")

        assert act(program, filing, "payments", **PAY).status_code == 201
        assert TokenUse.objects.count() == 1

    def test_is_held_by_postgresql_too(self, checker: Program) -> None:
        good = {"token": checker.token, "purpose": "EMPLOYER_PAYMENT", "month": "2026-11-01", "at": NOON}
        TokenUse.objects.create(**good, digest="1" * 64, amount=Decimal("4999.99"))

        with pytest.raises(IntegrityError, match="token_use_within_limit"), transaction.atomic():
            TokenUse.objects.create(**good, digest="2" * 64, amount=Decimal("0.02"))
        TokenUse.objects.create(**good, digest="2" * 64, amount=Decimal("0.01"))

    def test_a_token_that_is_revoked_meanwhile(self, office: Office, checker: Program, submitted: list[Filing]) -> None:
        """As between signing in and the lock: the service looks at the row that it holds."""
        api_tokens.revoke(user=office.checker, number=checker.token.pk, at=NOON)

        with pytest.raises(tac.Refused, match="STALE"):
            filings.approve(filing_id=submitted[0].pk, by=office.checker, approval=checker.token, on=NOON.date(), at=NOON)
        with pytest.raises(tac.Refused, match="OTHER_ACT"):
            filings.approve(
                filing_id=submitted[0].pk,
                by=office.checker,
                approval=program_of(office.maker, office.employer, monthly_limit=Decimal(9999)).token,
                on=NOON.date(),
                at=NOON,
            )


def test_an_act_is_done_once_for_its_key(maker: Program, ready: Filing) -> None:
    path = f"filings/{ready.pk}/submit/"
    first = maker.post(path, key="k", declaration=True)
    again = maker.post(path, key="k", declaration=True)

    assert (again.status_code, again.content, again["Idempotent-Replayed"]) == (200, first.content, "true")
    assert problem_of(maker.post(path, key="k", declaration=False)) == (409, "KEY_REUSED")
    assert problem_of(maker.post(path, key="k2", declaration=True)) == (409, "WRONG_STATE")
    assert ApiAnswer.objects.count() == 2


class TestLookingUpAnEmployee:
    def test_finds_the_own_and_nobody_else_s(self, office: Office, make_office: Any, maker: Program) -> None:
        own, stranger = office.hire(name="AMINAH BINTI ALI"), make_office().hire()
        typed = f"{own.identity_number[:6]}-{own.identity_number[6:8]}-{own.identity_number[8:]}"

        found = maker.get("members/", identity_number=typed)
        assert (found.status_code, found.json()) == (200, {"member_number": own.number, "name": "AMINAH BINTI ALI"})
        answers = [maker.get("members/", identity_number=number) for number in (stranger.identity_number, "990101140000")]
        assert [problem_of(answer) for answer in answers] == [(404, "NOT_FOUND")] * 2
        events = list(AuditEvent.objects.filter(action="employee.look_up").order_by("seq"))
        assert [(event.target, event.data["found"]) for event in events] == [(own.subject, True), ("", False), ("", False)]
        assert own.identity_number not in str([event.data for event in events])

    def test_so_many_an_hour(self, maker: Program, settings: Any, moment: time_machine.Traveller) -> None:
        settings.EMPLOYEE_LOOKUPS_AN_HOUR = 2
        statuses = [maker.get("members/", identity_number="990101140000").status_code for _turn in range(3)]

        assert statuses == [404, 404, 429]
        last = maker.get("members/", identity_number="990101140000")
        assert (problem_of(last)[1], int(last["Retry-After"]) > 3000) == ("TOO_MANY_LOOKUPS", True)

    def test_needs_a_number(self, maker: Program) -> None:
        assert problem_of(maker.get("members/")) == (400, "INVALID")


def test_a_program_says_which_sheet_it_is_and_the_other_answers_are_refusals(office: Office, maker: Program) -> None:
    person, header = office.hire(), list(layout.COLUMNS)
    rows = [header, (person.number, person.identity_number, person.name, 6250, 756, 693)]
    sent = maker.send(book({"August": rows, "September": rows}), name="gaji.xlsx").json()
    read_jobs()
    address = f"filings/{sent['id']}/"

    asked = maker.get(address).json()
    assert (asked["state"], asked["sheets"]) == ("ASKED", [{"name": name, "rows": 1, "hidden": False} for name in ("August", "September")])
    assert problem_of(maker.post(f"{address}sheet/", sheet="Julai")) == (422, "NO_SHEET")
    assert problem_of(maker.post(f"{address}sheet/")) == (400, "INVALID")
    chosen = maker.post(f"{address}sheet/", key="helaian", sheet="September")
    assert (chosen.status_code, chosen.json()["state"], chosen.json()["sheets"]) == (200, "RECEIVED", [])
    read_jobs()
    assert maker.get(address).json()["state"] == "READY"
    again = maker.post(f"{address}sheet/", key="helaian", sheet="September")
    assert (again.content, again["Idempotent-Replayed"]) == (chosen.content, "true")
    assert problem_of(maker.post(f"{address}sheet/", sheet="September")) == (409, "WRONG_STATE")


def test_one_passport_number_of_two_countries_is_asked_about(office: Office, maker: Program) -> None:
    passport = {"non_citizen": True, "identity_number": "A1234567"}
    nepali, _bangladeshi = office.hire(**passport, identity_country="NPL"), office.hire(**passport, identity_country="BGD")

    assert problem_of(maker.get("members/", identity_number="A1234567"))[:2] == (409, "TWO_COUNTRIES")
    assert maker.get("members/", identity_number="A1234567", country="NPL").json()["member_number"] == nepali.number
    assert maker.get("members/", identity_number="A1234567", country="PAK").status_code == 404
    assert problem_of(maker.get("members/", identity_number="A1234567", country="Nepal")) == (400, "INVALID")
