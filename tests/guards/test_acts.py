"""The register of acts is closed: what is not in it cannot be written, and what is in it has words and no room for a secret."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from kwsp_portal import audit
from kwsp_portal.audit import acts
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import plain

PROJECT = Path(settings.BASE_DIR)
FOLDERS = ("kwsp_portal", "members", "employers", "contributions", "withdrawals")
WRITERS = {"audit.record", "audit.record_refusal"}
SECRETS = re.compile(r"password|passwd|digits|secret|token|otp|\bpin\b|identity_number|\bic\b|thumb|session_key")


def _calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call of the trail's writers, with where it stands."""
    for folder in FOLDERS:
        for path in (PROJECT / folder).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
            for node in calls:
                if ast.unparse(node.func) in WRITERS:
                    yield f"{path.relative_to(PROJECT)}:{node.lineno}", node


def _given(call: ast.Call, name: str) -> ast.expr | None:
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def _pattern(given: ast.expr) -> str:
    """The acts that an expression can name, as a pattern; anything for a name or a call."""
    if isinstance(given, ast.Constant):
        return re.escape(str(given.value))
    if isinstance(given, ast.JoinedStr):
        return "".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+" for part in given.values)
    return ".+"


def test_every_act_that_the_code_writes_is_in_the_register():
    calls = list(_calls())
    named = [(place, _pattern(given)) for place, call in calls if (given := _given(call, "action")) is not None]

    assert len(calls) > 30
    assert len(named) == len(calls)
    assert [(place, pattern) for place, pattern in named if not any(re.fullmatch(pattern, code) for code in acts.ACTS)] == []


def test_every_figure_that_the_code_writes_is_in_the_register():
    """Where act and figures stand in the call itself; the writer asks for all others when they are written."""
    wrong = []
    for place, call in _calls():
        action, data = _given(call, "action"), _given(call, "data")
        if isinstance(action, ast.Constant) and isinstance(data, ast.Dict):
            keys = [key.value for key in data.keys if isinstance(key, ast.Constant)]
            wrong += [(place, key) for key in keys if key not in acts.ACTS[str(action.value)].data]

    assert wrong == []


CHANGES_NOTHING = {
    "withdrawal.view": "a look",
    "identity.sign_in": "who is signed in where is the register of sessions",
    "identity.sign_out": "the same",
    "identity.session_end": "the same",
    "identity.sessions_end": "the same; how many is its figure",
    "identity.prove": "asks only",
    "identity.password": "of a password nothing is kept on either side",
    "identity.recognition": "of a phrase and a picture neither",
    "identity.recover": "what it changes is an act of its own: identity.password",
    "tac.issue": "a code is asked for",
    "tac.verify": "a code is answered",
    "tac.spend": "a refusal only",
    "authenticator.begin": "nothing serves until it is confirmed",
    "email.ask": "nothing is changed until it is proved",
    "email.send_again": "nothing is changed until it is proved",
    "counter.search": "looks only",
    "hire.look_up": "looks only; who becomes a member by it is an act of its own: member.enrol",
    "counter.thumb": "a refusal only",
    "counter.issue": "what it changes are acts of their own: phone.bind, identity.invite",
    "kiosk.open": "looks only",
    "kiosk.savings": "looks only",
    "member.view": "looks only",
    "access.view": "looks only",
    "employer.view": "looks only",
    "bank_account.list": "looks only",
    "record.look": "looks only",
    "record.reveal": "looks only",
    "activity.view": "looks only",
    "activity.export": "takes away only",
    "file.download": "takes away only",
    "register.view": "looks only",
    "row.view": "looks only",
    "assessment.view": "looks only",
    "instalment.view": "looks only",
    "employee.look_up": "looks only",
    "filing.upload": "a new filing, whose states are acts of their own",
    "filing.mend_file": "what it changes are acts of their own: filing.mend",
    "filing.supplement": "a new filing, whose states are acts of their own",
    "election.file": "a new file, whose elections are acts of their own",
    "representative.invite": "what it changes is an act of its own: identity.invite",
    "dividend.before": "what was credited stands in the ledger and on the own page",
    "late.dividend.credit": "what is credited stands in the ledger and in each member's inbox",
    "suspense.view": "looks only",
    "matter.view": "looks only",
    "voluntary.reversal.view": "looks only",
    "voluntary.return_payee.view": "looks only",
    "late_charge.view": "looks only",
    "complaint.view": "looks only",
    "voluntary.payee": "looks only",
    "counter.payee": "looks only",
    "counter.payer.account": "a refusal only",
    "counter.receipt.view": "looks only",
    "incentive.claim.view": "looks only",
    "incentive.claim.appeal": "the claim stays refused; its reason is its figure, and the next run claims anew",
    "correction.chunk.posted": "from what to what each person's rows went is said in their own inbox",
}
"""Acts that people read in their own log and that carry no before and after, each with the reason."""


