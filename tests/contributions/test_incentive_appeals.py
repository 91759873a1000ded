"""An appeal of a refused incentive that a counter proposes on the member's request: with the paper, approved by a supervisor, told at each step."""

from datetime import date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction

from contributions.models import IncentiveAppeal, IncentiveClaim
from contributions.services import appeal_proposals, incentive_appeals
from contributions.services.incentive_files import NotAllowed
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common.clock import KL
from kwsp_portal.documents.services import Upload
from kwsp_portal.notify.models import Notice
from members.enums import ProposalState
from members.identity.enums import Role
from members.identity.models import User
from members.models import Member
from members.services import own_record, proposals, queue
from tests import factories
from tests.contributions.incentive_runs import FIRST, JANUARY, JULY, SECOND, Officers, credited, officers, run, saver
from tests.contributions.pages import Person, text_of
from tests.contributions.test_incentive_runs import MARCH
from tests.contributions.test_pages_wrong_credits import as_officer, officer

pytestmark = pytest.mark.django_db
AT = datetime(2025, 8, 20, 10, 0, tzinfo=KL)
PAPER = Upload("mykad.pdf", b"%PDF-1.4 mykad")
WORDS = "Nama pada MyKad sama dengan daftar."


@pytest.fixture
def people() -> Officers:
    return officers()


@pytest.fixture
def member() -> Member:
    return saver((1000, MARCH), user=factories.UserFactory())


@pytest.fixture
def claim(member: Member, people: Officers) -> IncentiveClaim:
    credited(FIRST, people, on=JULY, received_on=JULY, refused={member.pk: "Nama tidak sepadan"})
    return IncentiveClaim.objects.get()


@pytest.fixture
def counter() -> User:
    found: User = factories.UserFactory(role=Role.COUNTER_OFFICER)
    return found


def propose(claim: IncentiveClaim, by: User, words: str = WORDS) -> IncentiveAppeal:
    return appeal_proposals.propose(claim_id=claim.pk, words=words, paper=PAPER, by=by, on=AT.date(), at=AT)


def decide(found: IncentiveAppeal, state: ProposalState, by: User, comment: str = "") -> IncentiveAppeal:
    return appeal_proposals.decide(proposal_id=found.pk, state=state, comment=comment, by=by, on=AT.date(), at=AT)


def told(member: Member) -> list[str]:
    return list(Notice.objects.filter(whose_id=member.pk, code__startswith="INCENTIVE_APPEAL").order_by("pk").values_list("code", flat=True))


def test_approved_it_is_the_claim_s_appeal_and_the_next_run_claims_it_again(
    claim: IncentiveClaim, member: Member, counter: User, people: Officers
) -> None:
    found = propose(claim, counter)
    assert propose(claim, counter) == found, "a second click"
    assert queue.how_many_wait() == 1
    assert IncentiveClaim.objects.get().appealed_on is None, "nothing before the supervisor"

    for _second_click in range(2):
        assert decide(found, ProposalState.APPROVED, people.checker).state == ProposalState.APPROVED

    claim.refresh_from_db()
    assert (claim.appeal, claim.appealed_by, claim.appealed_on) == (WORDS, people.checker, AT.date())
    assert told(member) == ["INCENTIVE_APPEAL_PROPOSED", "INCENTIVE_APPEALED"]
    acts = AuditEvent.objects.filter(action__startswith="incentive.appeal.", refused=False).order_by("pk")
    assert [(act.action, act.data["after"]) for act in acts] == [
        ("incentive.appeal.propose", {"state": "PROPOSED"}),
        ("incentive.appeal.approve", {"state": "APPROVED"}),
    ]
    assert run(SECOND, on=JANUARY).claimed == 200


