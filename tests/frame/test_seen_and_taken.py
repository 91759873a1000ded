"""What officers see of somebody and what anybody takes away as a file is in the trail, in the log of whoever it is about."""

import ast
import io
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from PIL import Image

from contributions.models import ComplaintPaper, CorrectionLine, EKasihList
from employers.models import AppointmentProposal
from kwsp_portal.audit.acts import ACTS, Sort
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.frame import permissions, register_views
from kwsp_portal.frame.permissions import Who
from kwsp_portal.frame.routes import routes
from members.enums import ProposalKind
from members.identity.enums import InvitationKind, Role
from members.identity.models import Invitation
from members.models import CounterProposal, IdentityCheck, Member
from members.services import correcting
from tests import factories
from tests.guards import role_objects, test_constraints
from tests.guards.test_roles import Subject, undone
from tests.guards.test_roles import subjects as subjects
from tests.guards.test_roles import world as world
from tests.identity.conftest import person as person
from tests.identity.conftest import sign_in_officer
from withdrawals.models import Application

pytestmark = pytest.mark.django_db
PROJECT = Path(settings.BASE_DIR)
TAKEN = {
    **{"employer:template_xlsx": "file.download", "employer:template_sdba": "file.download"},
    **{"employer:payments_csv": "file.download", "employer:payment_receipt": "file.download"},
    **{"employer:bad_rows_csv": "file.download", "employer:bad_rows_xlsx": "file.download"},
    **{"employer:template": "file.download", "employer:election_template": "file.download", "employer:election_document": "file.download"},
    **{"counter:document": "file.download", "counter:appointment_document": "file.download"},
    **{"counter:isaraan_form": "file.download", "staff:ekasih_copy": "file.download"},
    **{"counter:appointment_proposal_document": "file.download", "staff:wrong_credit_document": "file.download"},
    **{"staff:voluntary_reversal_document": "file.download"},
    **{"staff:return_payee_document": "file.download", "staff:return_payee_death": "file.download"},
    "staff:suspense_document": "file.download",
    **{"member:complaint_paper": "file.download", "staff:complaint_paper": "file.download"},
    **{"employer:overpayment_document": "file.download", "staff:overpayment_document": "file.download"},
    **{"staff:incentive_file": "file.download", "staff:incentive_answer_file": "file.download"},
    **{"staff:assessment_paper": "file.download", "employer:assessment_paper": "file.download"},
    **{"counter:withdrawal_document": "file.download", "counter:bankruptcy_document": "file.download"},
    "counter:appeal_document": "file.download",
    **{"member:withdrawal_document": "file.download", "staff:withdrawal_document": "file.download"},
    **{"member:activity_export": "activity.export", "employer:activity_export": "activity.export"},
    "security:activity_export": "activity.export",
}
"""Every address that answers with a file, and the act that stands in the trail for it."""
NOBODYS = {"calculator:several_csv"}
"""Files of figures that the caller brought, about nobody."""
BARE = {
    *("contributions/views/calculator.py", "kwsp_portal/frame/activity.py", "kwsp_portal/documents/downloads.py"),
    *("kwsp_portal/frame/demo/incentive.py", "kwsp_portal/frame/demo/views.py"),
}
"""Who may answer a file without `handed_out`: figures of nobody, a list of made-up people, and the log, whose export is an act of its own."""


@pytest.fixture(autouse=True)
def _no_throttle() -> None:
    cache.clear()


# Files


def _python() -> list[Path]:
    return [path for folder in ("kwsp_portal", "members", "employers", "contributions", "withdrawals") for path in (PROJECT / folder).rglob("*.py")]


def test_files_leave_by_one_door() -> None:
    """Nothing else may write the header that makes an answer a file."""
    doors = [path.relative_to(PROJECT).as_posix() for path in _python() if _says(path, "Content-Disposition", "FileResponse", "as_attachment")]

    assert doors == ["kwsp_portal/documents/downloads.py"]


def test_only_what_is_nobody_s_or_an_act_of_its_own_leaves_without_a_row() -> None:
    bare = {
        path.relative_to(PROJECT).as_posix()
        for path in _python()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "attachment"
    }

    assert bare == BARE


def _says(path: Path, *words: str) -> bool:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} | {
        node.arg or "" for node in ast.walk(tree) if isinstance(node, ast.keyword)
    }
    return any(word in texts | names for word in words)


