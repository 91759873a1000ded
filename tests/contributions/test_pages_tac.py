"""The code of an act on the approver's and the payer's pages: asked for, typed, wrong, late, locked, and never in a page."""

import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.conf import LazySettings, settings
from django.db import connections, transaction
from django.test import Client

from contributions.enums import FilingState
from contributions.models import Filing, Payment
from contributions.services import filing as filings
from contributions.services import payment as payments
from kwsp_portal.bank.fpx import client as fpx
from kwsp_portal.common import clock
from members.identity import phones, tac
from members.identity.enums import Purpose
from members.identity.models import Attempt, Challenge, Meter, TacPhone
from tests import factories
from tests.contributions import pages, paying
from tests.contributions.conftest import ON, Office
from tests.contributions.pages import Person
from tests.factories import devices, leave
from tests.factories.identity import PASSWORD
from tests.factories.leave import digits_of

LISTED = [fpx.Bank(code="MBB0228", name="Maybank2E", online=True), fpx.Bank(code="UOB0226", name="UOB", online=True)]


class Watch:
    """The real time, which the test moves."""

    def __init__(self) -> None:
        self.ahead = timedelta()
        self._now = clock.now

    def __call__(self) -> datetime:
        return self._now() + self.ahead


@pytest.fixture(autouse=True)
def watch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    monkeypatch.setattr(clock, "business_date", lambda: ON)
    monkeypatch.setattr(fpx.FpxClient, "bank_list", lambda self, model=None: LISTED)
    moved = Watch()
    monkeypatch.setattr(clock, "now", moved)
    return moved


@pytest.fixture
def filing(office: Office) -> Filing:
    return factories.FilingFactory(employer=office.employer, prepared_by=office.maker, submitted=True)


@pytest.fixture
def checker(office: Office) -> Person:
    return pages.signed_in(office.checker)


def decide(filing: Filing) -> str:
    return pages.address(filing, "decide")


def asked(person: Person, filing: Filing) -> Challenge:
    assert person.post(decide(filing), tac_send="1").status_code == 200
    return Challenge.objects.latest("pk")


def wrong_for(challenge: Challenge, nth: int = 0) -> str:
    return f"{(int(digits_of(challenge)) + 1 + nth) % 10**6:06d}"


def number_of(office: Office) -> str:
    phone = phones.current(office.checker)
    assert phone is not None
    return phone.number


def test_the_page_says_where_the_code_goes_and_never_the_number(office: Office, checker: Person, filing: Filing) -> None:
    page = checker.get(decide(filing))

    number = number_of(office)
    assert pages.actions_of(page) == ["Hantar kod TAC", "Pulangkan dengan sebab"]
    assert phones.masked(phones.current(office.checker)) in pages.text_of(page)
    assert number[1:] not in page.content.decode()
    assert not Challenge.objects.exists()


def test_a_code_on_its_way_is_said_with_its_end_and_is_not_in_the_page(checker: Person, filing: Filing) -> None:
    page = checker.post(decide(filing), tac_send="1")

    challenge, body = Challenge.objects.get(), page.content.decode()
    field = re.search(r'<input[^>]*name="tac"[^>]*>', body)
    assert field
    assert 'autocomplete="one-time-code"' in field[0]
    assert 'inputmode="numeric"' in field[0]
    assert " autofocus" in field[0]
    assert f"{challenge.valid_until.astimezone(clock.KL):%H:%M:%S}" in pages.text_of(page)
    assert re.search(r'name="tac_send"[^>]* disabled', body)
    assert digits_of(challenge) not in body
    assert pages.actions_of(page)[0].startswith("Luluskan Borang A")
    assert "KWSP tidak pernah meminta TAC anda" in pages.text_of(page)


@pytest.mark.parametrize("shape", ["{}{}", "{} {}", "{}-{}"])
def test_the_code_may_be_typed_as_it_is_read(checker: Person, filing: Filing, shape: str) -> None:
    digits = digits_of(asked(checker, filing))

    answer = checker.post(decide(filing), action="approve", tac=shape.format(digits[:3], digits[3:]))

    assert (answer.status_code, answer["Location"]) == (302, pages.address(filing))
    assert Filing.objects.get().state == FilingState.APPROVED


def test_the_session_s_key_changes_with_the_step_up(checker: Person, filing: Filing) -> None:
    before = checker.client.session.session_key

    checker.coded(decide(filing), action="approve")

    assert checker.client.session.session_key != before
    assert checker.get("/employer/").status_code == 200


