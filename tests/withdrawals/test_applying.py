"""Applying: drafts, papers, handing in under a code for just this, cancelling, appealing, answering; and what is refused, with nothing changed."""

import io
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from PIL import Image

from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.documents.services import NotAPaper, Upload
from kwsp_portal.notify.models import Message, Notice
from members.identity import tac
from members.identity.enums import Purpose, Role
from members.ledger import posting
from members.ledger.enums import EntryKind
from members.models import Member
from tests import factories
from tests.factories import leave
from tests.ledger.acts import unsound
from tests.withdrawals.people import AT, ON, bank_account, code_for, drafted, handed_in, held, saver, submit
from withdrawals import labels
from withdrawals.enums import Action, DocumentCode, KindCode, State
from withdrawals.models import Application, ApplicationDocument, Decision
from withdrawals.selectors import facts as gathering
from withdrawals.services import afterwards, applying, deciding, drafts, holding, moves, papers
from withdrawals.services.drafts import Said
from withdrawals.views import words

pytestmark = pytest.mark.django_db
PDF = Upload("penyata.pdf", b"%PDF-1.4 penyata")


@pytest.fixture
def member() -> Member:
    return saver()


def fresh(found: Application) -> Application:
    return Application.objects.select_related("member__user").get(pk=found.pk)


def put(found: Application, state: State, **fields: Any) -> Application:
    """Where an officer, or the bank, would have brought it: test_desk and test_paying ask how."""
    Application.objects.filter(pk=found.pk).update(state=state, **fields)
    return fresh(found)


def told(member: Member) -> list[str]:
    return list(Notice.objects.filter(whose="MEMBER", whose_id=member.pk).order_by("pk").values_list("code", flat=True))


def refused(found: Application, act: Any) -> str:
    """The code of the refusal; nothing has changed by it."""
    before = (fresh(found).state, fresh(found).version, held(found.member))
    with pytest.raises(moves.NotAllowed) as error, transaction.atomic():
        act()
    assert (fresh(found).state, fresh(found).version, held(found.member)) == before
    return error.value.code


class TestDrafts:
    def test_there_is_one_of_a_kind_and_each_page_is_saved(self, member: Member) -> None:
        found = drafted(member, "120.50")

        assert drafts.begin(member=member, kind=KindCode.FLEKSIBEL, by=member.user, on=ON) == found  # type: ignore[arg-type]
        assert (fresh(found).asked, fresh(found).version, fresh(found).state) == (Decimal("120.50"), 1, State.DRAFT)
        assert found.number.startswith("PGL261110")
        assert drafts.begin(member=member, kind=KindCode.AGE_50, by=member.user, on=ON) != found  # type: ignore[arg-type]

    def test_a_page_that_is_older_than_the_draft_is_told_and_a_second_click_is_not(self, member: Member) -> None:
        found = drafted(member, "120.50")

        same = drafts.say(application_id=found.pk, version=0, said=Said(asked=Decimal("120.50")), by=member.user)  # type: ignore[arg-type]

        assert same.version == 1
        other = Said(asked=Decimal("99.00"))
        assert refused(found, lambda: drafts.say(application_id=found.pk, version=0, said=other, by=member.user)) == "CHANGED"  # type: ignore[arg-type]

    def test_it_is_thrown_away_once_and_nobody_else_touches_it(self, member: Member) -> None:
        found, stranger = drafted(member), saver()
        said = Said(asked=Decimal(60))
        for act in (
            lambda: drafts.say(application_id=found.pk, version=found.version, said=said, by=stranger.user),  # type: ignore[arg-type]
            lambda: drafts.discard(application_id=found.pk, by=stranger.user, on=ON),  # type: ignore[arg-type]
            lambda: submit(found, by=stranger.user),
        ):
            assert refused(found, act) == "NO_RIGHT"

        for _time in range(2):
            drafts.discard(application_id=found.pk, by=member.user, on=ON)  # type: ignore[arg-type]

        assert fresh(found).state == State.DISCARDED
        assert refused(found, lambda: submit(found)) == "WRONG_STATE"
        assert drafted(member).pk != found.pk

    def test_nobody_begins_for_another(self, member: Member) -> None:
        with pytest.raises(moves.NotAllowed, match="NO_RIGHT"):
            drafts.begin(member=member, kind=KindCode.FLEKSIBEL, by=saver().user, on=ON)  # type: ignore[arg-type]


