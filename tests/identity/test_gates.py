"""Who may open what: the gates themselves, and the rule that nothing else knows django-axes."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import Client, RequestFactory

from members.identity import gates
from members.identity.enums import STAFF, Role
from members.identity.models import User
from tests.identity.conftest import sign_in

GATES = {
    gates.member_required: {Role.MEMBER},
    gates.representative_required: {Role.REPRESENTATIVE},
    gates.officer_required(): set(STAFF),
    gates.officer_required(Role.COUNTER_OFFICER, Role.SUPERVISOR): {Role.COUNTER_OFFICER, Role.SUPERVISOR},
}


class Somebody:
    """A signed-in person of a role, with or without the second factor."""

    is_authenticated = True

    def __init__(self, role: Role, *, verified: bool) -> None:
        self.role, self.verified = role, verified
        self.is_officer = role in STAFF

    def is_verified(self) -> bool:
        return self.verified


@pytest.mark.parametrize("gate", GATES)
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("verified", [True, False])
def test_a_gate_opens_for_its_roles_only(rf: RequestFactory, gate: Callable, role: Role, verified: bool) -> None:
    view = gate(lambda request: HttpResponse("inside"))
    request = rf.get("/")
    request.user = Somebody(role, verified=verified)

    if role in GATES[gate] and (verified or role not in STAFF):
        assert view(request).content == b"inside"
    else:
        with pytest.raises(PermissionDenied):
            view(request)


@pytest.mark.parametrize("gate", GATES)
def test_a_gate_that_the_middleware_missed_still_keeps_strangers_out(rf: RequestFactory, gate: Callable) -> None:
    request = rf.get("/")
    request.user = AnonymousUser()

    with pytest.raises(PermissionDenied):
        gate(lambda request: HttpResponse("inside"))(request)


def test_strangers_are_sent_to_the_door_and_back(client: Client, db: None) -> None:
    assert client.get("/staff/").url == "/admin/login/?next=/staff/"
    assert client.get("/en/staff/?page=2").url == "/en/admin/login/?next=/en/staff/%3Fpage%3D2"


def test_another_role_gets_the_403_page_in_words(client: Client, member: User) -> None:
    sign_in(client, "ahlisatu")

    answer = client.get("/staff/")

    assert answer.status_code == 403
    assert "Anda tidak dibenarkan membuka halaman ini" in answer.content.decode()


def test_only_the_lockout_knows_axes() -> None:
    root = Path(settings.BASE_DIR)
    knows = set()
    for app in ("kwsp_portal", "members", "employers", "contributions", "withdrawals"):
        for path in (root / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                names = (
                    [alias.name for alias in node.names]
                    if isinstance(node, ast.Import)
                    else [node.module or ""]
                    if isinstance(node, ast.ImportFrom)
                    else []
                )
                if any(name.split(".")[0] == "axes" for name in names):
                    knows.add(path.relative_to(root).as_posix())

    assert knows == {"members/identity/lockout.py"}
