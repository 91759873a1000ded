"""A member's complaint about an employer: from the own page to an inspector's answer, and what nobody else learns of it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from contributions import workflow
from contributions.enums import ComplaintAction, ComplaintGround, ComplaintState, MonthStanding
from contributions.models import Complaint, ComplaintMonth
from contributions.rules import standing
from contributions.selectors import complaints as selectors
from contributions.services import complaints as services
from contributions.services.complaints import NotAllowed, Said
from employers.models import Employer
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.documents.services import Upload
from kwsp_portal.notify.enums import Whose
from kwsp_portal.notify.models import Notice
from members.identity.enums import Role
from members.identity.models import User
from members.models import Member, OfficerIdentity
from tests import factories
from tests.members.conftest import credited, filed
from tests.members.conftest import employer as employer
from tests.members.conftest import member as member

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 20)
AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
SEPTEMBER, OCTOBER = WageMonth(2026, 9), WageMonth(2026, 10)
WORDS = "Slip gaji saya menunjukkan potongan, tetapi tiada caruman."
PAPER = Upload("slip.pdf", b"%PDF-1.4 slip gaji")
A = ComplaintAction


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    before = clock.use_source(lambda: ON)
    yield
    clock.use_source(before)


@pytest.fixture
def inspector(db: None) -> User:
    return factories.UserFactory(role=Role.INSPECTOR)


def sent(member: Member, employer: Employer, *months: WageMonth, words: str = WORDS, papers: tuple[Upload, ...] = (), at: datetime = AT) -> Complaint:
    said = Said(words=words, papers=papers)
    asked = {"ground": ComplaintGround.DEDUCTED, "months": list(months or [OCTOBER]), "said": said}
    return services.send(member=member, employer=employer, by=member.user, on=ON, at=at, **asked)  # type: ignore[arg-type]


def taken(member: Member, employer: Employer, inspector: User) -> Complaint:
    return services.take(complaint_id=sent(member, employer).pk, by=inspector, on=ON, at=AT)


def say(found: Complaint, action: ComplaintAction, by: User, words: str = "Kami telah memeriksa.") -> Complaint:
    return services.say(complaint_id=found.pk, action=action, words=words, by=by, on=ON, at=AT)


def told(whose: Whose, pk: int) -> list[str]:
    return list(Notice.objects.filter(whose=whose, whose_id=pk).order_by("pk").values_list("code", flat=True))


# What may be attached


@pytest.mark.parametrize(
    ("total", "others", "low"), [("1300", ["1449", "1449"], True), ("1305", ["1450"], False), ("1304.99", ["1450"], True), ("5", [], False)]
)
def test_a_month_looks_low_below_nine_tenths_of_what_the_others_commonly_bring(total: str, others: list[str], low: bool) -> None:
    assert standing.looks_low(Decimal(total), [Decimal(one) for one in others]) is low


def test_missing_and_low_months_are_offered_first_and_those_to_come_not_at_all(member: Member, employer: Employer) -> None:
    for month in (WageMonth(2026, 6), WageMonth(2026, 7)):
        credited(member, employer, month)
    credited(member, employer, WageMonth(2026, 8), wages=Decimal(3000))
    filed(member, employer, SEPTEMBER)

    (found,) = selectors.offered(member=member, on=ON)

    marks = {str(one.line.month): (one.line.state, one.doubtful, one.low) for one in found.ordered}
    assert marks["2026-10"] == (MonthStanding.MISSING, True, False)
    assert marks["2026-09"] == (MonthStanding.FILED, True, False)
    assert marks["2026-08"] == (MonthStanding.CREDITED, False, True)
    assert marks["2026-07"] == (MonthStanding.CREDITED, False, False)
    assert [one.doubtful or one.low for one in found.ordered] == sorted((one.doubtful or one.low for one in found.ordered), reverse=True)
    (earlier,) = selectors.offered(member=member, on=date(2026, 11, 10))
    assert "2026-10" not in {str(one.line.month) for one in earlier.months}, "it is not due yet"


def test_a_complaint_keeps_what_its_member_saw_and_shows_what_became_of_it(member: Member, employer: Employer) -> None:
    found = sent(member, employer, SEPTEMBER, papers=(PAPER,))
    filed(member, employer, SEPTEMBER)

    (month,) = selectors.attached(complaint=found, on=ON)
    assert (month.then.standing, month.then.total) == ("MISSING", None)
    assert month.now is not None
    assert (month.now.state, month.now.total) == (MonthStanding.FILED, Decimal(1449))
    (entry,) = selectors.log_of(complaint=found)
    assert (entry.action, entry.words, [bytes(paper.file.content) for paper in entry.papers.all()]) == ("SEND", WORDS, [PAPER.content])


def test_no_other_month_and_no_other_employer_s_can_be_attached(member: Member, employer: Employer) -> None:
    stranger = factories.EmployerFactory()
    for of, month in ((employer, WageMonth(2027, 1)), (employer, WageMonth(2020, 1)), (stranger, OCTOBER)):
        with pytest.raises(NotAllowed, match="NOT_OWN_MONTH"):
            sent(member, of, month)
    with pytest.raises(NotAllowed, match="WORDS_MISSING"):
        sent(member, employer, words="  ")
    with pytest.raises(NotAllowed, match="NO_MONTHS"):
        services.send(
            member=member, employer=employer, ground=ComplaintGround.NOT_PAID, months=[], said=Said(words="x"), by=member.user, on=ON, at=AT
        )  # type: ignore[arg-type]
    assert not Complaint.objects.exists()


# Once


def test_a_second_click_finds_the_first_and_another_about_the_month_is_pointed_at_it(member: Member, employer: Employer) -> None:
    found = sent(member, employer, OCTOBER)

    assert sent(member, employer, OCTOBER) == found
    with pytest.raises(NotAllowed) as error:
        sent(member, employer, SEPTEMBER, OCTOBER)
    assert (error.value.code, error.value.complaint) == ("OPEN_ALREADY", found.pk)
    assert sent(member, employer, SEPTEMBER) != found, "another month is another complaint"


def test_a_month_may_be_complained_of_again_once_its_complaint_is_over(member: Member, employer: Employer) -> None:
    services.withdraw(complaint_id=sent(member, employer).pk, by=member.user, on=ON, at=AT)  # type: ignore[arg-type]

    again = sent(member, employer, words="Masih belum dibayar.")

    assert again.state == ComplaintState.SENT
    assert list(ComplaintMonth.objects.order_by("pk").values_list("open", flat=True)) == [False, True]


def test_five_a_day_and_then_the_next_day(member: Member, employer: Employer) -> None:
    for number in range(5):
        sent(member, employer, OCTOBER.plus(-number), at=AT + timedelta(minutes=number))

    with pytest.raises(NotAllowed) as error:
        sent(member, employer, OCTOBER.plus(-5), at=AT + timedelta(hours=1))
    assert (error.value.code, error.value.until) == ("TOO_MANY", AT + timedelta(days=1))
    assert sent(member, employer, OCTOBER.plus(-5), at=AT + timedelta(days=1, seconds=1))


def test_twenty_additions_a_day(member: Member, employer: Employer) -> None:
    found = sent(member, employer)
    for number in range(20):
        services.add(complaint_id=found.pk, said=Said(words=f"Satu lagi: {number}"), by=member.user, on=ON, at=AT)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed, match="TOO_MANY"):
        services.add(complaint_id=found.pk, said=Said(words="Satu lagi"), by=member.user, on=ON, at=AT)  # type: ignore[arg-type]


# Who may do what, in which state


def test_every_act_in_every_state_does_what_the_table_says(member: Member, employer: Employer, inspector: User) -> None:
    """By whom the act belongs to; the others have no right."""
    by_member = {A.ADD, A.WITHDRAW}

    def act(found: Complaint, action: ComplaintAction, by: User) -> Complaint:
        asked = {"complaint_id": found.pk, "by": by, "on": ON, "at": AT}
        if action is A.ADD:
            return services.add(said=Said(words="x"), **asked)  # type: ignore[arg-type]
        if action in (A.WITHDRAW, A.TAKE):
            return {A.WITHDRAW: services.withdraw, A.TAKE: services.take}[action](**asked)  # type: ignore[arg-type]
        return services.say(action=action, words="x", **asked)  # type: ignore[arg-type]

    asked = 0
    for state in ComplaintState:
        for action in set(ComplaintAction) - {A.SEND}:
            with transaction.atomic():
                found = sent(member, employer)
                if state != ComplaintState.SENT:
                    found = services.take(complaint_id=found.pk, by=inspector, on=ON, at=AT)
                if state in (ComplaintState.RESOLVED, ComplaintState.DECLINED):
                    found = say(found, A.RESOLVE if state == ComplaintState.RESOLVED else A.DECLINE, inspector)
                if state == ComplaintState.WITHDRAWN:
                    found = services.withdraw(complaint_id=found.pk, by=member.user, on=ON, at=AT)  # type: ignore[arg-type]
                doer = member.user if action in by_member else inspector
                other = inspector if action in by_member else member.user
                with pytest.raises(NotAllowed, match="NO_RIGHT"):
                    act(found, action, other)  # type: ignore[arg-type]
                allowed = services.allowed(complaint=found, by=doer)  # type: ignore[arg-type]
                to = workflow.COMPLAINT_MOVES.get((state, action))
                if to is None:
                    assert action not in allowed
                    with pytest.raises(NotAllowed, match="WRONG_STATE"):
                        act(found, action, doer)  # type: ignore[arg-type]
                else:
                    assert action in allowed or (action is A.TAKE and found.owner == inspector)
                    assert act(found, action, doer).state == to  # type: ignore[arg-type]
                asked += 1
                transaction.set_rollback(True)
    assert asked == 40


def test_only_the_inspector_who_has_it_answers_and_another_may_take_it_over(member: Member, employer: Employer, inspector: User) -> None:
    found, colleague = taken(member, employer, inspector), factories.UserFactory(role=Role.INSPECTOR)

    with pytest.raises(NotAllowed, match="NOT_OWNER"):
        say(found, A.RESOLVE, colleague)
    assert services.allowed(complaint=found, by=colleague) == {A.TAKE}
    services.take(complaint_id=found.pk, by=colleague, on=ON, at=AT)
    services.take(complaint_id=found.pk, by=colleague, on=ON, at=AT)

    assert found.log.filter(action="TAKE").count() == 2, "a second click takes nothing again"
    assert say(found, A.RESOLVE, colleague).owner == colleague


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.COUNTER_OFFICER, Role.WITHDRAWAL_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_no_other_officer_may(member: Member, employer: Employer, inspector: User, role: Role) -> None:
    found, other = taken(member, employer, inspector), factories.UserFactory(role=role)

    assert services.allowed(complaint=found, by=other) == frozenset()
    with pytest.raises(NotAllowed, match="NO_RIGHT"):
        services.take(complaint_id=found.pk, by=other, on=ON, at=AT)


def test_an_inspector_s_own_complaint_is_another_inspector_s(member: Member, employer: Employer, inspector: User) -> None:
    found = sent(member, employer)
    OfficerIdentity.objects.create(
        user=inspector,
        identity_kind=member.identity_kind,
        identity_number=member.identity_number,
        reason="x" * 6,
        named_by=factories.UserFactory(administrator=True),
        named_at=AT,
    )

    with pytest.raises(NotAllowed, match="OWN_RECORD"):
        services.take(complaint_id=found.pk, by=inspector, on=ON, at=AT)


# Who is told what


def test_each_step_is_told_and_in_the_member_s_log_and_never_in_the_employer_s(member: Member, employer: Employer, inspector: User) -> None:
    found = taken(member, employer, inspector)
    say(found, A.ANSWER, inspector)
    say(found, A.TELL, inspector, "")
    say(found, A.RESOLVE, inspector, "Majikan telah membayar.")

    steps = ["SEND", "TAKE", "ANSWER", "TELL", "RESOLVE"]
    assert told(Whose.MEMBER, member.pk) == [f"COMPLAINT_{step}" for step in steps]
    events = AuditEvent.objects.filter(action__startswith="complaint.", refused=False).order_by("seq")
    assert [event.action for event in events] == [f"complaint.{step.lower()}" for step in steps]
    assert all(member.subject in event.subjects and employer.subject not in event.subjects for event in events)
    last = events.last()
    assert last is not None
    assert (last.data["before"], last.data["after"]) == ({"state": "TAKEN"}, {"state": "RESOLVED"})
    assert (last.data["employer"], last.data["months"]) == (employer.number, ["2026-10"])


def test_the_employer_reads_that_somebody_complained_and_not_who(member: Member, employer: Employer, inspector: User) -> None:
    found = taken(member, employer, inspector)
    assert told(Whose.EMPLOYER, employer.pk) == []

    say(found, A.TELL, inspector, "")

    notice = Notice.objects.get(whose=Whose.EMPLOYER)
    assert notice.figures == {"months": "2026-10", "ground": "DEDUCTED"}
    assert notice.link == ["employer:arrears"]


def test_naming_the_member_says_why_to_the_member_and_is_once_for_all(member: Member, employer: Employer, inspector: User) -> None:
    found = taken(member, employer, inspector)
    with pytest.raises(NotAllowed, match="WORDS_MISSING"):
        say(found, A.NAME, inspector, " ")
    assert AuditEvent.objects.get(action="complaint.name").refused

    say(found, A.NAME, inspector, "Majikan perlu mencari slip gaji anda.")

    assert Notice.objects.get(code="COMPLAINT_EMPLOYER_NAMED").figures["name"] == member.name
    assert "COMPLAINT_NAME" in told(Whose.MEMBER, member.pk)
    assert found.log.get(action="NAME").words == "Majikan perlu mencari slip gaji anda."
    with pytest.raises(NotAllowed, match="WRONG_STATE"):
        say(found, A.NAME, inspector, "Sekali lagi")


# What PostgreSQL holds


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE contributions_complaint SET member_id = member_id",
        "UPDATE contributions_complaintmonth SET open = false",
        "UPDATE contributions_complaintlog SET words = 'lain'",
        "DELETE FROM contributions_complaintlog",
        "DELETE FROM contributions_complaintpaper",
        "DELETE FROM contributions_complaint",
    ],
)
def test_the_portal_has_no_right_to_change_what_was_said(member: Member, employer: Employer, statement: str) -> None:
    sent(member, employer)

    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_what_is_closed_stays_closed_and_who_was_named_stays_named(member: Member, employer: Employer, inspector: User) -> None:
    found = taken(member, employer, inspector)
    say(found, A.NAME, inspector)
    with pytest.raises(DatabaseError, match="complaint_stays_named"), transaction.atomic():
        Complaint.objects.filter(pk=found.pk).update(named_why="lain")
    say(found, A.RESOLVE, inspector)
    with pytest.raises(DatabaseError, match="complaint_is_closed"), transaction.atomic():
        Complaint.objects.filter(pk=found.pk).update(state="TAKEN", closed_on=None)


def test_a_month_is_of_its_complaint_s_member_and_employer(member: Member, employer: Employer) -> None:
    found = sent(member, employer)
    with pytest.raises(DatabaseError, match="expected those of its open complaint"), transaction.atomic():
        ComplaintMonth.objects.create(
            complaint=found, member=factories.MemberFactory(), employer=employer, wage_month=date(2026, 8, 1), standing="MISSING"
        )


def test_an_employer_without_a_sign_in_of_a_member_is_no_door(client: Client, member: Member, employer: Employer) -> None:
    """A stranger is led to sign in, whatever the address."""
    found = sent(member, employer)
    for address in ("/member/complaints/", "/member/complaints/new/", f"/member/complaints/{found.pk}/", f"/staff/complaints/{found.pk}/"):
        assert client.get(address).status_code == 302
