"""The public front and the crossroads."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from contributions.selectors import complaints, corrections
from contributions.services import complaints as complaint_services
from contributions.services import correction
from kwsp_portal.common import clock
from members.identity import gates
from members.identity.enums import ADMIN_READERS, Role
from members.services import registering
from withdrawals.selectors import desk as withdrawals
from withdrawals.services import moves as withdrawal_moves


@gates.public
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """What this is, and the doors. Somebody signed in goes home."""
    if request.user.is_authenticated:
        return redirect("home")
    return render(request, "frame/public_front.html")


@gates.public
@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """To the home of the person's role; a stranger to the sign-in page."""
    if not request.user.is_authenticated:
        return redirect("identity:sign_in")
    return redirect(home_of(Role(request.user.role)))


def home_of(role: Role) -> str:
    """The address of a role's first page."""
    if role == Role.MEMBER:
        return reverse("member:home")
    if role == Role.REPRESENTATIVE:
        return reverse("employer:home")
    if role in registering.COUNTER:
        return reverse("counter:search")
    return reverse("admin:index") if role in ADMIN_READERS else reverse("staff:home")


@gates.officer_required()
@require_safe
def staff_home(request: HttpRequest) -> HttpResponse:
    """An officer's first page: who one is here, which doors are open and what waits."""
    role = Role(request.user.role)  # type: ignore[union-attr]
    corrects, inspects = role in correction.OFFICERS, role in complaint_services.OFFICERS
    context = {
        "reads_registers": request.user.is_staff,
        "corrects": corrects,
        "waiting": corrections.waiting() if corrects else 0,
        "complaints": complaints.waiting(on=clock.business_date()) if inspects else None,
        "withdrawals": withdrawals.how_many_wait(on=clock.business_date()) if role in withdrawal_moves.OFFICERS else None,
    }
    return render(request, "frame/staff_home.html", context)
