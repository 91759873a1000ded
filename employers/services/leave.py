"""What an administrator's code approves: the act, the employer, the person, and what is to be."""

from typing import Final

from django.utils.translation import gettext, gettext_noop

from employers import labels
from employers.models import Employer, Representative
from members.identity import tac_messages
from members.identity.enums import Purpose

_DOES: Final = {
    "APPOINT": gettext_noop("melantik sebagai %(role)s, telefon berakhir %(ending)s"),
    "REMOVE": gettext_noop("menamatkan peranan %(role)s"),
    "ROLE": gettext_noop("menukar peranan kepada %(role)s"),
    "INVITE": gettext_noop("menghantar kod pengaktifan ke telefon berakhir %(ending)s"),
    "PHONE": gettext_noop("menukar telefon TAC kepada nombor berakhir %(ending)s"),
}


def _does(what: str) -> str:
    """The act as the SMS names it, out of `act:role:last digits`."""
    act, role, ending = what.split(":")
    return gettext(_DOES[act]) % {"role": labels.ROLES.get(role, ""), "ending": ending}


KINDS: Final = {
    f"TAC_{Purpose.REPRESENTATIVES}": tac_messages.kind(
        subject=gettext_noop("TAC wakil majikan"),
        sentence=gettext_noop("%(tac)s ialah TAC anda untuk %(does)s, wakil %(person)s, majikan %(employer)s."),
        show={"does": _does},
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
    what = {"role": role, "phone": phone, "does": _what("APPOINT", role=role, phone=phone)}
    return {"act": "APPOINT", "employer": employer.number, **who, **what, "language": language}


def to_remove(person: Representative) -> dict[str, str]:
    return {**_about(person, "REMOVE"), "does": _what("REMOVE", role=person.role)}


def to_change_role(person: Representative, *, role: str) -> dict[str, str]:
    return {**_about(person, "ROLE"), "from": person.role, "role": role, "does": _what("ROLE", role=role)}


def to_invite_again(person: Representative, *, phone: str) -> dict[str, str]:
    return {**_about(person, "INVITE"), "phone": phone, "does": _what("INVITE", phone=phone)}


def to_bind_phone(person: Representative, *, phone: str) -> dict[str, str]:
    return {**_about(person, "PHONE"), "phone": phone, "does": _what("PHONE", phone=phone)}


def to_choose_flow(employer: Employer, *, flow: str, under_way: str, count: int) -> dict[str, str]:
    """How many wait, and what becomes of them, is part of what is approved."""
    return {"act": "FLOW", "employer": employer.number, "flow": flow, "under_way": under_way, "waiting": str(count)}


def _what(act: str, *, role: str = "", phone: str = "") -> str:
    """What the message keeps: of a number no more than its end."""
    return f"{act}:{role}:{phone[-4:]}"


def _about(person: Representative, act: str) -> dict[str, str]:
    return {"act": act, "employer": person.employer.number, "representative": str(person.pk), "person": person.user.name}
