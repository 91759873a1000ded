"""What an administrator's code approves: the act, the employer, the person, and what is to be."""

from typing import Final

from django.utils.translation import gettext_noop

from employers import labels
from employers.models import Employer, Representative
from members.identity import tac_messages
from members.identity.enums import Purpose

KINDS: Final = {
    f"TAC_{Purpose.REPRESENTATIVES}": tac_messages.kind(
        subject=gettext_noop("TAC wakil majikan"),
        sentence=gettext_noop("%(tac)s ialah TAC anda untuk mengubah wakil %(person)s, majikan %(employer)s."),
    ),
    f"TAC_{Purpose.APPROVAL_FLOW}": tac_messages.kind(
        subject=gettext_noop("TAC aliran kelulusan"),
        sentence=gettext_noop("%(tac)s ialah TAC anda untuk memilih kelulusan %(flow)s, majikan %(employer)s."),
        show={"flow": lambda code: str(labels.FLOWS[code])},
    ),
}


def to_appoint(employer: Employer, *, name: str, user_id: str, role: str, phone: str, language: str) -> dict[str, str]:
    """A new person has a name, one who has an i-Akaun a User ID."""
    who = {"person": name or user_id, "name": name, "user_id": user_id}
    return {"act": "APPOINT", "employer": employer.number, **who, "role": role, "phone": phone, "language": language}


def to_remove(person: Representative) -> dict[str, str]:
    return _about(person, "REMOVE")


def to_change_role(person: Representative, *, role: str) -> dict[str, str]:
    return {**_about(person, "ROLE"), "from": person.role, "role": role}


def to_invite_again(person: Representative, *, phone: str) -> dict[str, str]:
    return {**_about(person, "INVITE"), "phone": phone}


def to_bind_phone(person: Representative, *, phone: str) -> dict[str, str]:
    return {**_about(person, "PHONE"), "phone": phone}


def to_choose_flow(employer: Employer, *, flow: str, under_way: str, count: int) -> dict[str, str]:
    """How many wait, and what becomes of them, is part of what is approved."""
    return {"act": "FLOW", "employer": employer.number, "flow": flow, "under_way": under_way, "waiting": str(count)}


def _about(person: Representative, act: str) -> dict[str, str]:
    return {"act": act, "employer": person.employer.number, "representative": str(person.pk), "person": person.user.name}
