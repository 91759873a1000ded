"""The administrator's pages on who acts for the employer (/employer/people/…)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from employers import access, forms, labels, selectors
from employers.enums import EmployerRole
from employers.models import Representative
from employers.services import leave, people
from employers.views.coded import CodedAct, administered
from kwsp_portal.common import clock
from members.identity import phones
from members.identity.gates import representative_required
from members.identity.models import Invitation
from members.labels import MESSAGES


@representative_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Who acts for the employer, who was invited, whose role ended; and how filings are approved."""
    employer = administered(request)
    standing = selectors.people_of(employer=employer, on=clock.business_date())
    context = {
        "acting_for": employer.name,
        "lines": [_line(one) for one in standing],
        "blocked": any(one.code == "BLOCKED" for one in standing),
        "page": selectors.former_people_of(employer=employer, number=request.GET.get("page")),
        "roles": labels.ROLES,
        "ended": labels.STANDINGS["REMOVED"],
        "flow": labels.FLOW_CHOICES[access.flow_of(employer.pk)],
        "flow_chosen": selectors.last_flow_choice(employer),
    }
    return render(request, "employers/people.html", context)


@representative_required
@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: role, i-Akaun, phone, and what can be done."""
    employer = administered(request)
    found = access.person_for(employer, pk)
    return render(request, "employers/person.html", {"acting_for": employer.name, **_standing(found), "had_phone": phones.had_one(found.user)})


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def appoint(request: HttpRequest) -> HttpResponse:
    """Somebody new, invited by SMS, or somebody who has an i-Akaun as representative."""
    return Appointing(request).answer()


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, then end the role."""
    return Removing(request, pk=pk).answer()


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def role(request: HttpRequest, pk: int) -> HttpResponse:
    """Another role: the old one ends, the new one begins."""
    return ChangingRole(request, pk=pk).answer()


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """A new activation code; the earlier one is void."""
    return InvitingAgain(request, pk=pk).answer()


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def phone(request: HttpRequest, pk: int) -> HttpResponse:
    """The first number that the person's codes go to."""
    return BindingPhone(request, pk=pk).answer()


class Appointing(CodedAct):
    template = "employers/person_new.html"
    action = "representative.appoint"

    def prepare(self) -> None:
        self.form = forms.RepresentativeForm(self.sent())
        self.asked = {name: self.typed().get(name, "") for name in ("name", "user_id", "role", "phone", "language")}

    def shown(self) -> dict[str, str]:
        return leave.to_appoint(self.employer, **self.asked)

    def check(self) -> None:
        who = {name: self.asked[name] for name in ("name", "user_id", "phone")}
        people.check_appointment(employer=self.employer, **who, by=self.by, on=self.on, at=clock.now())

    def do(self, **leave: Any) -> None:
        people.appoint(**{"employer": self.employer, **self.asked, "role": EmployerRole(self.asked["role"]), **leave})

    def did(self) -> bool:
        return "tac" in self.request.POST and self._mine() is not None

    def done(self) -> HttpResponse:
        found = self._mine()
        words = _("%(person)s kini wakil majikan. Yang baharu menerima kod pengaktifan melalui SMS, sah 30 hari.")
        messages.success(self.request, words % {"person": found.user.name if found else self.asked["name"]})
        return _to(found) if found else HttpResponseRedirect(reverse("employer:people"))

    def _mine(self) -> Representative | None:
        same = selectors.acting_for(self.employer).filter(appointed_by=self.by, role=self.asked["role"])
        if self.asked["user_id"]:
            return same.filter(user__user_id=self.asked["user_id"]).first()
        invited = Invitation.objects.filter(phone=self.asked["phone"], issued_by=self.by).values("user")
        return same.filter(user__name=self.asked["name"], user__in=invited).last()


class ActOnPerson(CodedAct):
    """`found` is the appointment that the address names."""

    def prepare(self, pk: int = 0) -> None:
        self.found = access.person_for(self.employer, pk)

    def context(self) -> dict[str, Any]:
        return _standing(self.found)

    def administers(self) -> bool:
        """Whether who acted may still open these pages: the own role may have been the one that changed."""
        return access.administers(self.by, self.employer.number, on=self.on)