def _complaint_paper(member: Member) -> dict[str, Any]:
    paper = ComplaintPaper.objects.get(entry__complaint__member=member)
    return {"pk": paper.entry.complaint_id, "file": paper.file_id}


def _picture() -> bytes:
    picture = io.BytesIO()
    Image.new("RGB", (4, 4)).save(picture, "PNG")
    return picture.getvalue()


def _withdrawal_paper(member: Member) -> dict[str, int]:
    """A picture with an application that was handed in."""
    found = test_constraints.application(**test_constraints.HANDED_IN, member=member)
    paper = test_constraints.application_document(application=found, file=factories.StoredFileFactory(content=_picture()))
    return {"pk": found.pk, "document": paper.pk}


def _counter_paper(world: role_objects.World) -> dict[str, Any]:
    """A picture with an application that waits for papers, as a counter shows it."""
    asked = {**test_constraints.HANDED_IN, "state": "DOCUMENTS", "waiting_since": clock.business_date()}
    found = test_constraints.application(**asked, member=world.member)
    paper = test_constraints.application_document(application=found, file=factories.StoredFileFactory(content=_picture()))
    return {"number": found.number, "pk": paper.pk}


def _papers(world: role_objects.World) -> dict[str, dict[str, Any]]:
    """A proposal and an appointment with their papers, an invitation, and a correction's row."""
    member, own = world.member, world.own
    at, on = clock.now(), clock.business_date()
    clerk, file = factories.UserFactory(counter_officer=True), factories.StoredFileFactory()
    check = IdentityCheck.objects.create(
        member=member, door="COUNTER", paper="MYKAD", thumb="MATCHED", checked_by=clerk, checked_on=on, checked_at=at
    )
    record = correcting.record_of(member)
    proposal = CounterProposal.objects.create(
        member=member, kind=ProposalKind.CORRECTION, before=record, after={**record, "name": "X"}, reason="x", identity_check=check,
        proposed_by=clerk, proposed_on=on, proposed_at=at,
    )  # fmt: skip
    proposal.documents.add(file)
    acting = factories.RepresentativeFactory()
    appointment = acting.appointments.create(
        identity_kind="MYKAD", identity_number="900101145678", form="KWSP_1", document=file, thumb="MATCHED", phone="+60123456789",
        made_by=clerk, made_on=on, made_at=at,
    )  # fmt: skip
    waiting = AppointmentProposal.objects.create(
        employer=acting.employer, name="X", identity_kind="MYKAD", identity_number="900101145678", form="KWSP_1", document=file, thumb="MATCHED",
        phone="+60123456789", language="ms", proposed_by=clerk, proposed_on=on, proposed_at=at,
    )  # fmt: skip
    invitation = Invitation.objects.create(
        user=member.user,
        kind=InvitationKind.MEMBER,
        secret_hash="x",
        phone="+60123456789",
        issued_by=clerk,
        issued_at=at,
        issued_on=on,
        expires_on=on,
    )
    return {
        "counter:document": {"pk": proposal.pk, "file": file.pk},
        "counter:appointment_document": {"pk": appointment.pk},
        "counter:appointment_proposal_document": {"pk": waiting.pk},
        "counter:proposal": {"pk": proposal.pk},
        "counter:slip": {"pk": invitation.pk},
        "staff:withdrawal_document": _withdrawal_paper(member),
        "counter:withdrawal_document": _counter_paper(world),
        "counter:bankruptcy_document": {"pk": test_constraints.bankruptcy(member=member).pk},
        "staff:complaint_paper": _complaint_paper(member),
        "staff:complaint": {"pk": _complaint_paper(member)["pk"]},
        "staff:wrong_credit_document": {"pk": test_constraints.wrong_credit().pk},
        "staff:voluntary_reversal_document": {"pk": test_constraints.voluntary_reversal().pk},
        **dict.fromkeys(("staff:return_payee_document", "staff:return_payee_death"), {"pk": test_constraints.heir().pk}),
        "staff:suspense_document": {"pk": test_constraints.suspense_match(by_officer=True, reason="x", document=file).pk},
        "staff:overpayment_document": {"pk": test_constraints.overpayment(state="APPLIED", **test_constraints.with_kwsp()).pk},
        "staff:assessment_paper": {"pk": own["assessment"].pk, "paper": own["paper"].pk},
        "staff:ekasih_copy": {"pk": test_constraints.ekasih_row().of_id},
        "counter:isaraan_form": {
            "number": member.number,
            "pk": test_constraints.registration(member=member, form=file, registered_at="COUNTER", identity_check=check).pk,
        },
        **_incentives(member),
    }


