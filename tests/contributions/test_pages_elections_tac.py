"""The code under which elections are approved, one and a whole file: asked for, wrong, late, for what it is good, and by whom it was done."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import translation

from contributions.models import Election, ElectionBatch
from contributions.services import election_files, elections
from contributions.services import leave as leaves
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.notify import kinds
from kwsp_portal.notify.models import Message
from members.identity import phones, tac
from members.identity.enums import Bound, Purpose
from members.identity.models import Challenge, TacPhone
from tests import factories
from tests.contributions.conftest import NOVEMBER, ON, Office
from tests.contributions.electing import elect, notice, submitted
from tests.contributions.pages import Person, actions_of, signed_in, text_of
from tests.contributions.test_pages_tac import Watch
from tests.factories import borang_a, leave
from tests.factories.leave import digits_of

pytestmark = pytest.mark.django_db
BOTH = pytest.mark.parametrize("prefix", ["", "/en"])


@pytest.fixture(autouse=True)
def watch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    monkeypatch.setattr(clock, "business_date", lambda: ON)
    moved = Watch()
    monkeypatch.setattr(clock, "now", moved)
    return moved


@pytest.fixture
def election(office: Office) -> Election:
    return submitted(office, office.hire())


@pytest.fixture
def batch(office: Office) -> ElectionBatch:
    """Three employees' shares that wait for approval."""
    lines = ["Member No,IC No,Name,Choice,Percent,From Month"]
    lines += [f"{one.number},{one.identity_number},{one.name},EM,2.50,2026-11" for one in (office.hire() for _ in range(3))]
    maker = signed_in(office.maker)
    maker.post("/employer/elections/files/new/", file=SimpleUploadedFile("pilihan.csv", "\r\n".join([*lines, ""]).encode(), "text/csv"))
    found = ElectionBatch.objects.get()
    assert maker.post(of_file(found), action="submit", declaration="on").status_code == 302
    return found


@pytest.fixture
def checker(office: Office) -> Person:
    return signed_in(office.checker)


def of(election: Election) -> str:
    return f"/employer/elections/{election.pk}/"


def of_file(batch: ElectionBatch) -> str:
    return f"/employer/elections/files/{batch.pk}/"


def asked(person: Person, address: str) -> Challenge:
    assert person.post(address, tac_send="1").status_code == 200
    return Challenge.objects.latest("pk")


def wrong_for(challenge: Challenge) -> str:
    return f"{(int(digits_of(challenge)) + 1) % 10**6:06d}"


def states(batch: ElectionBatch) -> set[str]:
    return set(batch.elections.values_list("state", flat=True))


@BOTH
def test_an_election_is_approved_with_the_code_that_names_it(office: Office, election: Election, prefix: str) -> None:
    person = signed_in(office.checker, prefix)

    page = person.post(of(election), tac_send="1")

    said = {"": f"pilihan caruman ahli {election.member.number} mulai November 2026", "/en": f"the election of member {election.member.number}"}
    assert actions_of(page)[0] == {"": "Luluskan pilihan", "/en": "Approve election"}[prefix]
    assert digits_of(Challenge.objects.get()) not in page.content.decode()
    assert said[prefix] in in_words(Challenge.objects.get(), {"": "ms", "/en": "en"}[prefix])
    assert person.post(of(election), action="approve", tac=digits_of(Challenge.objects.get())).status_code == 302
    election.refresh_from_db()
    assert (election.state, election.approved_by) == ("APPROVED", office.checker)


def in_words(challenge: Challenge, language: str) -> str:
    """What the SMS says."""
    message = Message.objects.get(cause=f"challenge:{challenge.pk}")
    with translation.override(language):
        return " ".join(kinds.shown(message.code, message.figures).paragraphs).replace("\N{NO-BREAK SPACE}", " ")


def test_without_a_code_nothing_is_approved(election: Election, batch: ElectionBatch, checker: Person) -> None:
    for address in (of(election), of_file(batch)):
        answer = checker.post(address, action="approve")
        assert (answer.status_code, "Minta kod TAC dahulu" in text_of(answer)) == (422, True)
    election.refresh_from_db()
    assert (election.state, states(batch)) == ("SUBMITTED", {"SUBMITTED"})


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "Kod TAC tidak betul. Baki cubaan untuk kod ini: 2"), (181, "telah tamat tempoh. Minta kod baharu")]
)
def test_a_wrong_or_late_code_is_told_and_what_waits_goes_on_waiting(
    election: Election, batch: ElectionBatch, checker: Person, watch: Watch, seconds: int, words: str
) -> None:
    for address in (of(election), of_file(batch)):
        watch.ahead = timedelta()
        challenge = asked(checker, address)
        typed = digits_of(challenge) if seconds else wrong_for(challenge)
        watch.ahead = timedelta(seconds=seconds)
        answer = checker.post(address, action="approve", tac=typed)
        assert (answer.status_code, words in text_of(answer), "<title>Ralat:" in answer.content.decode()) == (422, True, True), text_of(answer)
    election.refresh_from_db()
    assert (election.state, states(batch)) == ("SUBMITTED", {"SUBMITTED"})