def test_who_may_and_when(claim: IncentiveClaim, member: Member, counter: User, people: Officers) -> None:
    other = saver((500, date(2025, 8, 1)))
    with pytest.raises(proposals.NotAllowed, match="REASON_MISSING"):
        propose(claim, counter, " ")
    run(SECOND, on=JANUARY)
    with pytest.raises(proposals.NotAllowed, match="NOT_REFUSED"):
        propose(other.incentive_claims.get(), counter)
    found = propose(claim, counter)
    with pytest.raises(proposals.NotAllowed, match="ANOTHER_WAITS"):
        propose(claim, people.checker)
    with pytest.raises(NotAllowed, match="PROPOSED"):
        incentive_appeals.appeal(claim_id=claim.pk, words="Lain", by=people.maker, on=AT.date())
    with pytest.raises(proposals.NotAllowed, match="NO_RIGHT"):
        decide(found, ProposalState.APPROVED, counter)
    with pytest.raises(proposals.NotAllowed, match="COMMENT_MISSING"):
        decide(found, ProposalState.REFUSED, people.checker, " ")
    assert decide(found, ProposalState.REFUSED, people.checker, "Dokumen tidak jelas.").state == ProposalState.REFUSED
    with pytest.raises(proposals.NotAllowed, match="WRONG_STATE"):
        decide(found, ProposalState.WITHDRAWN, counter)
    assert "Dokumen tidak jelas." in Notice.objects.get(code="INCENTIVE_APPEAL_REFUSED", whose_id=member.pk).figures["reason"]

    own = propose(claim, people.checker)
    with pytest.raises(proposals.NotAllowed, match="OWN_WORK"):
        decide(own, ProposalState.APPROVED, people.checker)
    decide(own, ProposalState.WITHDRAWN, counter)
    incentive_appeals.appeal(claim_id=claim.pk, words="Lain", by=people.maker, on=AT.date())
    with pytest.raises(proposals.NotAllowed, match="APPEALED"):
        propose(claim, counter)
    assert told(member)[-1] == "INCENTIVE_APPEALED", "an officer's own is told, too"
    administrator = factories.UserFactory(administrator=True)
    given = {"kind": member.identity_kind, "number": member.identity_number, "reason": "Kad asal dilihat"}
    own_record.name(user=counter, **given, by=administrator, at=AT)
    with pytest.raises(own_record.OwnRecord):
        propose(claim, counter)


def test_postgresql_holds_it(claim: IncentiveClaim, counter: User, people: Officers) -> None:
    found = decide(propose(claim, counter), ProposalState.APPROVED, people.checker)

    with pytest.raises(IntegrityError, match="expected it to stay"), transaction.atomic():
        IncentiveAppeal.objects.filter(pk=found.pk).update(state="REFUSED", comment="x")
    with pytest.raises(IntegrityError, match="nobody has appealed"), transaction.atomic():
        IncentiveAppeal.objects.create(claim=claim, words="x", document=found.document, proposed_by=counter, proposed_on=JULY, proposed_at=AT)
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('kwsp_app', 'contributions_incentiveappeal', 'DELETE')")
        assert cursor.fetchone() == (False,)


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_at_the_counter_and_before_the_supervisor(claim: IncentiveClaim, member: Member, prefix: str) -> None:
    def at_a_counter(by: User) -> Person:
        browser = as_officer(by, prefix)
        session = browser.client.session
        session["counter_reason"] = "AT_COUNTER"
        session.save()
        return browser

    me, supervisor = at_a_counter(officer("kaunter9", Role.COUNTER_OFFICER)), at_a_counter(officer("penyelia9", Role.SUPERVISOR))
    page = f"/counter/members/{member.number}/i-saraan/claims/{claim.pk}/appeal/"
    assert page in me.get(f"/counter/members/{member.number}/i-saraan/").content.decode()
    assert WORDS not in text_of(me.get(page))
    assert me.post(page, words="").status_code == 422

    def paper() -> SimpleUploadedFile:
        return SimpleUploadedFile("mykad.pdf", PAPER.content, content_type="application/pdf")

    for _second_click in range(2):
        assert me.post(page, words=WORDS, papers=paper()).status_code == 302
    found = IncentiveAppeal.objects.get()
    one = f"/counter/appeals/{found.pk}/"
    assert WORDS in text_of(me.get(page))
    assert me.post(page, words="Lain", papers=paper()).status_code == 409
    assert me.post(one, action="approve").status_code == 403
    assert supervisor.post(one, action="sing").status_code == 400
    assert f'href="{prefix}{one}"' in supervisor.get("/counter/queue/").content.decode()
    assert WORDS in text_of(supervisor.get(f"/staff/incentives/claims/{claim.pk}/"))
    assert supervisor.get(f"{one}document/").headers["Content-Disposition"].startswith("attachment")
    assert supervisor.post(one, action="refuse", comment="").status_code == 422
    for _second_click in range(2):
        assert supervisor.post(one, action="approve").status_code == 302
    assert supervisor.post(one, action="refuse", comment="x").status_code == 409
    assert page not in me.get(f"/counter/members/{member.number}/i-saraan/").content.decode()
    stranger = factories.MemberFactory()
    assert me.get(f"/counter/members/{stranger.number}/i-saraan/claims/{claim.pk}/appeal/").status_code == 404