@pytest.mark.parametrize(("prefix", "words"), [("", "Baki cubaan untuk kod ini: 2"), ("/en", "Tries left for this code: 2")])
def test_a_wrong_code_is_said_beside_the_field_and_not_kept(office: Office, filing: Filing, prefix: str, words: str) -> None:
    person = pages.signed_in(office.checker, prefix)
    typed = wrong_for(asked(person, filing))

    answer = person.post(decide(filing), action="approve", tac=typed)

    assert answer.status_code == 422
    assert pages.title_of(answer).startswith("Ralat:" if not prefix else "Error:")
    assert pages.text_of(answer).count(words) == 2
    assert 'href="#id_tac"' in answer.content.decode()
    assert typed not in answer.content.decode()
    assert Filing.objects.get().state == FilingState.SUBMITTED


def test_after_three_wrong_ones_the_code_is_dead_and_another_can_be_asked_for(checker: Person, filing: Filing, watch: Watch) -> None:
    challenge = asked(checker, filing)

    answers = [checker.post(decide(filing), action="approve", tac=wrong_for(challenge, nth)) for nth in range(3)]

    assert "kod TAC ini tidak sah lagi" in pages.text_of(answers[2])
    assert 'name="tac"' not in answers[2].content.decode()
    assert re.search(r'name="tac_send"[^>]* disabled', answers[2].content.decode())
    watch.ahead = timedelta(seconds=61)
    assert not re.search(r'name="tac_send"[^>]* disabled', checker.get(decide(filing)).content.decode())
    assert checker.coded(decide(filing), action="approve").status_code == 302


def test_a_code_that_is_too_old_is_said_to_be(checker: Person, filing: Filing, watch: Watch) -> None:
    challenge = asked(checker, filing)
    watch.ahead = timedelta(seconds=181)

    page = checker.get(decide(filing))
    answer = checker.post(decide(filing), action="approve", tac=digits_of(challenge))

    assert "Kod ini telah tamat tempoh" in pages.text_of(page)
    assert answer.status_code == 422
    assert "telah tamat tempoh. Minta kod baharu" in pages.text_of(answer)
    assert Filing.objects.get().state == FilingState.SUBMITTED


@pytest.mark.parametrize("typed", ["", "12345", "abcdef"])
def test_what_is_no_code_is_said_so(checker: Person, filing: Filing, typed: str) -> None:
    asked(checker, filing)

    answer = checker.post(decide(filing), action="approve", tac=typed)

    assert answer.status_code == 422
    assert "Kod TAC mengandungi 6 angka" in pages.text_of(answer)


def test_a_code_that_was_never_asked_for_is_asked_for_first(checker: Person, filing: Filing) -> None:
    answer = checker.post(decide(filing), action="approve", tac="123456")

    assert answer.status_code == 422
    assert "Minta kod TAC dahulu" in pages.text_of(answer)


def test_ten_wrong_in_a_day_lock_the_person_until_then(office: Office, checker: Person, filing: Filing) -> None:
    challenge = asked(checker, filing)
    first = clock.now() - timedelta(hours=5)
    Attempt.objects.bulk_create(Attempt(challenge=challenge, subject=challenge.subject, right=False, at=first) for _ in range(9))

    answer = checker.post(decide(filing), action="approve", tac=wrong_for(challenge))

    until = (first + timedelta(hours=24)).astimezone(clock.KL)
    assert answer.status_code == 422
    assert f"{until:%H:%M}" in pages.text_of(answer)
    assert "kaunter KWSP" in pages.text_of(answer)
    assert 'name="tac"' not in answer.content.decode()