class TestPapers:
    def test_a_picture_is_drawn_anew_without_what_the_camera_wrote(self, member: Member) -> None:
        out, exif = io.BytesIO(), Image.Exif()
        exif[0x010F] = "KAMERA RAHSIA"
        Image.new("RGB", (60, 30), "red").save(out, "JPEG", exif=exif)
        assert b"KAMERA RAHSIA" in out.getvalue()
        found = drafted(member)

        row = papers.add(application_id=found.pk, code=DocumentCode.BANK, upload=Upload("buku.jpg", out.getvalue()), by=member.user, on=ON)  # type: ignore[arg-type]

        kept = bytes(row.file.content)
        assert b"KAMERA RAHSIA" not in kept
        assert Image.open(io.BytesIO(kept)).size == (60, 30)
        small = papers.thumbnail(row.file)
        assert small is not None
        assert Image.open(io.BytesIO(small)).format == "JPEG"

    def test_the_same_file_twice_is_kept_once_and_it_can_be_taken_away(self, member: Member) -> None:
        found = drafted(member)
        add = {"application_id": found.pk, "code": DocumentCode.BANK, "upload": PDF, "by": member.user, "on": ON}
        first = papers.add(**add)  # type: ignore[arg-type]

        assert papers.add(**add) == first  # type: ignore[arg-type]
        assert papers.thumbnail(first.file) is None
        for _time in range(2):
            papers.remove(application_id=found.pk, document_id=first.pk, by=member.user, on=ON)  # type: ignore[arg-type]

        assert ApplicationDocument.objects.get().removed_on == ON
        assert AuditEvent.objects.filter(action="withdrawal.document_remove").count() == 1

    @pytest.mark.parametrize(
        ("content", "code"),
        [(b"", "EMPTY"), (b"GIF89a", "TYPE"), (b"\xff\xd8\xff broken", "BROKEN"), (b"%PDF-" + b"x" * (5 * 1024 * 1024), "TOO_BIG")],
    )
    def test_what_is_no_paper_is_refused(self, member: Member, content: bytes, code: str) -> None:
        found = drafted(member)
        with pytest.raises(NotAPaper) as error:
            papers.add(application_id=found.pk, code=DocumentCode.BANK, upload=Upload("x", content), by=member.user, on=ON)  # type: ignore[arg-type]
        assert error.value.code == code

    def test_a_paper_of_another_case_is_not_there(self, member: Member) -> None:
        other, mine = drafted(saver()), drafted(member)
        row = papers.add(application_id=other.pk, code=DocumentCode.BANK, upload=PDF, by=other.member.user, on=ON)  # type: ignore[arg-type]
        with pytest.raises(ApplicationDocument.DoesNotExist):
            papers.remove(application_id=mine.pk, document_id=row.pk, by=member.user, on=ON)  # type: ignore[arg-type]
        assert refused(other, lambda: papers.remove(application_id=other.pk, document_id=row.pk, by=member.user, on=ON)) == "NO_RIGHT"  # type: ignore[arg-type]

    def test_six_files_of_one_paper_are_too_many_and_none_comes_after_it_was_handed_in(self, member: Member) -> None:
        found = drafted(member)

        def add(number: int) -> ApplicationDocument:
            upload = Upload("x.pdf", b"%PDF-1.4 " + str(number).encode())
            return papers.add(application_id=found.pk, code=DocumentCode.BANK, upload=upload, by=member.user, on=ON)  # type: ignore[arg-type]

        for number in range(5):
            add(number)
        assert refused(found, lambda: add(6)) == "TOO_MANY_PAPERS"
        submit(fresh(found))
        assert refused(found, lambda: add(7)) == "WRONG_STATE"


