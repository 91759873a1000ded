"""The employer's pages as a browser without script uses them."""

import re
from dataclasses import dataclass
from html import unescape
from http import HTTPStatus
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from contributions.models import Filing
from kwsp_portal.common.periods import WageMonth
from members.identity.models import Challenge, User
from tests.contributions.conftest import OCTOBER, Office
from tests.factories import borang_a, devices, leave
from tests.factories.identity import PASSWORD

NEW = "/employer/filings/new/"


@dataclass(frozen=True)
class Person:
    """Somebody signed in; `prefix` is the language of the addresses they use."""

    client: Client
    prefix: str = ""

    def get(self, path: str, **headers: str) -> HttpResponse:
        return _whole(self.client.get(self.prefix + path, headers=headers))

    def post(self, path: str, **fields: Any) -> HttpResponse:
        return _whole(self.client.post(self.prefix + path, fields))

    def looks_at(self, path: str, reason: str = "Semakan aduan ahli") -> HttpResponse:
        """An officer's look at somebody's: the reason that is asked first, then the page."""
        assert self.post(path, reason=reason).status_code == HTTPStatus.FOUND
        return self.get(path)

    def coded(self, path: str, **fields: Any) -> HttpResponse:
        """Ask for the code of this act on its page, read the phone, and send the form with it."""
        self.post(path, **{key: value for key, value in fields.items() if key != "action"}, tac_send="1")
        challenge = Challenge.objects.filter(user_id=self.client.session["_auth_user_id"]).latest("pk")
        return self.post(path, **fields, tac=leave.digits_of(challenge))

    def upload(self, content: bytes, month: WageMonth | str = OCTOBER, name: str = "borang-a.csv", **more: str) -> HttpResponse:
        return self.post(NEW, wage_month=str(month), file=SimpleUploadedFile(name, content, "text/csv"), **more)


def _whole(answer: Any) -> HttpResponse:
    """The answer, with nothing in it that its template was not given."""
    assert b"\xc2\xabundefined" not in answer.content
    found: HttpResponse = answer
    return found


def signed_in(user: User, prefix: str = "") -> Person:
    client = Client()
    devices.know(client, user)
    client.post("/sign-in/", {"user_id": user.user_id})
    assert client.post("/sign-in/password/", {"password": PASSWORD}).status_code == 302
    return Person(client, prefix)


def text_of(response: HttpResponse) -> str:
    """What a person reads: no tags, each space one."""
    body = re.sub(r"<(script|style|svg).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def title_of(response: HttpResponse) -> str:
    found = re.search(r"<title>(.*?)</title>", response.content.decode())
    assert found
    return unescape(found[1])


def actions_of(response: HttpResponse) -> list[str]:
    """The words on every button and button-like link of the page itself, in their order."""
    main = re.search(r"<main.*?</main>", response.content.decode(), re.DOTALL)
    assert main
    return [" ".join(unescape(words).split()) for words in re.findall(r'<(?:a|button) class="button[^>]*>(.*?)</', main[0])]


def address(filing: Filing, act: str = "") -> str:
    return f"/employer/filings/{filing.pk}/" + (f"{act}/" if act else "")


def ready(office: Office) -> Filing:
    """A clean filing of one member, RM 1,449.00, that waits for its maker."""
    return office.read(borang_a.row(office.hire()))
