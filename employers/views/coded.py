"""An administrator's act under a TAC, and the page that asks for it: each act is a class that says what it is (people.py, flow.py)."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Final

from django import forms as django_forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from employers import access, labels
from employers.models import Employer
from employers.services import people
from employers.views.acting import employer_of
from kwsp_portal.common import clock
from members.identity import tac
from members.identity.enums import Purpose
from members.identity.models import Approval
from members.identity.sessions import address_of
from members.identity.tac_step import TacStep

OVER: Final = frozenset({"USED", "SPENT"})


def administered(request: HttpRequest) -> Employer:
    """The employer whose administrator is signed in. Raises PermissionDenied for who acts for it in another role."""
    employer = employer_of(request)
    if not access.is_administrator(request.user, employer, on=clock.business_date()):  # type: ignore[arg-type]
        raise PermissionDenied
    return employer


class CodedAct(ABC):
    """One act: what its page says and asks (`prepare`, `context`), what its code approves (`shown`), whether it may be done, and doing it.

    `answer` asks for the code, checks before it is asked for and before it is used, and leads to `done`. `did` looks whether this very person
    has done it already: a second click is no fault.
    """

    template: ClassVar[str]
    action: ClassVar[str]
    purpose: ClassVar[Purpose] = Purpose.REPRESENTATIVES
    form: django_forms.Form | None = None
    checked_first: ClassVar[bool] = False
    """Whether it is said before the form is filled in that the act is not allowed."""

    def __init__(self, request: HttpRequest, **place: int) -> None:
        self.request = request
        self.employer = administered(request)
        self.by: Any = request.user
        self.on = clock.business_date()
        self.prepare(**place)

    @abstractmethod
    def prepare(self) -> None:
        """What the address names, and the form as it was sent."""

    @abstractmethod
    def shown(self) -> dict[str, str]:
        """What the code approves, name by name."""

    @abstractmethod
    def check(self) -> None:
        """Raises people.NotAllowed."""

    @abstractmethod
    def do(self, **leave: Any) -> None:
        """`leave`: by, approval, on, at and ip, as every service takes them. Raises people.NotAllowed, tac.Refused."""

    @abstractmethod
    def did(self) -> bool:
        """Whether this person has done just this already."""

    @abstractmethod
    def done(self) -> HttpResponse:
        """Where the act leads."""

    def context(self) -> dict[str, Any]:
        return {}

    def sent(self) -> Any:
        """What the form is bound to: nothing before it is sent."""
        return self.request.POST if self.request.method == "POST" else None

    def typed(self) -> dict[str, Any]:
        """What was sent and is in order; nothing otherwise."""
        return self.form.cleaned_data if self.form is not None and self.form.is_bound and self.form.is_valid() else {}

    def answer(self) -> HttpResponse:
        """The page, or where the act leads."""
        step = TacStep.of(self.request, purpose=self.purpose, shown=self.shown())
        try:
            return self._posted(step) if self.request.method == "POST" else self._asked(step)
        except people.NotAllowed as error:
            if self.request.method == "POST" and self.did():
                return self.done()
            status, words = labels.NOT_ALLOWED[error.code]
            if self.request.method == "POST":
                return self._page(step, status=status, refused=str(words))
            self.form = None
            return self._page(step, refused=str(words))
        except tac.Refused as refused:
            if refused.code in OVER and self.did():
                return self.done()
            step.refuse(refused)
            return self._page(step, status=422)

    def _asked(self, step: TacStep) -> HttpResponse:
        if self.form is None or self.checked_first:
            self.check()
        return self._page(step)

    def _posted(self, step: TacStep) -> HttpResponse:
        if self.form is not None and not self.form.is_valid():
            return self._page(step, status=422)
        with people.refusals_kept(self.employer, self.action, self.by, address_of(self.request)):
            self.check()
        if step.wanted():
            step.send(at=clock.now())
            return self._page(step, status=422 if step.refusal else 200)
        self._do(step.approval(at=clock.now()))
        return self.done()

    def _do(self, approval: Approval) -> None:
        self.do(by=self.by, approval=approval, on=self.on, at=clock.now(), ip=address_of(self.request))

    def _page(self, step: TacStep, *, status: int = 200, refused: str = "") -> HttpResponse:
        context = {
            "acting_for": self.employer.name,
            "form": self.form,
            "box": step.box(at=clock.now()),
            "refused": refused,
            "form_errors": status >= 400 or bool(refused),
            **self.context(),
        }
        return render(self.request, self.template, context, status=status)
