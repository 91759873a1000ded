"""Every state x action x role over HTTP and the API: an address does what the table of moves lets this person do in this state, and nothing else.

What a move needs beside the right to it (words, a paper, the version) is given, so that only state and role decide; each try is undone.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, Final

import pytest
from django.db import transaction
from django.test import Client

from kwsp_portal.common import clock
from kwsp_portal.thumbprint import demo as reader
from members.identity.enums import STAFF, Role
from members.identity.models import User
from members.models import Member
from tests.factories import withdrawals as make
from tests.factories.members import MemberFactory
from tests.identity.conftest import person, sign_in, sign_in_officer
from withdrawals.enums import Action, Channel, Payee, State
from withdrawals.models import Application, ApplicationDocument, ApplicationLog, CreditorAccount
from withdrawals.services import applying, confirming
from withdrawals.workflow import MOVES, OPEN

__all__ = ["person"]

People = dict[str, tuple[User | None, Client]]
Cases = dict[State, Application]
pytestmark = pytest.mark.django_db
ON = make.ON
ASKED = Decimal("1000.00")
DESK: Final = (Action.TAKE, Action.PUT_BACK, Action.ASK, Action.APPROVE, Action.REFUSE, Action.SEND_BACK, Action.STOP, Action.ASK_ACCOUNT)
OWN: Final = (Action.DISCARD, Action.CANCEL, Action.ANSWER, Action.RENEW)
BY: Final = {
    **dict.fromkeys(OWN, {"own"}),
    **dict.fromkeys((Action.TAKE, Action.STOP, Action.ASK_ACCOUNT), {"holder", "first", "officer"}),
    **dict.fromkeys((Action.PUT_BACK, Action.ASK), {"holder"}),
    Action.SEND_BACK: {"holder", "officer"},
}
"""Who makes which move by HTTP; APPROVE and REFUSE are the holder's until they are recommended, then any officer's but who recommended it."""
NEAR: Final = {"own", "holder", "first", "officer"}
"""Who has something to do with it: they try everything in every state, the others what somebody may do there."""
AT_COUNTER: Final = {Role.COUNTER_OFFICER.value, Role.SUPERVISOR.value}
GONE: Final = {302, 401, 403, 404, 405, 409, 422}
"""How a page says no: never with a fault, and never as if it had been done."""


class Undone(Exception):
    """Ends one try."""


@contextmanager
def undone() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
            raise Undone
    except Undone:
        pass


@pytest.fixture
def people(person: Callable[..., User]) -> People:  # noqa: F811
    """Everybody who could try, signed in: by what they are to the application."""
    names = {"own": Role.MEMBER, "another": Role.MEMBER, **dict.fromkeys(("holder", "first", "officer"), Role.WITHDRAWAL_OFFICER)}
    names |= {role.value: role for role in Role if role not in (Role.MEMBER, Role.WITHDRAWAL_OFFICER)}
    found: People = {"nobody": (None, Client())}
    for number, (name, role) in enumerate(names.items()):
        user, client = person(f"peranan{number:02d}", role), Client()
        (sign_in_officer if role in STAFF else sign_in)(client, user.user_id)
        found[name] = user, client
    MemberFactory(user=found["another"][0], birth_date=make.AGED_51)
    return found


@pytest.fixture
def cases(people: People, monkeypatch: pytest.MonkeyPatch) -> Cases:
    """One application in each state, of the one member."""
    monkeypatch.setattr(clock, "business_date", lambda: ON)
    member = make.saver(user=people["own"][0])
    return {state: case(member, state, people) for state in State}


def case(member: Member, state: State, people: People) -> Application:
    """As an earlier act would have left it, with the officer who has it and who recommended it; it holds nothing, so that each can be tried alone."""
    fields: dict[str, Any] = {"kind": "EDUCATION", "payee": Payee.PAYMENT_ORDER, "asked": ASKED, "drafted_on": ON, "entered_by": member.user}
    if state not in (State.DRAFT, State.DISCARDED):
        fields |= {"applied_on": ON, "applied_at": make.AT, "due_on": ON, "officer": None if state is State.SUBMITTED else people["holder"][0]}
    if state in (State.APPROVED, State.RETURNED, State.ACTIVE):
        fields["kind"] = "HOUSE_INSTALMENT"  # the kind that officers may stop
    if state is State.RETURNED:
        fields["payee"] = Payee.INSTITUTION  # whose account officers may find wrong
    if state is State.SECOND:
        fields["first_officer"] = people["first"][0]
    if state is State.DOCUMENTS:
        fields["waiting_since"] = ON
    if state in OPEN and state in (State.APPROVED, State.PAYING, State.ACTIVE, State.RETURNED) or state is State.PAID:
        fields |= {"approved": ASKED, "decided_on": ON}
    found = Application.objects.create(
        number=f"PGL261110{state}"[:20], member=member, state=state, paid=ASKED if state is State.PAID else 0, **fields
    )
    if state is State.RETURNED:
        account = {"bank": "MBBEMYKL", "number": "514012345678", "ending": "5678", "holder": "X", "given_by": member.user, "given_on": ON}
        CreditorAccount.objects.create(application=found, **account)
    for action, to, by, note in ((Action.RECOMMEND, State.SECOND, "first", f"{ASKED}"), (Action.ASK, State.DOCUMENTS, "holder", "")):
        if state is to:
            log = {"from_state": State.IN_PROCESS, "to_state": to, "note": note, "by": people[by][0], "on": ON, "at": make.AT, "comment": "Kabur"}
            ApplicationLog.objects.create(application=found, action=action, **log)
    return found


def expected(state: State, action: Action, who: str) -> State:
    """Where the table leaves it."""
    move = MOVES.get((state, action))
    may = ({"holder", "officer"} if state is State.SECOND else {"holder"}) if action in (Action.APPROVE, Action.REFUSE) else BY[action]
    return move.to if move is not None and who in may else state


def try_it(client: Client, found: Application, action: Action) -> int:
    if action in DESK:
        form = {"action": action.lower(), "version": found.version, "comment": "Sebab bagi ahli", "papers": ["BANK"], "reason": "HOUSE_SOLD"}
        return client.post(f"/staff/withdrawals/{found.pk}/decide/", form).status_code
    if action is Action.ANSWER and found.state == State.DOCUMENTS:
        bring_papers(found)
    return client.post(f"/member/withdrawals/{found.number}/{action.lower()}/").status_code


def bring_papers(found: Application) -> None:
    for code in ("BANK", "ENROLMENT", "RECOGNITION"):
        paper = {"file": make.StoredFileFactory(), "added_by": found.member.user, "added_on": ON}
        ApplicationDocument.objects.create(application=found, code=code, **paper)


def test_an_address_does_what_the_table_says_and_nothing_else(people: People, cases: Cases, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("withdrawals.services.deciding._judged", lambda *_: None)  # whether the rules agree, others ask
    monkeypatch.setattr("withdrawals.services.deciding._hold", lambda *_: None)
    every_move(people, cases)
    code_pages(people, cases)
    counter_pages(people, cases)
    with undone():
        counter_guide(people, cases)
    with undone():
        above_the_limit(people, cases)
    api(people, cases)


def every_move(people: People, cases: Cases) -> None:
    wrong, done = [], 0
    for state, found in cases.items():
        for who, (_user, client) in people.items():
            for action in (*DESK, *OWN):
                if who not in NEAR and (state, action) not in MOVES:
                    continue
                should = expected(state, action, who)
                with undone():
                    status = try_it(client, found, action)
                    now = Application.objects.values_list("state", flat=True).get(pk=found.pk)
                    done += now != state
                    if action is Action.ASK_ACCOUNT:  # which leaves the state as it is
                        may = who in BY[action] and (state, action) in MOVES
                        assert found.log.filter(action=action).exists() is may, (state, who, status)
                    if now != should or status >= 500 or (status not in GONE and now == state):
                        wrong.append((state.value, action.value, who, status, now, should.value))
    assert wrong == []
    moves_here = {(state, action) for state, action in MOVES if action in (*DESK, *OWN) and MOVES[state, action].to is not state}
    assert done >= len(moves_here), "each move of the table was made by somebody"


def code_pages(people: People, cases: Cases) -> None:
    """Appealing and handing in need a code (test_pages_applying): here who is let in, and that nobody else changes anything by sending the page."""
    for state, found in cases.items():
        for who, (_user, client) in people.items():
            for action, address, page in ((Action.APPEAL, "appeal/", 200), (Action.SUBMIT, "apply/", 302)):
                if who != "own" and (state, action) not in MOVES:
                    continue
                here = f"/member/withdrawals/{found.number}/{address}"
                with undone():
                    answer = client.get(here)
                    sent = client.post(here, {"reason": "Sebab", "tac": "123456", "declared": "on", "version": found.version})
                    assert Application.objects.values_list("state", flat=True).get(pk=found.pk) == state, (state, who, action)
                in_ = who == "own" and (state, action) in MOVES
                let_in = answer.status_code == page and ("/apply/" in answer.get("Location", "/apply/") or action is Action.APPEAL)
                assert let_in is in_ or (answer.status_code in GONE and not in_), (state, who, action, answer.status_code)
                assert sent.status_code < 500


def counter_pages(people: People, cases: Cases) -> None:
    """Cancelling and appealing at a counter: who is let in, that nothing comes of it without the notice, and what the print on the notice does."""
    for who, (user, client) in people.items():
        client.post("/counter/", {"q": "30000000", "reason": "AT_COUNTER"})
        for state, found in cases.items():
            for action in (Action.CANCEL, Action.APPEAL):
                here, may = f"/counter/withdrawals/{found.number}/{action.lower()}/", who in AT_COUNTER and (state, action) in MOVES
                told = applying.shown(found, found.account if action is Action.CANCEL else applying.account_for(found))
                form = {"paper_number": found.member.identity_number, "seen": ["ORIGINAL", "LIKENESS", "REGISTER"], "reason": "Sebab"}
                with undone():
                    reader.put(reader=user.get_username() if user else "-", card=found.member.identity_number, own=True, at=clock.now())
                    assert (client.get(here).status_code == 200) is may, (state, who, action)
                    assert client.post(here, {**form, "notice": "0" * 64}).status_code in GONE
                    assert Application.objects.values_list("state", flat=True).get(pk=found.pk) == state, (state, who, action)
                    reader.put(reader=user.get_username() if user else "-", card=found.member.identity_number, own=True, at=clock.now())
                    assert client.post(here, {**form, "notice": confirming.digest_of_act(action, told)}).status_code in GONE
                    after = MOVES[state, action].to if may and action is Action.CANCEL else state
                    assert Application.objects.values_list("state", flat=True).get(pk=found.pk) == after, (state, who, action)


def counter_guide(people: People, cases: Cases) -> None:
    """A draft of a counter is filled in and thrown away there by whoever sits at one, papers that were asked for are brought there; a member's own
    draft is not there at all, and nothing else of any state moves by these addresses."""
    written = {"drafted_on": ON, "entered_by": people[Role.COUNTER_OFFICER.value][0], "kind": "EDUCATION", "channel": Channel.COUNTER}
    draft = Application.objects.create(number="PGL261110KAUNTER", member=cases[State.DRAFT].member, **written)
    for who, (_user, client) in people.items():
        client.post("/counter/", {"q": "30000000", "reason": "AT_COUNTER"})
        for found in (draft, *cases.values()):
            here, sits = f"/counter/withdrawals/{found.number}/", who in AT_COUNTER
            if not sits and found not in (draft, cases[State.DRAFT], cases[State.DOCUMENTS]):
                continue
            tries = {"discard/": (found == draft, State.DISCARDED), "answer/": (found.state == State.DOCUMENTS, State.IN_PROCESS)}
            for address, (moves, to) in tries.items():
                with undone():
                    if moves and address == "answer/":
                        bring_papers(found)
                    assert client.post(here + address).status_code in GONE, (found.state, who, address)
                    now = Application.objects.values_list("state", flat=True).get(pk=found.pk)
                    assert now == (to if moves and sits else found.state), (found.state, who, address)
            assert (client.get(f"{here}answer/").status_code == 200) is (sits and found.state == State.DOCUMENTS), (found.state, who)
            for step in ("about-1", "amount", "check"):
                with undone():
                    answer = client.get(f"{here}apply/{step}/")
                    assert (answer.status_code == 200) is (sits and found == draft and step == "about-1"), (found.state, who, step)
                    assert client.post(f"{here}apply/{step}/", {"version": found.version, "notice": "0" * 64}).status_code in GONE
                    assert Application.objects.values_list("state", flat=True).get(pk=found.pk) == found.state, (found.state, who, step)
            if sits and found == cases[State.DRAFT]:
                assert client.get(f"{here}apply/about-1/").status_code == 404, "the member's own"


def above_the_limit(people: People, cases: Cases) -> None:
    """Above what one officer may approve, approving is recommending: by who has the case. Then another officer approves, and who recommended does
    not."""
    fields = {"member": cases[State.IN_PROCESS].member, "kind": "EDUCATION", "payee": Payee.PAYMENT_ORDER, "drafted_on": ON, "due_on": ON}
    fields |= {"applied_on": ON, "applied_at": make.AT, "entered_by": people["own"][0], "officer": people["holder"][0], "state": State.IN_PROCESS}
    limit, above = (
        Application.objects.create(number=f"PGL261110{number}", asked=asked, **fields)
        for number, asked in ((1, Decimal("50000.00")), (2, Decimal("50000.01")))
    )

    def approved_by(who: str, found: Application) -> str:
        found.refresh_from_db()
        form = {"action": "approve", "version": found.version, "comment": "Sebab bagi ahli"}
        assert people[who][1].post(f"/staff/withdrawals/{found.pk}/decide/", form).status_code in GONE, who
        return str(Application.objects.values_list("state", flat=True).get(pk=found.pk))

    for who in people:
        with undone():
            assert approved_by(who, limit) == (State.APPROVED if who == "holder" else State.IN_PROCESS), who
        with undone():
            assert approved_by(who, above) == (State.SECOND if who == "holder" else State.IN_PROCESS), who
    with undone():
        assert approved_by("holder", above) == State.SECOND
        assert above.log.filter(action=Action.RECOMMEND, by=people["holder"][0], note="50000.01").count() == 1
        for who in people:
            with undone():
                assert approved_by(who, above) == (State.APPROVED if who in ("first", "officer") else State.SECOND), who


def api(people: People, cases: Cases) -> None:
    """The own applications for the member alone, and no other method."""
    address = "/api/v1/me/applications/"
    for who, (_user, client) in people.items():
        answer = client.get(address)
        if who == "own":
            assert {one["number"]: one["state"] for one in answer.json()["applications"]} == {
                found.number: state.value for state, found in cases.items() if state is not State.DISCARDED
            }
        elif who == "another":
            assert answer.json() == {"applications": []}
        else:
            assert answer.status_code in (401, 403), (who, answer.status_code)
        for method in (client.post, client.put, client.patch, client.delete):
            assert method(address, {"state": "APPROVED"}, content_type="application/json").status_code in (401, 403, 405), who
    assert {found.pk: Application.objects.get(pk=found.pk).state for found in cases.values()} == {found.pk: state for state, found in cases.items()}