def _incentives(member: Member) -> dict[str, dict[str, Any]]:
    """A run with the member's claim, its claim file and an answer."""
    run = test_constraints.incentive_run()
    claim, made, answer = (
        test_constraints.incentive_claim(run=run, member=member),
        test_constraints.made_claim_file(run=run),
        test_constraints.claim_answer(run=run),
    )
    return {
        "staff:incentive_file": {"pk": run.pk, "number": made.number},
        "staff:incentive_answer_file": {"pk": run.pk, "answer": answer.pk},
        **dict.fromkeys(("staff:incentive_run", "staff:incentive_summary", "staff:incentive_refused"), {"pk": run.pk}),
        "staff:incentive_claim": {"pk": claim.pk},
        **dict.fromkeys(("counter:appeal_proposal", "counter:appeal_document"), {"pk": test_constraints.incentive_appeal(claim=claim).pk}),
        "counter:isaraan_appeal": {"number": member.number, "pk": claim.pk},
    }


def test_every_address_that_answers_a_file_leaves_a_row_of_its_act(world: role_objects.World, subjects: list[Subject]) -> None:
    """Over the whole URL map, with objects that are there: which addresses answer files is found, not believed."""
    papers, found, without = _papers(world), {}, []
    for route in routes():
        row = permissions.row_of(route.name) if route.name else None
        if row is None or "(?P" in route.pattern or "GET" not in route.methods or route.name.startswith(("admin:", "demo:")):
            continue
        subject = next(one for one in subjects if one.who in row.who)
        maker = role_objects.OBJECTS.get(route.name)
        arguments = papers.get(route.name) or (maker(world, subject.user or world.member.user)[0] if maker else None)
        if arguments is None and "<" in route.pattern:
            continue
        with undone():
            answer = subject.ask("GET", reverse(route.name, kwargs=arguments))
            acts = list(AuditEvent.objects.filter(action__in=set(TAKEN.values())).values_list("action", flat=True))
        if "attachment" in answer.headers.get("Content-Disposition", ""):
            found[route.name] = acts
            without += [] if acts or route.name in NOBODYS else [route.name]

    assert without == []
    assert {name: [act] for name, act in TAKEN.items()} == found


def test_who_it_is_about_reads_who_took_which_file(world: role_objects.World, subjects: list[Subject]) -> None:
    papers = _papers(world)
    clerk = next(one for one in subjects if one.who == Who.COUNTER_OFFICER)

    clerk.ask("GET", reverse("counter:document", kwargs=papers["counter:document"]))

    event = AuditEvent.objects.get(action="file.download")
    assert world.member.subject in event.subjects
    assert set(event.data) == {"name"}
    assert (ACTS[event.action].own, ACTS[event.action].sort) == (True, Sort.DOWNLOADS)


@pytest.mark.parametrize(("name", "kept"), [("../../etc/passwd", "..-..-etc-passwd"), ('a"; x="\r\n\u0000ü.pdf', "a---x------.pdf")])
def test_a_name_is_only_a_name(world: role_objects.World, subjects: list[Subject], name: str, kept: str) -> None:
    papers = _papers(world)
    proposal = CounterProposal.objects.get(pk=papers["counter:proposal"]["pk"])
    proposal.documents.update(name=name.replace("\u0000", "\u0001"))
    clerk = next(one for one in subjects if one.who == Who.COUNTER_OFFICER)

    answer = clerk.ask("GET", reverse("counter:document", kwargs=papers["counter:document"]))

    assert answer["Content-Disposition"] == f'attachment; filename="{kept}"'
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")


# Views by officers