class TestHandingIn:
    def test_the_money_is_held_what_was_known_is_kept_and_the_member_is_told(self, member: Member) -> None:
        found = handed_in(member, "1000.00", kind=KindCode.AGE_50)

        assert (found.state, found.applied_on, found.account.ending) == (State.SUBMITTED, ON, "6789")  # type: ignore[union-attr]
        assert found.due_on == ON + timedelta(days=7), "five working days"
        assert held(member) == {"SEJAHTERA": 100_000}
        kept = Decision.objects.get(application=found)
        assert (kept.most, kept.charges) == (Decimal(10_000), [{"account": "SEJAHTERA", "amount": "1000.00"}])
        assert gathering.to_json(gathering.from_json(kept.facts)) == kept.facts
        assert told(member) == ["WITHDRAWAL_SUBMITTED"]
        assert Message.objects.filter(code="WITHDRAWAL_SUBMITTED").count() == 1
        act = AuditEvent.objects.get(action="withdrawal.submit")
        assert (act.data["before"], act.data["after"]) == ({"state": "DRAFT"}, {"state": "SUBMITTED"})
        assert unsound() == set()

    def test_a_small_withdrawal_of_fleksibel_needs_no_officer(self, member: Member) -> None:
        found = handed_in(member, "200.00")

        assert (found.state, found.approved, found.decided_on) == (State.APPROVED, Decimal(200), ON)
        assert [entry.action for entry in found.log.all()] == [Action.SUBMIT, Action.PASS]
        assert held(member) == {"FLEKSIBEL": 20_000}
        assert told(member) == ["WITHDRAWAL_PASSED"]

    def test_a_second_click_finds_the_first_and_a_replay_holds_nothing_more(self, member: Member) -> None:
        found = drafted(member)
        approval = code_for(found)

        first, second = submit(found, approval), submit(found, approval)

        assert (first.pk, second.state, second.version) == (second.pk, State.APPROVED, fresh(found).version)
        assert held(member) == {"FLEKSIBEL": 20_000}
        assert Decision.objects.count() == 1
        assert told(member) == ["WITHDRAWAL_PASSED"]

    def test_a_code_of_another_amount_account_or_application_is_no_code(self, member: Member) -> None:
        found = drafted(member)
        for other in ({"amount": "201.00"}, {"account": "1"}, {"ending": "0000"}, {"number": "PGL261110AAAAAA"}):
            with pytest.raises(tac.Refused) as error:
                submit(found, code_for(found, **other))
            assert error.value.code == "OTHER_ACT"
        approval = code_for(found)
        bank_account(member, ending="1111")
        with pytest.raises(tac.Refused, match="OTHER_ACT"):
            submit(found, approval)
        theirs = leave.as_rows(user=saver().user, purpose=Purpose.WITHDRAWAL, shown=applying.shown(found, applying.account_for(found)), at=AT)  # type: ignore[arg-type]
        with pytest.raises(tac.Refused):
            submit(found, theirs)

        assert (fresh(found).state, held(member)) == (State.DRAFT, {})

    def test_an_amount_that_was_changed_meanwhile_is_told(self, member: Member) -> None:
        found = drafted(member)
        approval, version = code_for(found), found.version
        drafts.say(application_id=found.pk, version=version, said=Said(asked=Decimal(150)), by=member.user)  # type: ignore[arg-type]

        assert refused(found, lambda: submit(fresh(found), approval, version=version)) == "CHANGED"
        with pytest.raises(tac.Refused):
            submit(fresh(found), approval)

    def test_money_waits_while_account_or_phone_is_new_and_goes_nowhere_without_an_account(self, member: Member) -> None:
        found = drafted(member)
        bank_account(member, cools=timedelta(hours=1))
        assert refused(found, lambda: submit(found)) == "WAITS"
        bank_account(member)
        other = drafted(saver(phone_cools=timedelta(hours=1)))
        assert refused(other, lambda: submit(other)) == "WAITS"
        member.bank_accounts.filter(state="CURRENT").update(state="REPLACED", ended_at=AT)
        assert refused(found, lambda: submit(found)) == "NO_ACCOUNT"

    def test_the_rules_are_asked_again_and_all_reasons_come_together(self, member: Member) -> None:
        handed_in(member, "100.00")
        before, found = held(member), drafted(member, "200.00")
        Member.objects.filter(pk=member.pk).update(died_on=ON)

        with pytest.raises(applying.NotEligible) as error:
            submit(found)

        assert {"MEMBER_DIED", "ONCE_A_DAY"} == {one.code for one in error.value.refusals}
        assert (fresh(found).state, held(member)) == (State.DRAFT, before)

    def test_money_that_has_gone_meanwhile_is_not_applied_for(self, member: Member) -> None:
        found = drafted(member, "10000.00", kind=KindCode.AGE_50)
        legs = (posting.Leg(posting.member(member.pk, "SEJAHTERA"), -1), posting.Leg(posting.fund("RECEIPT_CLEARING"), 1))
        posting.post(posting.Act(EntryKind.CONTRIBUTION, 5, 0, ON, ON, legs))

        with pytest.raises(applying.NotEligible, match="AMOUNT_ABOVE"):
            submit(found)

    def test_nothing_is_handed_in_without_an_amount(self, member: Member) -> None:
        found = drafts.begin(member=member, kind=KindCode.FLEKSIBEL, by=member.user, on=ON)  # type: ignore[arg-type]
        assert refused(found, lambda: submit(found)) == "INCOMPLETE"

    def test_an_officer_of_withdrawals_does_not_apply_for_anybody(self, member: Member) -> None:
        found = drafted(member)
        assert refused(found, lambda: submit(found, by=factories.UserFactory(role=Role.WITHDRAWAL_OFFICER))) == "NO_RIGHT"


