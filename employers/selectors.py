"""Whom an employer has on record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet

from employers.enums import RIGHTS, Right
from employers.models import Appointment, AppointmentProposal, Employer, Employment, FlowChoice, Representative
from kwsp_portal.common.names import name_key
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.notify.models import Message
from members.enums import ProposalState
from members.identity import invitations, phones
from members.identity.enums import Role
from members.identity.models import Invitation, TacPhone, User
from members.models import CitizenshipPeriod, Member

PEOPLE_A_PAGE = 20


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody who acts or acted for an employer stands. `code` is one of labels.STANDINGS; `message` is the SMS of the last invitation."""

    person: Representative
    code: str
    phone: TacPhone | None = None
    invitation: Invitation | None = None
    message: Message | None = None

    @property
    def masked(self) -> str:
        """The TAC number as a page shows it."""
        return phones.masked(self.phone)

    def cooling_until(self, at: datetime) -> datetime | None:
        """Until when money waits after a change of number."""
        until = self.phone.cooling_until if self.phone else None
        return until if until and until > at else None


def employed_in(wage_month: WageMonth) -> Q:
    """The employments of at least one day of the wage month."""
    return Q(from_date__lte=wage_month.last_day) & (Q(to_date__isnull=True) | Q(to_date__gt=wage_month.first_day))


def employees_on_record(*, employer_id: int, wage_month: WageMonth) -> QuerySet[Member]:
    """The living members employed on any day of the wage month, by name; each once."""
    employed = Employment.objects.filter(employed_in(wage_month), employer_id=employer_id).values("member_id")
    alive = Q(died_on__isnull=True) | Q(died_on__gte=wage_month.first_day)
    return Member.objects.filter(alive, pk__in=employed).order_by("name", "number")


def citizenships_in(*, members: Sequence[Member], wage_month: WageMonth, counted_on: date) -> dict[int, str]:
    """The citizenship of each member on the day whose standing counts in the wage month, by member's id.

    Without one on that day, the first that began by the end of the month.
    """
    periods = (
        CitizenshipPeriod.objects.filter(member__in=members, from_date__lte=wage_month.last_day)
        .filter(Q(to_date__isnull=True) | Q(to_date__gt=counted_on))
        .order_by("-from_date")
        .values_list("member_id", "status")
    )
    return dict(periods)


def employed_since(*, employer_id: int, member_id: int, day: date) -> date | None:
    """Since when the member has worked for the employer in the last employment that began by this day; None without one."""
    begun = Employment.objects.filter(employer_id=employer_id, member_id=member_id, from_date__lte=day)
    return begun.order_by("-from_date").values_list("from_date", flat=True).first()


def domestic_helpers(*, employer_id: int, wage_month: WageMonth) -> frozenset[int]:
    """Ids of the members who work for the employer in a home in the wage month."""
    found = Employment.objects.filter(employed_in(wage_month), employer_id=employer_id, domestic=True).values_list("member_id", flat=True)
    return frozenset(found)


MOST_FOUND = 20


def employers_found(text: str) -> list[Employer]:
    """The first employers of that number, or whose name begins so, by number."""
    key = text.strip()
    found = Employer.objects.filter(number=key) if key.isdigit() else Employer.objects.filter(name__istartswith=key)
    return list(found.order_by("number")[:MOST_FOUND]) if key else []


def acting_for(employer: Employer) -> "QuerySet[Representative]":
    """Who acts for an employer now, the first appointed first."""
    return Representative.objects.filter(employer=employer, removed_on__isnull=True).select_related("user").order_by("pk")


def without_papers(employer: Employer) -> "QuerySet[Representative]":
    """Who acts for an employer now and was appointed in the portal alone: no counter has seen whose identity it is."""
    return acting_for(employer).exclude(Exists(Appointment.objects.filter(representative__user=OuterRef("user"))))


def of_that_name(employer: Employer, name: str) -> list[User]:
    """Representatives of a name: of this employer's, now and before, however it is spelled; of all others in the same letters."""
    own = User.objects.filter(representations__employer=employer).distinct()
    others = User.objects.filter(role=Role.REPRESENTATIVE, name__iexact=name)
    found = {user.pk: user for user in (*own, *others) if name_key(user.name) == name_key(name)}
    return [found[key] for key in sorted(found)]