class Removing(ActOnPerson):
    template = "employers/person_remove.html"
    action = "representative.remove"

    def shown(self) -> dict[str, str]:
        return leave.to_remove(self.found)

    def check(self) -> None:
        people.check_removal(person=self.found, by=self.by, on=self.on)

    def do(self, **leave: Any) -> None:
        own = self.found.user_id == self.by.pk
        people.remove(person=self.found, except_key=self.request.session.session_key if own else None, **leave)

    def did(self) -> bool:
        return Representative.objects.filter(pk=self.found.pk, removed_by=self.by).exists()

    def done(self) -> HttpResponse:
        messages.success(self.request, _("%(person)s tidak lagi mewakili majikan.") % {"person": self.found.user.name})
        return _to(self.found) if self.administers() else HttpResponseRedirect(reverse("home"))


class ChangingRole(ActOnPerson):
    template = "employers/person_role.html"
    action = "representative.role"

    def prepare(self, pk: int = 0) -> None:
        super().prepare(pk)
        self.form = forms.RoleForm(self.sent())
        self.role = EmployerRole(self.typed().get("role", self.found.role))

    def shown(self) -> dict[str, str]:
        return leave.to_change_role(self.found, role=self.role.value)

    def check(self) -> None:
        people.check_role(person=self.found, role=self.role, by=self.by, on=self.on)

    def do(self, **leave: Any) -> None:
        people.change_role(person=self.found, role=self.role, **leave)

    def did(self) -> bool:
        return self._mine() is not None

    def done(self) -> HttpResponse:
        messages.success(self.request, _("%(person)s kini %(role)s.") % {"person": self.found.user.name, "role": labels.ROLES[self.role]})
        now = self._mine()
        return _to(now) if now and self.administers() else HttpResponseRedirect(reverse("employer:home"))

    def _mine(self) -> Representative | None:
        now = selectors.acting_for(self.employer).filter(user=self.found.user, appointed_by=self.by, role=self.role)
        return now.exclude(pk=self.found.pk).first()


class InvitingAgain(ActOnPerson):
    template = "employers/person_invite.html"
    action = "representative.invite"

    def prepare(self, pk: int = 0) -> None:
        super().prepare(pk)
        self.last = Invitation.objects.filter(user=self.found.user).first()
        self.form = forms.PhoneForm(self.sent(), initial={"phone": self.last.phone if self.last else ""})
        self.number = self.typed().get("phone", "")

    def shown(self) -> dict[str, str]:
        return leave.to_invite_again(self.found, phone=self.number)

    def check(self) -> None:
        people.check_invitation(person=self.found, phone=self.number, by=self.by, on=self.on)

    def do(self, **leave: Any) -> None:
        people.invite_again(person=self.found, phone=self.number, **leave)

    def did(self) -> bool:
        return self.last is not None and "tac" in self.request.POST and self.last.issued_by_id == self.by.pk and self.last.phone == self.number

    def done(self) -> HttpResponse:
        messages.success(self.request, _("Kod pengaktifan baharu dihantar. Yang lama tidak lagi sah."))
        return _to(self.found)


class BindingPhone(ActOnPerson):
    template = "employers/person_phone.html"
    action = "representative.phone"
    checked_first = True

    def prepare(self, pk: int = 0) -> None:
        super().prepare(pk)
        self.form = forms.PhoneForm(self.sent())
        self.number = self.typed().get("phone", "")

    def shown(self) -> dict[str, str]:
        return leave.to_bind_phone(self.found, phone=self.number)

    def check(self) -> None:
        people.check_phone(person=self.found, phone=self.number, by=self.by, on=self.on)

    def do(self, **leave: Any) -> None:
        people.bind_phone(person=self.found, phone=self.number, **leave)

    def did(self) -> bool:
        now = phones.current(self.found.user)
        return bool(self.number) and "tac" in self.request.POST and now is not None and now.by_id == self.by.pk and now.number == self.number

    def done(self) -> HttpResponse:
        messages.success(self.request, _("Nombor telefon TAC %(person)s telah didaftarkan.") % {"person": self.found.user.name})
        return _to(self.found)


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


def _to(found: Representative) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("employer:person", args=[found.pk]))
