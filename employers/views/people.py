"""The administrator's pages on who acts for the employer (/employer/people/…)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from employers import access, forms, labels, selectors
from employers.enums import EmployerRole
from employers.models import Employer, Representative
from employers.services import leave, people
from employers.views.acting import employer_of
from kwsp_portal.common import clock
from members.identity import phones, tac
from members.identity.enums import Purpose
from members.identity.gates import representative_required
from members.identity.models import Approval, Invitation
from members.identity.sessions import address_of
from members.identity.tac_step import TacStep
from members.labels import MESSAGES

OVER = frozenset({"USED", "SPENT"})


def administered(request: HttpRequest) -> Employer:
    """The employer whose administrator is signed in. Raises PermissionDenied for who acts for it in another role."""
    employer = employer_of(request)
    if not access.is_administrator(request.user, employer, on=clock.business_date()):  # type: ignore[arg-type]
        raise PermissionDenied
    return employer


@representative_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Who acts for the employer, who was invited, whose role ended."""
    employer = administered(request)
    context = {
        "acting_for": employer.name,
        "lines": [_line(one) for one in selectors.people_of(employer=employer, on=clock.business_date())],
        "page": selectors.former_people_of(employer=employer, number=request.GET.get("page")),
        "roles": labels.ROLES,
        "ended": labels.STANDINGS["REMOVED"],
    }
    return render(request, "employers/people.html", context)