class TestAfterwards:
    def test_cancelled_the_money_is_free_once_and_it_is_told(self, member: Member) -> None:
        found = handed_in(member, "1000.00", kind=KindCode.AGE_50)

        for _time in range(2):
            afterwards.cancel(application_id=found.pk, by=member.user, on=ON, at=AT)  # type: ignore[arg-type]

        assert (fresh(found).state, fresh(found).holds, held(member)) == (State.CANCELLED, [], {})
        assert told(member) == ["WITHDRAWAL_SUBMITTED", "WITHDRAWAL_CANCELLED"]
        assert unsound() == set()
        again = handed_in(member, "10000.00", kind=KindCode.AGE_50)
        assert again.pk != found.pk

    def test_nobody_else_cancels_it_and_not_while_the_bank_pays(self, member: Member) -> None:
        found = handed_in(member)
        assert refused(found, lambda: afterwards.cancel(application_id=found.pk, by=saver().user, on=ON, at=AT)) == "NO_RIGHT"  # type: ignore[arg-type]
        put(found, State.PAYING)
        assert refused(found, lambda: afterwards.cancel(application_id=found.pk, by=member.user, on=ON, at=AT)) == "WRONG_STATE"  # type: ignore[arg-type]

    def _refused(self, member: Member) -> Application:
        found = handed_in(member, "1000.00", kind=KindCode.AGE_50)
        holding.release(found.holds, on=ON)
        return put(found, State.REFUSED, holds=[])

    def appeal(self, found: Application, reason: str = "Sijil kelahiran sudah dibetulkan", **more: Any) -> Application:
        asked = {"approval": code_for(found), "by": found.member.user, "on": ON, "at": AT, **more}
        return applying.appeal(application_id=found.pk, reason=reason, **asked)

    def test_what_was_refused_is_appealed_with_a_reason_and_held_anew(self, member: Member) -> None:
        found = self._refused(member)
        assert held(member) == {}
        assert refused(found, lambda: self.appeal(found, "  ")) == "REASON_MISSING"

        for _time in range(2):
            self.appeal(found)

        after = fresh(found)
        assert (after.state, after.appeals, after.applied_on) == (State.SUBMITTED, 1, ON)
        assert held(member) == {"SEJAHTERA": 100_000}
        assert after.log.last().comment == "Sijil kelahiran sudah dibetulkan"  # type: ignore[union-attr]
        assert told(member)[-1] == "WITHDRAWAL_APPEALED"
        assert unsound() == set()

    def test_the_code_of_the_application_is_none_for_its_appeal(self, member: Member) -> None:
        found = drafted(member, "1000.00", kind=KindCode.AGE_50)
        first = code_for(found)
        submit(found, first)
        holding.release(fresh(found).holds, on=ON)
        with pytest.raises(tac.Refused, match="SPENT"):
            self.appeal(put(found, State.REFUSED, holds=[]), approval=first)

    def test_what_an_officer_asks_for_is_answered_with_papers_and_the_days_do_not_count(self, member: Member) -> None:
        officer = factories.UserFactory(role=Role.WITHDRAWAL_OFFICER)
        found = handed_in(member, "1000.00", kind=KindCode.AGE_50)
        deciding.take(application_id=found.pk, by=officer, on=ON)
        deciding.ask(application_id=found.pk, version=fresh(found).version, comment="Sijil kelahiran", by=officer, on=ON)
        due, later = fresh(found).due_on, ON + timedelta(days=7)
        answer = {"application_id": found.pk, "by": member.user, "on": later, "at": AT + timedelta(days=7)}
        assert refused(found, lambda: afterwards.answer(**answer)) == "NOTHING_ADDED"  # type: ignore[arg-type]
        papers.add(application_id=found.pk, code=DocumentCode.BIRTH_DATE, upload=PDF, by=member.user, on=later)  # type: ignore[arg-type]

        for _time in range(2):
            afterwards.answer(**answer)  # type: ignore[arg-type]

        after = fresh(found)
        assert (after.state, after.officer, after.waiting_since) == (State.IN_PROCESS, officer, None)
        assert after.due_on == due + timedelta(days=7), "five working days later"  # type: ignore[operator]
        assert told(member)[-1] == "WITHDRAWAL_ANSWERED"

    def test_what_was_there_before_the_officer_asked_is_no_answer_and_each_paper_that_was_named_is_sent(self, member: Member) -> None:
        officer = factories.UserFactory(role=Role.WITHDRAWAL_OFFICER)
        found = drafted(member, "1000.00", kind=KindCode.AGE_50)
        add = partial(papers.add, application_id=found.pk, by=member.user, on=ON)
        add(code=DocumentCode.BANK, upload=PDF)
        submit(fresh(found), code_for(found))
        deciding.take(application_id=found.pk, by=officer, on=ON)
        named = [DocumentCode.BANK, DocumentCode.BIRTH_DATE]
        deciding.ask(application_id=found.pk, version=fresh(found).version, papers=named, comment="Kabur", by=officer, on=ON)
        answer = partial(afterwards.answer, application_id=found.pk, by=member.user, on=ON, at=AT)  # type: ignore[arg-type]
        assert refused(found, answer) == "NOTHING_ADDED", "the paper of the same day is the one that is asked for anew"

        add(code=DocumentCode.BIRTH_DATE, upload=PDF)
        with pytest.raises(moves.NotAllowed) as error:
            answer()
        assert (error.value.code, error.value.details) == ("PAPERS_MISSING", {"papers": "BANK"})
        assert words.not_allowed(error.value)[1] == "Belum dimuat naik: " + str(labels.DOCUMENT[DocumentCode.BANK])

        add(code=DocumentCode.BANK, upload=Upload("jelas.pdf", PDF.content + b" jelas"))
        assert answer().state == State.IN_PROCESS