@pytest.mark.parametrize(
    ("name", "who"),
    [("counter:proposal", Who.SUPERVISOR), ("counter:slip", Who.COUNTER_OFFICER), ("staff:row", Who.INSPECTOR), ("staff:complaint", Who.INSPECTOR)],
)
def test_an_officer_s_look_at_somebody_s_things_is_in_that_person_s_log(
    world: role_objects.World, subjects: list[Subject], name: str, who: Who
) -> None:
    arguments = {**_papers(world), "staff:row": {"pk": world.own["credited"].pk}}[name]
    officer = next(one for one in subjects if one.who == who)
    _say_why(officer, name, arguments)

    assert officer.ask("GET", reverse(name, kwargs=arguments)).status_code == 200

    event = AuditEvent.objects.latest("seq")
    assert (ACTS[event.action].sort, ACTS[event.action].own, event.actor_id) == (Sort.VIEWS, True, officer.user.pk)  # type: ignore[union-attr]
    assert world.member.subject in event.subjects


LISTS = {
    "counter:queue": (Who.COUNTER_OFFICER, "counter_queue"),
    "staff:officers": (Who.AUDITOR, "officers"),
    "staff:corrections": (Who.AUDITOR, "corrections"),
    "staff:correction": (Who.INSPECTOR, "correction_rows"),
    "staff:matters": (Who.SUPERVISOR, "payment_matters"),
    "staff:wrong_credits": (Who.INSPECTOR, "wrong_credits"),
    "staff:voluntary_reversals": (Who.INSPECTOR, "voluntary_reversals"),
    "staff:return_payees": (Who.INSPECTOR, "return_payees"),
    "staff:late_charges": (Who.AUDITOR, "late_charges"),
    "staff:receipt_file": (Who.AUDITOR, "receipts"),
    "staff:overpayments": (Who.INSPECTOR, "overpayments"),
    "staff:ekasih_list": (Who.AUDITOR, "ekasih_rows"),
    "staff:instalment_plans": (Who.AUDITOR, "instalment_plans"),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_that_names_people_leaves_one_row_of_who_looked_at_how_many(world: role_objects.World, subjects: list[Subject], name: str) -> None:
    _papers(world)
    test_constraints.matter()
    line, receipt = test_constraints.correction_line(), test_constraints.receipt()
    test_constraints.late_charge()
    test_constraints.return_payee()
    listed = EKasihList.objects.latest("pk").pk
    objects = {"staff:correction": line.correction_id, "staff:receipt_file": receipt.file_id, "staff:ekasih_list": listed}
    arguments = {"pk": objects[name]} if name in objects else None
    who, code = LISTS[name]
    officer = next(one for one in subjects if one.who == who)
    before = AuditEvent.objects.count()

    answer = officer.ask("GET", reverse(name, kwargs=arguments))

    assert answer.status_code == 200
    event = AuditEvent.objects.latest("seq")
    assert AuditEvent.objects.count() == before + 1
    assert (event.action, event.data["list"], event.actor_id) == ("list.view", code, officer.user.pk)  # type: ignore[union-attr]
    assert event.data["shown"] >= 1
    assert ("reason" in event.data) == (who in permissions.COUNTER)
    assert event.subjects == [officer.user.subject], "not one for each name"  # type: ignore[union-attr]


@pytest.mark.parametrize("of", ["employer", "payment", "receipt"])
def test_an_officer_s_look_at_a_matter_is_in_the_log_of_whose_it_is(world: role_objects.World, subjects: list[Subject], of: str) -> None:
    """However the matter names the employer; and the page that is shown after a mistake is a look, too."""
    employer, officer = world.own["employer"], next(one for one in subjects if one.who == Who.SUPERVISOR)
    made = {
        "employer": lambda: test_constraints.matter(employer=employer),
        "payment": lambda: test_constraints.matter(payment=world.own["payment"]),
        "receipt": lambda: test_constraints.matter(kind="RECEIPT_ROWS", cause=f"receipt:{test_constraints.receipt(employer=employer).pk}"),
    }[of]()

    assert officer.ask("GET", reverse("staff:matter", kwargs={"pk": made.pk})).status_code == 200
    assert officer.client.post(reverse("staff:matter_decide", kwargs={"pk": made.pk}), {"action": "note", "comment": ""}).status_code == 422

    events = AuditEvent.objects.filter(action="matter.view")
    assert [set(event.subjects) for event in events] == [{employer.subject, officer.user.subject}] * 2  # type: ignore[union-attr]
    assert (ACTS["matter.view"].sort, ACTS["matter.view"].own) == (Sort.VIEWS, True)


def test_an_officer_s_look_at_a_late_charge_is_in_the_employer_s_log(world: role_objects.World, subjects: list[Subject]) -> None:
    charge = test_constraints.late_charge(employer=world.own["employer"])
    officer = next(one for one in subjects if one.who == Who.AUDITOR)

    assert officer.ask("GET", reverse("staff:late_charge", kwargs={"pk": charge.pk})).status_code == 200

    event = AuditEvent.objects.get(action="late_charge.view")
    assert set(event.subjects) == {charge.employer.subject, officer.user.subject}  # type: ignore[union-attr]


def test_an_officer_s_look_at_an_instalment_plan_is_in_the_employer_s_log(world: role_objects.World, subjects: list[Subject]) -> None:
    plan = world.own["instalment_plan"]
    officer = next(one for one in subjects if one.who == Who.AUDITOR)

    assert officer.ask("GET", reverse("staff:instalment_plan", kwargs={"pk": plan.pk})).status_code == 200

    event = AuditEvent.objects.get(action="instalment.view")
    assert set(event.subjects) == {plan.employer.subject, officer.user.subject}  # type: ignore[union-attr]


def _given_anew(member: Member) -> Application:
    """An application whose institution's account an officer found wrong, with the one that was given in its place; it is not sent yet."""
    asked = test_constraints.application(member=member, kind="EDUCATION", payee="INSTITUTION")
    wrong, same = test_constraints.creditor_account(application=asked), Application.objects.filter(pk=asked.pk)
    same.update(**{**test_constraints.HANDED_IN, "payee": "INSTITUTION"})
    same.update(state="IN_PROCESS", officer=factories.UserFactory())
    same.update(state="DOCUMENTS", waiting_since=test_constraints.DAY)
    request = test_constraints.application_log(application=asked, action="ASK", from_state="IN_PROCESS", to_state="DOCUMENTS", comment="x")
    type(wrong).objects.filter(pk=wrong.pk).update(refusal=request, ended_on=test_constraints.DAY)
    test_constraints.creditor_account(application=asked)
    return asked


def _officers_objects(world: role_objects.World, papers: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """An object for each page of officers that shows one: of the world's member and employer, where it is somebody's."""
    number, member, employer = {"number": world.member.number}, {"pk": world.member.user.pk}, {"number": world.own["employer"].number}
    paid = [[world.own["approved"].pk, "1449.00", "2026-10-20"]]
    matter = test_constraints.matter(employer=world.own["employer"])
    charge = test_constraints.late_charge(employer=world.own["employer"], paid=paid)
    row, receipts = {"pk": world.own["credited"].pk}, {"pk": test_constraints.receipt_file().pk}
    near = test_constraints.bank_account(member=world.member, state="REVIEW", match="NEAR", holder="X")
    wrong = {"pk": test_constraints.wrong_credit().pk}
    refused = test_constraints.application(member=world.member, **{**test_constraints.HANDED_IN, "state": "REFUSED"})
    back = test_constraints.application(
        member=world.member, **{**test_constraints.APPROVED, "state": "RETURNED", "kind": "EDUCATION", "payee": "INSTITUTION"}
    )
    ref = test_constraints.withdrawal_payment(application=back, state="RETURNED").pk
    ended = {"state": "RETURNED", "entry_id": 1, "ended_on": test_constraints.DAY, "reason": "CLOSED"}
    file = test_constraints.payout_file()
    test_constraints.payout(kind="WITHDRAWAL", ref=ref, file=file, **ended)
    draft = test_constraints.assessment_row(assessment=test_constraints.assessment(employer=world.own["employer"])).assessment
    return {
        **papers,
        **{"staff:correction": {"pk": test_constraints.correction_line().correction_id}, "staff:row": row, "staff:wrong_credit_new": row},
        **{"staff:wrong_credit": wrong, "staff:matter": {"pk": matter.pk}, "staff:late_charge": {"pk": charge.pk}, "staff:suspense_of": employer},
        "staff:voluntary_reversal": papers["staff:voluntary_reversal_document"],
        "staff:return_payee": papers["staff:return_payee_document"],
        "staff:return_payee_new": {"pk": test_constraints.voluntary_return().pk},
        "staff:voluntary_reversal_new": {"order_no": test_constraints.credited_voluntary().payment.order_no},
        **{"staff:receipt_file": receipts, "staff:receipt_file_copy": receipts, "staff:member_record": number, "staff:employer_record": employer},
        **{"staff:user": member, "staff:officer": {"pk": factories.UserFactory(counter_officer=True).pk}, "counter:bank_account": {"pk": near.pk}},
        **{"counter:member": number, "counter:correct": number, "counter:phone_remove": number, "counter:employer": employer},
        "counter:member_bank_account": number,
        **{"counter:person_phone_remove": {"pk": world.own["person"].pk}, "counter:appointment": papers["counter:appointment_document"]},
        "counter:appointment_proposal": papers["counter:appointment_proposal_document"],
        **dict.fromkeys(("staff:assessment", "staff:assessment_form"), {"pk": world.own["assessment"].pk}),
        **dict.fromkeys(("staff:assessment_row_new", "staff:assessment_file"), {"pk": draft.pk}),
        **{"staff:assessment_row": {"pk": draft.pk, "place": 1}},
        "staff:instalment_plan": {"pk": world.own["instalment_plan"].pk},
        **{"counter:drawer": {"pk": world.own["drawer"].pk}, "counter:receipt": {"number": world.own["counter_receipt"].number}},
        "staff:overpayment": papers["staff:overpayment_document"],
        **{
            "staff:withdrawal_document_small": papers["staff:withdrawal_document"],
            "staff:withdrawal": {"pk": papers["staff:withdrawal_document"]["pk"]},
        },
        **{"staff:ekasih_list": papers["staff:ekasih_copy"], "counter:isaraan": number, "counter:withdrawals": number, "counter:bankruptcy": number},
        "counter:bankruptcy_proposal": papers["counter:bankruptcy_document"],
        "counter:withdrawal_document_small": papers["counter:withdrawal_document"],
        **dict.fromkeys(
            (f"counter:withdrawal{end}" for end in ("", "_answer", "_cancel")), {"number": papers["counter:withdrawal_document"]["number"]}
        ),
        "counter:withdrawal_appeal": {"number": refused.number},
        "counter:withdrawal_answer_notice": {"number": _given_anew(world.member).number},
        "staff:withdrawal_payout_file": {"pk": file.pk},
        **dict.fromkeys(("counter:withdrawal_renew", "counter:withdrawal_creditor"), {"number": back.number}),
        "counter:withdrawal_step": {"number": world.own["counter_withdrawal"].number, "step": "amount"},
        "staff:suspense_row": {"pk": test_constraints.suspended_row().pk},
    }


def _say_why(subject: Subject, name: str, arguments: dict[str, Any] | None) -> None:
    """Where a reason is asked in place of the page, it is given."""
    subject.ask("GET", "/healthz")
    if name.startswith("counter:"):
        subject.client.post(reverse("counter:search"), {"q": "30000000", "reason": "AT_COUNTER"})
    if name in ("staff:row", "staff:wrong_credit_new", "staff:voluntary_reversal_new"):
        subject.client.post(reverse(name, kwargs=arguments), {"reason": "Semakan aduan"})
    if name in ("staff:member_record", "staff:employer_record"):
        subject.client.post(reverse("staff:records"), {"whose": (arguments or {})["number"], "reason": "Semakan aduan"})


HELD_BESIDE_PAPERS = {"counter:proposal", "counter:appointment_proposal"}
"""A supervisor compares what was typed with the scan beside it: the whole number stands here, for that look with its reason."""


def test_no_page_of_officers_shows_what_is_masked(world: role_objects.World, subjects: list[Subject]) -> None:
    """Over the whole URL map, for every officer who may open the page: identity number, phone, birth date, address and User ID of a member, and the
    User IDs of representatives, stand in none. A record reveals one, by POST and for a reason."""
    member, papers = world.member, _papers(world)
    Member.objects.filter(pk=member.pk).update(phone="+60123456789", address="12 Jalan Mawar", birth_date="1985-03-14")
    number = member.identity_number
    masked = {number, f"{number[:6]}-{number[6:8]}-{number[8:]}", member.user.user_id, "12-345 6789", "0123456789", "Jalan Mawar", "14 Mac 1985"}
    masked |= {user.user_id for user in world.representatives.values()}
    shown, asked, objects = [], 0, _officers_objects(world, papers)
    for route in routes():
        row = permissions.row_of(route.name) if route.name else None
        if row is None or "GET" not in route.methods or not route.name.startswith(("staff:", "counter:")):
            continue
        arguments = objects.get(route.name)
        assert arguments or "<" not in route.pattern, f"{route.name}: say in _officers_objects which object its page shows"
        for subject in (one for one in subjects if one.who in row.who):
            with undone():
                _say_why(subject, route.name, arguments)
                answer = subject.ask("GET", reverse(route.name, kwargs=arguments))
            page = "" if answer.streaming else answer.content.decode(errors="replace")
            assert answer.status_code == 200 or route.name == "staff:activity_of", (route.name, subject.who, answer.status_code)
            asked += 1
            found = sorted(secret for secret in masked if secret in page)
            shown += [f"{route.name} to {subject.who}: {', '.join(found)}"] if found and route.name not in HELD_BESIDE_PAPERS else []

    assert asked > 60
    assert shown == []


def test_a_list_of_nobody_is_no_look(world: role_objects.World, subjects: list[Subject]) -> None:
    officer = next(one for one in subjects if one.who == Who.COUNTER_OFFICER)

    officer.ask("GET", reverse("counter:queue") + "?state=WITHDRAWN")

    assert not AuditEvent.objects.filter(action="list.view").exists()


def test_an_officer_s_look_at_somebody_s_access_is_in_that_person_s_log(world: role_objects.World, subjects: list[Subject]) -> None:
    officer = next(one for one in subjects if one.who == Who.SUPERVISOR)

    officer.ask("GET", reverse("staff:user", kwargs={"pk": world.member.user.pk}))

    event = AuditEvent.objects.get(action="access.view")
    assert (ACTS[event.action].own, event.actor_id) == (True, officer.user.pk)  # type: ignore[union-attr]
    assert world.member.user.subject in event.subjects


@pytest.fixture
def reader(client: Client, person: Any) -> Client:
    person("auditor99", Role.AUDITOR)
    sign_in_officer(client, "auditor99")
    return client


def test_each_page_of_a_register_that_is_read_is_kept_with_whose_row_it_was(reader: Client) -> None:
    member = factories.MemberFactory(user=factories.UserFactory(), name="ROHANI")
    other = factories.MemberFactory()
    employer = factories.EmployerFactory()
    employment = factories.EmploymentFactory(employer=employer, member=member)
    wanted = {
        f"/admin/members/member/{member.pk}/change/": {member.subject, member.user.subject},
        f"/admin/members/member/{member.pk}/history/": {member.subject, member.user.subject},
        f"/admin/employers/employment/{employment.pk}/change/": {member.subject, member.user.subject, employer.subject},
        f"/admin/identity/user/{member.user.pk}/change/": {member.user.subject},
        "/admin/members/member/": set(),
        "/admin/members/member/?q=ROHANI": set(),
    }
    for address, whom in wanted.items():
        before = AuditEvent.objects.filter(action=register_views.ACT).count()
        assert reader.get(address).status_code == 200, address
        event = AuditEvent.objects.filter(action=register_views.ACT).latest("seq")
        assert AuditEvent.objects.filter(action=register_views.ACT).count() == before + 1, address
        assert whom <= set(event.subjects), address
        assert len(event.subjects) == len(whom) + 1, address
        assert "ROHANI" not in str(event.data)
    assert other.subject not in {subject for event in AuditEvent.objects.all() for subject in event.subjects}


def test_the_register_of_members_is_masked_and_leads_to_the_record(reader: Client) -> None:
    member = factories.MemberFactory(identity_number="900101145678", phone="+60123456789", address="12 Jalan Mawar", home_address="Kampung Baru")

    pages = [reader.get(address).content.decode() for address in (f"/admin/members/member/{member.pk}/change/", "/admin/members/member/")]

    for secret in ("900101145678", "900101-14-5678", "123456789", "Jalan Mawar", "Kampung Baru", "1 Jan 1990"):
        assert [secret in page for page in pages] == [False, False], secret
    assert f'href="/staff/records/members/{member.number}/"' in pages[0]


def test_a_page_that_is_not_shown_is_not_seen(reader: Client) -> None:
    assert reader.get("/admin/members/member/999999/change/").status_code == 302
    assert reader.get("/admin/members/member/?nonsense=1").status_code == 400
    assert not AuditEvent.objects.filter(action=register_views.ACT, target__startswith="member:").exists()


def test_nobody_stands_behind_a_row_about_nobody() -> None:
    assert register_views.whose(None) == []
    assert register_views.whose(CorrectionLine()) == []