SAID_IN_DATA = {f"bank_account.{act}" for act in ("ask", "begin", "review", "decide", "refuse", "give_up", "cancel")}
"""These say from what to what in figures of their own."""


def test_every_act_that_changes_something_says_from_what_to_what():
    own = {code: act for code, act in acts.ACTS.items() if act.own and code not in SAID_IN_DATA}

    assert sorted(code for code, act in own.items() if not act.fields and code not in CHANGES_NOTHING) == []
    assert sorted(code for code in CHANGES_NOTHING if code in acts.ACTS and acts.ACTS[code].fields) == []
    assert sorted(CHANGES_NOTHING.keys() - own.keys()) == []


def test_every_act_with_a_before_and_after_is_written_with_them():
    """Wherever the code writes it, but for refusals, which change nothing."""
    lacking = []
    for place, call in _calls():
        given = _given(call, "action")
        if ast.unparse(call.func) != "audit.record" or given is None or isinstance(given, ast.Name):
            continue
        named = [code for code, act in acts.ACTS.items() if act.fields and re.fullmatch(_pattern(given), code)]
        keywords = {keyword.arg for keyword in call.keywords}
        if named and isinstance(given, ast.Constant | ast.JoinedStr | ast.Call) and not ({"before", "after"} <= keywords or None in keywords):
            lacking.append((place, named[:3]))

    assert lacking == []


def test_no_act_has_room_for_a_secret():
    keys = {(code, key) for code, act in acts.ACTS.items() for key in (*act.data, *act.fields)}

    assert len(keys) > 50
    assert {(code, key) for code, key in keys if SECRETS.search(key)} == set()


@pytest.mark.parametrize("language", ["ms", "en"])
def test_every_act_has_words_of_its_own(language):
    with translation.override(language):
        words = [str(act.words) for act in acts.ACTS.values()]

    assert all(words)
    assert sorted({one for one in words if words.count(one) > 1}) == []


def test_english_is_not_malay():
    shown = {}
    for language in ("ms", "en"):
        with translation.override(language):
            shown[language] = {code: (str(act.words), *(str(figure.label) for figure in act.data.values())) for code, act in acts.ACTS.items()}

    assert [code for code in acts.ACTS if shown["ms"][code][0] == shown["en"][code][0]] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"action": "filing.sumbit"}, "filing.sumbit: found no such act"),
        ({"action": "filing.submit", "data": {"password": "x"}}, "filing.submit: found password, expected only"),
        ({"action": "filing.submit", "after": {"phone": "x"}}, "filing.submit: found after.phone, expected only"),
    ],
)
def test_what_is_not_in_the_register_is_not_written(asked, said):
    with pytest.raises(acts.NotInRegister, match=re.escape(said)):
        audit.record(actor="jobs", **asked)

    assert not AuditEvent.objects.exists()


def test_an_act_is_registered_once():
    with pytest.raises(ValueError, match="identity.sign_in"):
        acts.register({"identity.sign_in": acts.ACTS["identity.sign_in"]})


@pytest.mark.django_db
def test_what_people_type_cannot_forge_a_row_of_the_trail():
    forged = "wrong\n2026-11-22 10:00 INFO filing.approve by majikanchecker\x1b[2K\u202eeslaf\u0000\u2028"

    audit.record(actor="jobs", action="ledger.freeze.lift", target="filing:1\r\n2", data={"reason": forged, "checks": [forged]})

    event = AuditEvent.objects.get()
    said = r"wrong\n2026-11-22 10:00 INFO filing.approve by majikanchecker\x1b[2K\u202eeslaf\x00\u2028"
    assert (event.target, event.data) == (r"filing:1\r\n2", {"reason": said, "checks": [said]})


@pytest.mark.parametrize("typed", ["Siti Aminah binti Ali", "A/L @ O'Neil — “ya”", "李小龙", "عائشة", "café\u00a0noir", "🙂"])
def test_ordinary_words_stay_as_typed(typed):
    assert plain.text(typed) == typed