def roles_of(user: User) -> "QuerySet[Representative]":
    """For whom somebody acts now, and as what, the first appointed first."""
    return Representative.objects.filter(user=user, removed_on__isnull=True).select_related("employer").order_by("pk")


def is_anothers_number(employer: Employer, user: User | None, phone: str) -> bool:
    """Whether the number is the TAC number of anybody else who acts for the employer, or their activation code went to it."""
    others = acting_for(employer).exclude(user=user) if user else acting_for(employer)
    bound = Q(user__tac_phones__number=phone, user__tac_phones__ended_at=None)
    invited = Q(user__invitations__phone=phone, user__invitations__used_at=None, user__invitations__voided_at=None)
    return others.filter(bound | invited).exists()


def appointments_waiting(employer: Employer) -> "QuerySet[AppointmentProposal]":
    """Appointments of the employer that wait for a supervisor, the oldest first."""
    return AppointmentProposal.objects.filter(employer=employer, state=ProposalState.PROPOSED).select_related("proposed_by").order_by("pk")


def only_one_could_act(employer: Employer, *, on: date) -> bool:
    """Whether at most one person acts for the employer whose i-Akaun is active: nobody could approve what that one prepares."""
    return _active(employer, on).count() <= 1


def could_approve(employer: Employer, *, on: date) -> "QuerySet[Representative]":
    """Who acts for the employer with an active i-Akaun and the right to approve."""
    approving = [role for role, rights in RIGHTS.items() if Right.APPROVE in rights]
    return _active(employer, on).filter(role__in=approving)


def _active(employer: Employer, on: date) -> "QuerySet[Representative]":
    return acting_for(employer).filter(appointed_on__lte=on, user__is_active=True, user__activated_at__isnull=False)


def last_flow_choice(employer: Employer) -> FlowChoice | None:
    """Who chose last how filings are approved, and when; None where nobody has."""
    return FlowChoice.objects.filter(employer=employer).select_related("chosen_by").order_by("-pk").first()


def people_of(*, employer: Employer, on: date) -> list[Standing]:
    """Who acts for the employer now, in the order of their appointment."""
    return standings(_of(employer).filter(removed_on__isnull=True).order_by("pk"), on=on)


def former_people_of(*, employer: Employer, number: str | None) -> "Page[Representative]":
    """Those whose role ended, the last one first."""
    return Paginator(_of(employer).filter(removed_on__isnull=False).order_by("-removed_on", "-pk"), PEOPLE_A_PAGE).get_page(number)


def standings(people: "QuerySet[Representative]", *, on: date) -> list[Standing]:
    """Each with phone, last invitation and its SMS; four queries, however many they are."""
    found = list(people)
    users = [person.user_id for person in found]
    bound = {phone.user_id: phone for phone in TacPhone.objects.filter(user__in=users, ended_at=None)}
    invited = {one.user_id: one for one in Invitation.objects.filter(user__in=users).order_by("pk")}
    causes = {invitations.cause_of(one): one.user_id for one in invited.values()}
    sent = {causes[message.cause]: message for message in Message.objects.filter(cause__in=causes)}
    return [_standing(person, bound.get(person.user_id), invited.get(person.user_id), sent.get(person.user_id), on) for person in found]


def _standing(person: Representative, phone: TacPhone | None, invitation: Invitation | None, message: Message | None, on: date) -> Standing:
    return Standing(person, _code(person, invitation, on), phone, invitation, message)


def _of(employer: Employer) -> "QuerySet[Representative]":
    return Representative.objects.filter(employer=employer).select_related("employer", "user", "appointed_by", "removed_by")


def _code(person: Representative, invitation: Invitation | None, on: date) -> str:
    if person.removed_on is not None:
        return "REMOVED"
    if not person.user.is_active:
        return "BLOCKED"
    if person.user.activated_at is not None:
        return "ACTIVE"
    return "EXPIRED" if invitation is None or invitations.why_ended(invitation, on=on) else "INVITED"
