"""The claim file under two officers, and the Government's answer to it: taken or refused whole, every fault in words, nothing half done."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from contributions import labels
from contributions.enums import AnswerFault, ClaimFileState
from contributions.models import ClaimAnswer, ClaimFile, IncentiveClaim, IncentiveRun
from contributions.services import employer_watch, incentive_answers, incentive_credits, incentive_files
from contributions.services.incentive_files import NotAllowed
from kwsp_portal.documents.services import Upload
from kwsp_portal.jobs import registry
from kwsp_portal.jobs.models import Run
from kwsp_portal.notify.models import Notice
from members.ledger.models import Posting
from tests import factories
from tests.contributions.incentive_runs import (
    AUGUST,
    JULY,
    Officers,
    answer,
    content,
    officers,
    run,
    saver,
    send,
    work,
)

pytestmark = pytest.mark.django_db
MARCH, LATER = date(2025, 3, 3), date(2025, 7, 21)


@pytest.fixture
def people() -> Officers:
    return officers()


@pytest.fixture
def found() -> IncentiveRun:
    """Three members are claimed for: RM200, RM400 and RM500."""
    for amount in (1000, 2000, 3000):
        saver((amount, MARCH))
    return run()


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(NotAllowed) as refused:
        act()
    return refused.value.code


class TestTheClaimFile:
    def test_it_says_each_claim_once_with_control_totals(self, found: IncentiveRun, people: Officers) -> None:
        file = send(found, people)

        header, *rows, trailer = bytes(file.file.content).decode().splitlines()
        assert header == f"H,KWSP,ISARAAN,2025-1,{found.pk}/1,2025-07-01"
        claims = IncentiveClaim.objects.order_by("pk").select_related("member")
        assert rows == [f"D,{one.pk},{one.member.number},{one.member.identity_number},{one.contributed:.2f},{one.amount:.2f}" for one in claims]
        assert trailer == "T,3,1100.00"
        assert (file.rows, file.total, len(file.sha256), file.file.sha256) == (3, Decimal(1100), 64, file.sha256)

    def test_two_officers(self, found: IncentiveRun, people: Officers) -> None:
        asked = {"run_id": found.pk, "on": JULY}
        assert code_of(lambda: incentive_files.make(by=factories.UserFactory(), **asked)) == "NO_RIGHT"
        first = incentive_files.make(by=people.maker, **asked)
        assert incentive_files.make(by=people.maker, **asked) == first
        assert code_of(lambda: incentive_files.make(by=people.checker, **asked)) == "ANOTHER_WAITS"
        assert code_of(lambda: incentive_files.approve(file_id=first.pk, by=people.checker, on=JULY)) == "WRONG_STATE"
        work()
        assert code_of(lambda: incentive_files.approve(file_id=first.pk, by=people.maker, on=JULY)) == "OWN_WORK"
        assert code_of(lambda: incentive_files.refuse(file_id=first.pk, comment=" ", by=people.checker, on=JULY)) == "COMMENT_MISSING"
        incentive_files.refuse(file_id=first.pk, comment="Semak dahulu.", by=people.checker, on=JULY)
        second = incentive_files.make(by=people.checker, **asked)
        work()
        incentive_files.approve(file_id=second.pk, by=people.maker, on=JULY)

        assert list(ClaimFile.objects.order_by("pk").values_list("number", "state")) == [(1, "REFUSED"), (2, ClaimFileState.APPROVED)]
        found.refresh_from_db()
        assert found.state == "SENT"
        assert code_of(lambda: incentive_files.make(by=factories.UserFactory(role="SUPERVISOR"), **asked)) == "WRONG_STATE"

    def test_no_answer_before_a_file_was_sent(self, found: IncentiveRun, people: Officers) -> None:
        asked = {"run_id": found.pk, "file": Upload("x.csv", b"x"), "on": JULY}

        assert code_of(lambda: incentive_answers.upload(by=people.maker, **asked)) == "WRONG_STATE"
        assert code_of(lambda: incentive_answers.upload(by=factories.UserFactory(), **asked)) == "NO_RIGHT"


def _without_trailer(given: bytes) -> bytes:
    return b"\n".join(given.splitlines()[:-1])


def _doubled(given: bytes) -> bytes:
    header, first, *rest = given.splitlines()
    return b"\n".join([header, first, first, *rest])


def _another_s_number(given: bytes) -> bytes:
    header, first, second, *rest = given.splitlines()
    fields = first.split(b",")
    return b"\n".join([header, b",".join([fields[0], fields[1], b"10000001", *fields[3:]]), second, *rest])


BAD: dict[str, tuple[Callable[[bytes], bytes], set[AnswerFault]]] = {
    "nothing in it": (lambda given: b"\xef\xbb\xbf \n", {AnswerFault.EMPTY}),
    "another encoding": (lambda given: given.replace(b"PAID", "dibayár".encode("latin-1"), 1), {AnswerFault.NOT_TEXT}),
    "a byte that is nothing": (lambda given: given.replace(b"PAID", b"PA\0ID", 1), {AnswerFault.NOT_TEXT}),
    "another header": (lambda given: given.replace(b"H,KERAJAAN", b"HEADER"), {AnswerFault.HEADER}),
    "another scheme": (lambda given: given.replace(b"ISARAAN", b"ISURI"), {AnswerFault.SCHEME}),
    "another period": (lambda given: given.replace(b"2025-1,", b"2024-2,"), {AnswerFault.PERIOD}),
    "another claim file": (lambda given: given.replace(b"/1,", b"/9,"), {AnswerFault.CLAIM_FILE}),
    "a day to come": (lambda given: given.replace(b"2025-07-20", b"2025-07-22"), {AnswerFault.RECEIVED_ON}),
    "a day before the claim": (lambda given: given.replace(b"2025-07-20", b"2025-06-30"), {AnswerFault.RECEIVED_ON}),
    "no day": (lambda given: given.replace(b"2025-07-20", b"20/7/2025"), {AnswerFault.RECEIVED_ON}),
    "cut in the middle": (lambda given: given[: given.index(b"PAID", 80)], {AnswerFault.ROW, AnswerFault.CUT}),
    "cut between rows": (_without_trailer, {AnswerFault.CUT}),
    "something after its end": (lambda given: given + b"D,1,2,PAID,1.00,\n", {AnswerFault.AFTER_END}),
    "a wrong total": (lambda given: given.replace(b"1100.00", b"1100.01"), {AnswerFault.TOTAL}),
    "a wrong count": (lambda given: given.replace(b"T,3,3,0", b"T,3,2,1"), {AnswerFault.COUNT}),
    "a doubled row": (_doubled, {AnswerFault.TWICE, AnswerFault.COUNT, AnswerFault.TOTAL}),
    "an unknown claim": (
        lambda given: given.replace(b"T,3,3,0,1100.00", b"D,999999,30000000,PAID,1.00,\nT,4,4,0,1101.00"),
        {AnswerFault.UNKNOWN},
    ),
    "another member's number": (_another_s_number, {AnswerFault.MEMBER}),
    "another amount": (
        lambda given: given.replace(b"PAID,200.00", b"PAID,150.00").replace(b"1100.00", b"1050.00"),
        {AnswerFault.AMOUNT},
    ),
    "three decimals": (lambda given: given.replace(b"PAID,200.00", b"PAID,200.000"), {AnswerFault.ROW, AnswerFault.COUNT, AnswerFault.TOTAL}),
    "below zero": (lambda given: given.replace(b"PAID,200.00", b"PAID,-200.00"), {AnswerFault.ROW, AnswerFault.COUNT, AnswerFault.TOTAL}),
    "refused without a reason": (
        lambda given: given.replace(b"PAID,200.00", b"REFUSED,0.00"),
        {AnswerFault.ROW, AnswerFault.COUNT, AnswerFault.TOTAL},
    ),
    "a claim is missing": (
        lambda given: b"\n".join(line for line in given.replace(b"T,3,3,0,1100", b"T,2,2,0,900").splitlines() if b"PAID,200" not in line),
        {AnswerFault.MISSING},
    ),
}


class TestTheAnswer:
    @pytest.mark.parametrize("case", BAD)
    def test_a_bad_one_is_refused_whole(self, found: IncentiveRun, people: Officers, case: str) -> None:
        bend, expected = BAD[case]
        send(found, people)

        kept = answer(found, people, bend(content(found, received_on=date(2025, 7, 20))), on=LATER)

        assert (kept.state, {fault[0] for fault in kept.faults}) == ("REFUSED", expected)
        assert kept.faults_total == len(kept.faults)
        for code, row, was, right in kept.faults:
            assert str(row) in str(labels.ANSWER_FAULT[code]) % {"row": row, "found": was, "expected": right} or row == 0
        assert (found.state, found.received) == ("SENT", None)
        assert set(IncentiveClaim.objects.values_list("state", flat=True)) == {"CLAIMED"}
        assert not Notice.objects.filter(whose="MEMBER").exists()
        # The right one is taken all the same.
        assert answer(found, people, content(found, received_on=date(2025, 7, 20)), on=LATER).state == "TAKEN"

    def test_the_money_waits_on_the_government_s_account(self, found: IncentiveRun, people: Officers) -> None:
        send(found, people)

        answer(found, people, content(found, received_on=date(2025, 7, 20)), on=LATER)

        legs = dict(Posting.objects.values_list("account__code", "amount_sen"))
        assert legs == {"GOVERNMENT_CLEARING": 1100_00, "BANK": -1100_00}
        assert set(IncentiveClaim.objects.values_list("state", flat=True)) == {"RECEIVED"}

    def test_a_late_one_is_credited_on_its_day(self, found: IncentiveRun, people: Officers) -> None:
        send(found, people)

        answer(found, people, content(found, received_on=date(2025, 11, 3)), on=date(2025, 11, 4))

        assert (found.credits_from, found.state, found.credited_on) == (date(2025, 11, 3), "CREDITED", date(2025, 11, 4))

    def test_the_day_itself_opens_the_crediting_however_far_the_date_has_moved_on(self, found: IncentiveRun, people: Officers) -> None:
        send(found, people)
        answer(found, people, content(found, received_on=date(2025, 7, 20)), on=LATER)
        plan = registry.schedules[employer_watch.PROGRAMME].plan

        for day in (date(2025, 7, 31), AUGUST, date(2025, 8, 2)):
            plan(day.isoformat(), day)
            assert Run.objects.filter(programme=incentive_credits.PROGRAMME).count() == int(day >= AUGUST)
        assert work().failed == 0

        found.refresh_from_db()
        assert (found.state, found.credited_on) == ("CREDITED", AUGUST)
        assert set(IncentiveClaim.objects.values_list("credited_on", flat=True)) == {AUGUST}

    def test_sent_twice(self, found: IncentiveRun, people: Officers) -> None:
        send(found, people)
        given = content(found, received_on=date(2025, 7, 20))
        answer(found, people, given, on=LATER)

        again = answer(found, people, given, on=AUGUST)

        assert (again.state, again.faults) == ("REFUSED", [["REPEATED", 0, "sha256", "2025-07-21"]])
        assert ClaimAnswer.objects.filter(state="TAKEN").count() == 1

    def test_two_before_the_first_is_read(self, found: IncentiveRun, people: Officers) -> None:
        send(found, people)
        file = Upload("jawapan.csv", content(found, received_on=date(2025, 7, 20)))
        first, second = (incentive_answers.upload(run_id=found.pk, file=file, by=people.maker, on=LATER) for _twice in range(2))
        work()

        assert (ClaimAnswer.objects.get(pk=first.pk).state, second.state) == ("TAKEN", "REFUSED")

    def test_many_faults_are_counted(self, people: Officers) -> None:
        for _each in range(30):
            saver((1000, MARCH))
        found = run()
        send(found, people)

        kept = answer(found, people, content(found, received_on=date(2025, 7, 20)).replace(b"PAID,200.00", b"PAID,100.00"), on=LATER)

        assert (len(kept.faults), kept.faults_total) == (20, 31)
