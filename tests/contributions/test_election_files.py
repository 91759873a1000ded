"""A file of elections as a whole: as many statements for thirty as for three, one act in the trail, one notice to the employer."""

from collections.abc import Callable
from datetime import date
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contributions.borang_a import elections_layout
from contributions.enums import ElectionState, FilingAction
from contributions.models import Election, ElectionBatch, ElectionLog
from contributions.services import election_files, elections
from contributions.services.moves import NotAllowed
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.notify.models import Notice
from members.models import Member
from tests import factories
from tests.contributions.conftest import ON, Office
from tests.contributions.electing import PDF
from tests.factories import leave

pytestmark = pytest.mark.django_db


def line(member: Member, choice: str = "EMP", percent: str = "5", month: str = "2026-11") -> str:
    return f"{member.number},{member.identity_number},{member.name},{choice},{percent},{month}"


def take(office: Office, *lines: str) -> ElectionBatch:
    content = "\r\n".join([elections_layout.HEADER, *lines, ""]).encode()
    return election_files.take(employer=office.employer, file=elections.Upload("pilihan.csv", content), form=PDF, by=office.maker, on=ON)


def taken(office: Office, rows: int) -> ElectionBatch:
    """Half of them for this month, half for the next, of both shares."""
    kinds = ("EM", "EMP")
    return take(office, *(line(office.hire(), kinds[n % 2], "2.50", f"2026-1{1 + n // 2 % 2}") for n in range(rows)))


def act(office: Office, batch: ElectionBatch, action: FilingAction, on: date = ON) -> int:
    if action is FilingAction.APPROVE:
        return leave.elect_all(batch_id=batch.pk, by=office.checker, on=on)
    by = office.checker if action is FilingAction.RETURN else office.maker
    return election_files.move_all(batch_id=batch.pk, action=action, by=by, on=on, comment="Semak peratusan", declaration=True)


def statements(work: Callable[[], object]) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        work()
    return len(captured)


class TestAsManyStatementsForThirtyAsForThree:
    def test_taking_it(self, office: Office) -> None:
        people = [[office.hire() for _ in range(rows)] for rows in (4, 40)]

        few, many = (statements(partial(take, office, *map(line, some))) for some in people)

        assert few == many
        assert Election.objects.filter(state=ElectionState.DRAFT, document__isnull=False).count() == 44

    @pytest.mark.parametrize(
        "acts",
        [
            (FilingAction.SUBMIT, FilingAction.APPROVE),
            (FilingAction.SUBMIT, FilingAction.RETURN, FilingAction.SUBMIT, FilingAction.APPROVE),
            (FilingAction.DISCARD,),
        ],
    )
    def test_moving_it(self, office: Office, acts: tuple[FilingAction, ...]) -> None:
        few, many = taken(office, 4), taken(office, 40)

        for action in acts:
            of_few, of_many = (statements(partial(act, office, batch, action)) for batch in (few, many))
            assert of_few == of_many, action

        assert {batch.elections.values_list("state", flat=True).distinct().get() for batch in (few, many)} == {
            "DISCARDED" if FilingAction.DISCARD in acts else "APPROVED"
        }


class TestWhatIsKept:
    def test_each_election_has_its_log_with_the_state_it_left(self, office: Office) -> None:
        batch = taken(office, 3)
        one = batch.elections.order_by("pk")[0]
        elections.submit(election_id=one.pk, by=office.maker, declaration=True, on=ON)
        elections.return_to_maker(election_id=one.pk, by=office.checker, comment="Yang ini", on=ON)

        act(office, batch, FilingAction.SUBMIT)
        act(office, batch, FilingAction.APPROVE)

        last_two = ElectionLog.objects.filter(election=one).order_by("-pk")[:2]
        assert [(log.action, log.from_state, log.to_state, log.by) for log in last_two] == [
            ("APPROVE", "SUBMITTED", "APPROVED", office.checker),
            ("SUBMIT", "RETURNED", "SUBMITTED", office.maker),
        ]
        assert [log.from_state for log in ElectionLog.objects.filter(election__batch=batch, action="SUBMIT").exclude(election=one)] == ["DRAFT"] * 2
        assert set(batch.elections.values_list("approved_by", "approved_on")) == {(office.checker.pk, ON)}

    def test_the_trail_has_one_act_a_file_and_for_each_member_the_one_that_binds(self, office: Office) -> None:
        batch = taken(office, 5)
        act(office, batch, FilingAction.SUBMIT)
        act(office, batch, FilingAction.APPROVE)

        of_file = AuditEvent.objects.filter(target=f"electionbatch:{batch.pk}").order_by("seq")
        assert [(event.action, event.data.get("good", event.data.get("elections"))) for event in of_file] == [
            ("election.file", 5),
            ("election.submit", 5),
            ("election.approve", 5),
        ]
        of_members = AuditEvent.objects.filter(target__startswith="election:").order_by("seq")
        assert {(event.action, event.actor_id) for event in of_members} == {("election.approve", office.checker.pk)}
        assert sorted(event.data["member"] for event in of_members) == sorted(batch.elections.values_list("member_id", flat=True))

    def test_every_member_is_told_of_what_holds_and_the_employer_once_of_what_came_back(self, office: Office) -> None:
        batch = taken(office, 4)
        act(office, batch, FilingAction.SUBMIT)
        act(office, batch, FilingAction.RETURN)
        returned = list(Notice.objects.values_list("whose", "whose_id", "code", "figures"))
        act(office, batch, FilingAction.SUBMIT)
        act(office, batch, FilingAction.RETURN)
        act(office, batch, FilingAction.SUBMIT)
        act(office, batch, FilingAction.APPROVE)

        figures = {"file": str(batch.pk), "name": "pilihan.csv", "count": "4", "reason": "Semak peratusan"}
        assert returned == [("EMPLOYER", office.employer.pk, "ELECTION_FILE_RETURNED", figures)]
        assert Notice.objects.filter(whose="EMPLOYER").count() == 2
        told = Notice.objects.filter(whose="MEMBER", code="ELECTION_EXCESS").values_list("whose_id", flat=True)
        assert sorted(told) == sorted(batch.elections.values_list("member_id", flat=True))

    def test_nobody_approves_a_file_with_an_election_that_they_declared_correct(self, office: Office) -> None:
        administrator = factories.RepresentativeFactory(employer=office.employer, administrator=True).user
        batch = taken(office, 3)
        elections.submit(election_id=batch.elections.order_by("-pk")[0].pk, by=administrator, declaration=True, on=ON)
        act(office, batch, FilingAction.SUBMIT)

        with pytest.raises(NotAllowed, match="OWN_WORK"):
            leave.elect_all(batch_id=batch.pk, by=administrator, on=ON)

        assert set(batch.elections.values_list("state", flat=True)) == {"SUBMITTED"}
        assert act(office, batch, FilingAction.APPROVE) == 3