@representative_required
@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: role, i-Akaun, phone, and what can be done."""
    employer = administered(request)
    found = access.person_for(employer, pk)
    return render(request, "employers/person.html", {"acting_for": employer.name, **_standing(found), "own": found.user_id == request.user.pk})


def _standing(found: Representative) -> dict[str, Any]:
    row = Representative.objects.select_related("employer", "user", "appointed_by", "removed_by").filter(pk=found.pk)
    return _line(selectors.standings(row, on=clock.business_date())[0])


def _line(one: selectors.Standing) -> dict[str, Any]:
    return {
        "one": one,
        "person": one.person,
        "role": labels.ROLES[one.person.role],
        "label": labels.STANDINGS[one.code],
        "message": MESSAGES[one.message.state] if one.message and one.code == "INVITED" else None,
        "cooling_until": one.cooling_until(clock.now()),
    }


@dataclass(kw_only=True)
class Act:
    """One act of the administrator on its page: what it says, asks, checks and does. `did` looks whether this very person has done it already."""

    employer: Employer
    template: str
    action: str
    shown: dict[str, str]
    check: Callable[[], Any]
    do: Callable[[Approval], Any]
    did: Callable[[], bool]
    done: Callable[[], HttpResponse]
    form: django_forms.Form | None = None
    context: dict[str, Any] = field(default_factory=dict)

    def answer(self, request: HttpRequest) -> HttpResponse:
        """The page, or where the act leads."""
        step = TacStep.of(request, purpose=Purpose.REPRESENTATIVES, shown=self.shown)
        try:
            return self._posted(request, step) if request.method == "POST" else self._asked(request, step)
        except people.NotAllowed as error:
            if self.did():
                return self.done()
            status, words = labels.NOT_ALLOWED[error.code]
            return self._page(request, step, status=status if request.method == "POST" else 200, refused=str(words))
        except tac.Refused as refused:
            if refused.code in OVER and self.did():
                return self.done()
            step.refuse(refused)
            return self._page(request, step, status=422)

    def _asked(self, request: HttpRequest, step: TacStep) -> HttpResponse:
        if self.form is None:
            self.check()
        return self._page(request, step)

    def _posted(self, request: HttpRequest, step: TacStep) -> HttpResponse:
        if self.form is not None and not self.form.is_valid():
            return self._page(request, step, status=422)
        with people.refusals_kept(self.employer, self.action, request.user, address_of(request)):  # type: ignore[arg-type]
            self.check()
        if step.wanted():
            step.send(at=clock.now())
            return self._page(request, step, status=422 if step.refusal else 200)
        self.do(step.approval(at=clock.now()))
        return self.done()

    def _page(self, request: HttpRequest, step: TacStep, *, status: int = 200, refused: str = "") -> HttpResponse:
        context = {
            "acting_for": self.employer.name,
            "form": self.form,
            "box": step.box(at=clock.now()),
            "refused": refused,
            "form_errors": status >= 400 or bool(refused),
            **self.context,
        }
        return render(request, self.template, context, status=status)


def _to(found: Representative) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("employer:person", args=[found.pk]))


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def appoint(request: HttpRequest) -> HttpResponse:
    """Somebody new, invited by SMS, or somebody who has an i-Akaun as representative."""
    employer, by = administered(request), request.user
    form = forms.RepresentativeForm(request.POST if request.method == "POST" else None)
    typed = form.cleaned_data if form.is_bound and form.is_valid() else {}
    asked = {name: typed.get(name, "") for name in ("name", "user_id", "role", "phone", "language")}
    who = {"employer": employer, "name": asked["name"], "user_id": asked["user_id"], "phone": asked["phone"], "by": by, "on": clock.business_date()}

    def do(approval: Approval) -> None:
        role = EmployerRole(asked["role"])
        people.appoint(**who, role=role, language=asked["language"], approval=approval, at=clock.now(), ip=address_of(request))

    def mine() -> Representative | None:
        same = Representative.objects.filter(employer=employer, removed_on__isnull=True, appointed_by=by, role=asked["role"])  # type: ignore[misc]
        if asked["user_id"]:
            return same.filter(user__user_id=asked["user_id"]).first()
        invited = Invitation.objects.filter(phone=asked["phone"], issued_by=by).values("user")  # type: ignore[misc]
        return same.filter(user__name=asked["name"], user__in=invited).last()

    def done() -> HttpResponse:
        found = mine()
        words = _("%(person)s kini wakil majikan. Yang baharu menerima kod pengaktifan melalui SMS, sah 30 hari.")
        messages.success(request, words % {"person": found.user.name if found else asked["name"]})
        return _to(found) if found else HttpResponseRedirect(reverse("employer:people"))

    act = Act(
        employer=employer,
        template="employers/person_new.html",
        action="representative.appoint",
        shown=leave.to_appoint(employer, **asked),
        check=lambda: people.check_appointment(**who),
        do=do,
        did=lambda: mine() is not None and "tac" in request.POST,
        done=done,
        form=form,
    )
    return act.answer(request)


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, then end the role."""
    employer, by, on = administered(request), request.user, clock.business_date()
    found = access.person_for(employer, pk)

    def do(approval: Approval) -> None:
        people.remove(person=found, by=by, approval=approval, on=on, at=clock.now(), ip=address_of(request))  # type: ignore[arg-type]

    def done() -> HttpResponse:
        messages.success(request, _("%(person)s tidak lagi mewakili majikan.") % {"person": found.user.name})
        return _to(found) if access.administers(by, employer.number, on=on) else HttpResponseRedirect(reverse("home"))  # type: ignore[arg-type]

    act = Act(
        employer=employer,
        template="employers/person_remove.html",
        action="representative.remove",
        shown=leave.to_remove(found),
        check=lambda: people.check_removal(person=found, by=by, on=on),  # type: ignore[arg-type]
        do=do,
        did=lambda: request.method == "POST" and Representative.objects.filter(pk=found.pk, removed_by=by).exists(),  # type: ignore[misc]
        done=done,
        context=_standing(found),
    )
    return act.answer(request)


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def role(request: HttpRequest, pk: int) -> HttpResponse:
    """Another role: the old one ends, the new one begins."""
    employer, by, on = administered(request), request.user, clock.business_date()
    found = access.person_for(employer, pk)
    form = forms.RoleForm(request.POST if request.method == "POST" else None)
    chosen = form.role_chosen() if form.is_bound and form.is_valid() else EmployerRole(found.role)

    def do(approval: Approval) -> None:
        people.change_role(person=found, role=chosen, by=by, approval=approval, on=on, at=clock.now(), ip=address_of(request))  # type: ignore[arg-type]

    def mine() -> Representative | None:
        now = Representative.objects.filter(employer=employer, user=found.user, removed_on__isnull=True, appointed_by=by, role=chosen)  # type: ignore[misc]
        return now.exclude(pk=found.pk).first()

    def done() -> HttpResponse:
        words = _("%(person)s kini %(role)s.") % {"person": found.user.name, "role": labels.ROLES[chosen]}
        messages.success(request, words)
        now = mine()
        return _to(now) if now and access.administers(by, employer.number, on=on) else HttpResponseRedirect(reverse("employer:home"))  # type: ignore[arg-type]

    act = Act(
        employer=employer,
        template="employers/person_role.html",
        action="representative.role",
        shown=leave.to_change_role(found, role=chosen.value),
        check=lambda: people.check_role(person=found, role=chosen, by=by, on=on),  # type: ignore[arg-type]
        do=do,
        did=lambda: request.method == "POST" and mine() is not None,
        done=done,
        form=form,
        context=_standing(found),
    )
    return act.answer(request)


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """A new activation code; the earlier one is void."""
    employer, by, on = administered(request), request.user, clock.business_date()
    found = access.person_for(employer, pk)
    last = Invitation.objects.filter(user=found.user).first()
    form = forms.PhoneForm(request.POST if request.method == "POST" else None, initial={"phone": last.phone if last else ""})
    phone = form.cleaned_data["phone"] if form.is_bound and form.is_valid() else ""

    def do(approval: Approval) -> None:
        people.invite_again(person=found, phone=phone, by=by, approval=approval, on=on, at=clock.now(), ip=address_of(request))  # type: ignore[arg-type]

    def done() -> HttpResponse:
        messages.success(request, _("Kod pengaktifan baharu dihantar. Yang lama tidak lagi sah."))
        return _to(found)

    act = Act(
        employer=employer,
        template="employers/person_invite.html",
        action="representative.invite",
        shown=leave.to_invite_again(found, phone=phone),
        check=lambda: people.check_invitation(person=found, by=by, on=on),  # type: ignore[arg-type]
        do=do,
        did=lambda: last is not None and "tac" in request.POST and last.issued_by_id == by.pk and last.phone == phone,
        done=done,
        form=form,
        context=_standing(found),
    )
    return act.answer(request)


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def phone(request: HttpRequest, pk: int) -> HttpResponse:
    """The number that the person's codes go to."""
    employer, by, on = administered(request), request.user, clock.business_date()
    found = access.person_for(employer, pk)
    form = forms.PhoneForm(request.POST if request.method == "POST" else None)
    number = form.cleaned_data["phone"] if form.is_bound and form.is_valid() else ""

    def do(approval: Approval) -> None:
        people.bind_phone(person=found, phone=number, by=by, approval=approval, on=on, at=clock.now(), ip=address_of(request))  # type: ignore[arg-type]

    def did() -> bool:
        now = phones.current(found.user)
        return bool(number) and "tac" in request.POST and now is not None and now.by_id == by.pk and now.number == number

    def done() -> HttpResponse:
        messages.success(request, _("Nombor telefon TAC %(person)s telah didaftarkan.") % {"person": found.user.name})
        return _to(found)

    act = Act(
        employer=employer,
        template="employers/person_phone.html",
        action="representative.phone",
        shown=leave.to_bind_phone(found, phone=number),
        check=lambda: people.check_phone(person=found, phone=number, by=by, on=on),  # type: ignore[arg-type]
        do=do,
        did=did,
        done=done,
        form=form,
        context=_standing(found),
    )
    return act.answer(request)
