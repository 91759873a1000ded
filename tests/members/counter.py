"""People at a counter, for its tests: officers, papers, and what somebody reads on the phone."""

import re
from datetime import UTC, date, datetime
from typing import Any

from kwsp_portal.documents.services import Upload
from kwsp_portal.notify.models import Message
from members.enums import Citizenship, Door, IdentityKind, Seen, Sex, Thumb
from members.identity.models import User
from members.models import Member
from members.services import binding
from members.services.checking import Checklist
from members.services.registering import Person
from tests import phone

ON = date(2026, 11, 2)
AT = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
PHONE = "+60123456789"
OTHER_PHONE = "+60198765432"
PDF = Upload("kad.pdf", b"%PDF-1.7 kad")
ALL_SEEN = frozenset({Seen.ORIGINAL, Seen.LIKENESS, Seen.REGISTER})


def checklist(**changed: Any) -> Checklist:
    """All is as it should be, thumb included."""
    return Checklist(**{"paper": IdentityKind.MYKAD, "seen": ALL_SEEN, "thumb": Thumb.MATCHED, "reader": "kaunter01", **changed})


def without_thumb(thumb: Thumb = Thumb.SILENT) -> Checklist:
    """The reader did not say yes: a second paper and the reason."""
    return checklist(thumb=thumb, seen=ALL_SEEN | {Seen.SECOND_PAPER}, without_thumb="Cap ibu jari haus")


def person(**changed: Any) -> Person:
    good = {
        "name": "Zaleha binti Mat",
        "identity_kind": IdentityKind.MYKAD,
        "identity_number": "850214025678",
        "birth_date": date(1985, 2, 14),
        "sex": Sex.FEMALE,
        "citizenship": Citizenship.CITIZEN,
    }
    return Person(**{**good, **changed})


def issue(member: Member, by: User | None, **changed: Any) -> binding.Outcome:
    """An i-Akaun at the counter, or with `by` None at a kiosk."""
    asked = {
        **{"phone": PHONE, "language": "ms", "checklist": checklist(), "door": Door.COUNTER if by else Door.KIOSK, "on": ON, "at": AT},
        **changed,
    }
    return binding.issue(member=member, by=by, **asked)


def temporary(number: str = PHONE) -> tuple[str, str]:
    """User ID and password as the newest invitation's SMS says them."""
    text = next(text for text in phone.texts(number) if "kwsp" in text)
    user_id = re.search(r"kwsp[0-9]{8}", text)
    password = re.search(r"[a-z0-9]{4}(?:-[a-z0-9]{4}){3}", text)
    assert user_id is not None, text
    assert password is not None, text
    return user_id[0], password[0]


def message_kinds(number: str) -> list[str]:
    """What was told to a number, the oldest first."""
    return list(Message.objects.filter(to=number).order_by("id").values_list("code", flat=True))