@BOTH
def test_a_file_is_approved_with_one_code_and_a_second_click_says_nothing_new(office: Office, batch: ElectionBatch, prefix: str) -> None:
    person = signed_in(office.checker, prefix)

    challenge = asked(person, of_file(batch))
    said = {"": f"3 pilihan caruman dalam fail {batch.pk}", "/en": f"3 elections of file {batch.pk}"}
    assert said[prefix] in in_words(challenge, {"": "ms", "/en": "en"}[prefix])
    answers = [person.post(of_file(batch), action="approve", tac=digits_of(challenge)) for _ in range(2)]
    answers.append(person.post(of_file(batch), tac_send="1"))

    assert [answer.status_code for answer in answers] == [302, 302, 302]
    assert states(batch) == {"APPROVED"}
    assert AuditEvent.objects.filter(target=f"electionbatch:{batch.pk}", action="election.approve", refused=False).count() == 1


def test_a_colleague_who_did_it_first_is_told_and_no_code_is_sent(office: Office, election: Election, batch: ElectionBatch, checker: Person) -> None:
    colleague = signed_in(factories.RepresentativeFactory(employer=office.employer, checker=True).user)
    given = {address: digits_of(asked(checker, address)) for address in (of(election), of_file(batch))}
    for address in given:
        assert colleague.coded(address, action="approve").status_code == 302
    codes = Challenge.objects.count()

    for address, digits in given.items():
        late, again = checker.post(address, action="approve", tac=digits), checker.post(address, tac_send="1")
        assert [answer.status_code for answer in (late, again)] == [409, 409]
        assert "rakan sekerja mungkin sudah membuatnya" in text_of(late)
    assert Challenge.objects.count() == codes


def test_no_code_is_sent_for_what_cannot_be_approved(office: Office, election: Election, checker: Person) -> None:
    maker = signed_in(office.maker)
    assert maker.post(of(election), tac_send="1").status_code == 403
    office.approved(borang_a.row(election.member), wage_month=NOVEMBER)

    answer = checker.post(of(election), tac_send="1")

    assert (answer.status_code, Challenge.objects.filter(purpose=Purpose.ELECTION_APPROVAL).count()) == (409, 0)
    assert "tidak berubah lagi" in text_of(answer)


def test_a_code_for_a_file_is_not_for_what_came_back_meanwhile(office: Office, batch: ElectionBatch, checker: Person) -> None:
    digits = digits_of(asked(checker, of_file(batch)))
    one = batch.elections.first()
    assert one is not None
    checker.post(of(one), action="return", comment="Semak")

    answer = checker.post(of_file(batch), action="approve", tac=digits)

    assert (answer.status_code, states(batch)) == (422, {"SUBMITTED", "RETURNED"})
    assert "Minta kod TAC dahulu" in text_of(answer)


def test_leave_for_one_election_is_for_no_other_nor_for_its_file_nor_for_a_filing(office: Office, batch: ElectionBatch) -> None:
    one, other = batch.elections.order_by("pk")[:2]
    at = clock.now()
    given = leave.as_rows(user=office.checker, purpose=Purpose.ELECTION_APPROVAL, shown=leaves.to_elect(one), at=at)
    asked_as: dict[str, object] = {"by": office.checker, "approval": given, "on": ON, "at": at}

    with pytest.raises(tac.Refused, match="OTHER_ACT"), transaction.atomic():
        elections.approve(election_id=other.pk, **asked_as)  # type: ignore[arg-type]
    with pytest.raises(tac.Refused, match="OTHER_ACT"), transaction.atomic():
        election_files.approve_all(batch_id=batch.pk, **asked_as)  # type: ignore[arg-type]
    assert states(batch) == {"SUBMITTED"}
    elections.approve(election_id=one.pk, **asked_as)  # type: ignore[arg-type]
    assert sorted(batch.elections.values_list("state", flat=True)) == ["APPROVED", "SUBMITTED", "SUBMITTED"]


def test_while_a_changed_number_cools_off_the_page_says_until_when(office: Office, election: Election) -> None:
    phones.bind(user=office.checker, number="+60198887766", how=Bound.COUNTER, by=None, at=clock.now())
    assert TacPhone.objects.filter(user=office.checker).count() == 2

    page = signed_in(office.checker).get(of(election))

    assert (page.status_code, "tindakan ini menunggu sehingga" in text_of(page)) == (200, True)
    assert "<title>Ralat" not in page.content.decode()


def test_a_notice_is_approved_under_a_code_that_says_so(office: Office, checker: Person) -> None:
    member = office.hire()
    elect(office, member)
    waiting = submitted(office, member, notice())

    assert actions_of(checker.post(of(waiting), tac_send="1"))[0] == "Luluskan notis"
    assert f"notis pembatalan pilihan ahli {member.number}" in in_words(Challenge.objects.latest("pk"), "ms")