def test_past_the_meter_the_page_asks_for_the_number(office: Office, checker: Person, filing: Filing, settings: LazySettings) -> None:
    settings.TAC = {**settings.TAC, "meter_a_day": 1}
    Meter.objects.create(hour=int(clock.now().timestamp()) // 3600, wrong=1)
    digits = digits_of(asked(checker, filing))

    answer = checker.post(decide(filing), action="approve", tac=digits)
    assert 'name="number"' in answer.content.decode()
    assert "Taip juga nombor telefon TAC anda" in pages.text_of(answer)
    answer = checker.post(decide(filing), action="approve", tac=digits, number=number_of(office))

    assert answer.status_code == 302


def test_somebody_without_a_phone_is_told_the_way(office: Office, filing: Filing) -> None:
    other = factories.RepresentativeFactory(employer=office.employer, checker=True, tac_phone=False).user
    person = pages.signed_in(other)

    page, answer = person.get(decide(filing)), person.post(decide(filing), tac_send="1")

    for shown in (page, answer):
        assert "Minta pentadbir majikan anda" in pages.text_of(shown)
        assert "KWSP 1(i)" in pages.text_of(shown)
        assert 'name="tac_send"' not in shown.content.decode()
    assert answer.status_code == 422


def test_a_code_is_not_sent_to_somebody_who_may_not_approve(office: Office, filing: Filing) -> None:
    maker = pages.signed_in(office.maker)

    maker.post(decide(filing), tac_send="1")

    assert not Challenge.objects.exists()


def test_asking_for_a_code_keeps_the_chosen_bank(office: Office, checker: Person, bank: paying.Bank) -> None:
    filing = office.approved()

    page = checker.post(pages.address(filing, "pay"), bank="UOB0226", tac_send="1")
    again = checker.post(pages.address(filing, "pay"), bank="UOB0226", tac="000000")

    for shown in (page, again):
        assert re.search(r'<input[^>]*value="UOB0226"[^>]* checked', shown.content.decode())
    assert not Payment.objects.exists()


def test_leave_to_approve_is_not_leave_to_pay_nor_for_another_filing_nor_person(office: Office, filing: Filing) -> None:
    other = factories.FilingFactory(employer=office.employer, prepared_by=office.maker, submitted=True, wage_month=ON.replace(month=9, day=1))
    colleague = factories.RepresentativeFactory(employer=office.employer, checker=True).user
    given = leave.to_approve(filing.pk, office.checker)
    at = clock.now()

    for filing_id, by in ((other.pk, office.checker), (filing.pk, colleague)):
        with pytest.raises(tac.Refused, match="OTHER_ACT"), transaction.atomic():
            filings.approve(filing_id=filing_id, by=by, approval=given, on=ON, at=at)
    filings.approve(filing_id=filing.pk, by=office.checker, approval=given, on=ON, at=at)
    with pytest.raises(tac.Refused, match="OTHER_ACT"):
        payments.start(filing_id=filing.pk, bank_code="MBB0228", by=office.checker, approval=given, on=ON, at=at)


def test_a_filing_whose_total_changed_after_the_code_was_sent_needs_another(checker: Person, filing: Filing) -> None:
    digits = digits_of(asked(checker, filing))
    for between in ({"state": FilingState.RETURNED, "employer_total": 75700}, {"state": FilingState.SUBMITTED}):  # while it was returned
        Filing.objects.filter(pk=filing.pk).update(**between)

    answer = checker.post(decide(filing), action="approve", tac=digits)

    assert answer.status_code == 422
    assert Filing.objects.get().state == FilingState.SUBMITTED


def test_another_session_of_the_same_person_has_not_asked(office: Office, checker: Person, filing: Filing) -> None:
    digits = digits_of(asked(checker, filing))

    answer = pages.signed_in(office.checker).post(decide(filing), action="approve", tac=digits)

    assert answer.status_code == 422
    assert "Minta kod TAC dahulu" in pages.text_of(answer)


def test_an_error_of_ours_after_the_code_leaves_it_good_for_another_click(checker: Person, filing: Filing, monkeypatch: pytest.MonkeyPatch) -> None:
    digits = digits_of(asked(checker, filing))
    checker.client.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr(filings.posting, "post", lambda act: 1 // 0)
        assert checker.post(decide(filing), action="approve", tac=digits).status_code == 500

    again = checker.post(decide(filing), action="approve", tac=digits)

    assert again.status_code == 302
    assert Filing.objects.get().state == FilingState.APPROVED


@pytest.mark.django_db(transaction=True)
def test_two_hundred_guesses_over_the_page_from_everywhere(office: Office, filing: Filing, watch: Watch) -> None:
    """Eight sessions with forged addresses, new codes in between: ten are evaluated. Fewer only where the hour's codes are used up
    first: one that another session replaces keeps tries that nobody uses."""
    number = TacPhone.objects.get(user=office.checker).number

    def guess(place: int) -> None:
        client = Client(headers={"X-Forwarded-For": f"203.0.113.{place}", "Forwarded": f"for=203.0.113.{place}"})
        devices.know(client, office.checker)
        client.post("/sign-in/", {"user_id": office.checker.user_id})
        client.post("/sign-in/password/", {"password": PASSWORD})
        for turn in range(25):
            watch.ahead = timedelta(seconds=20 * turn)
            if turn % 4 == 0:
                client.post(decide(filing), {"tac_send": "1"})
            sent = {"action": "approve", "tac": f"{place:03d}{turn:03d}", "number": number}
            answer = client.post(decide(filing), sent, headers={"X-Forwarded-For": f"198.51.100.{turn}"})
            assert answer.status_code == 422
        connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(guess, range(8)))

    evaluated = Counter(Attempt.objects.filter(right=False).values_list("challenge_id", flat=True))
    asked = Challenge.objects.filter(user=office.checker, purpose=Purpose.EMPLOYER_APPROVAL).count()
    assert max(evaluated.values()) <= settings.TAC["tries_a_code"]
    assert asked <= settings.TAC["codes_an_hour"]
    assert evaluated.total() == 10 or (evaluated.total() < 10 and asked == settings.TAC["codes_an_hour"])
    assert Filing.objects.get(pk=filing.pk).state == FilingState.SUBMITTED
