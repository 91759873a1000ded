"""What rules about a person may know: frozen, so that a decision can be made again."""

from dataclasses import dataclass
from datetime import date

from members.enums import Citizenship, IdentityKind


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonFacts:
    """A person as the register has them, or would have them. `citizenship` is the one on the day `on`."""

    name: str
    identity_kind: IdentityKind
    identity_number: str
    birth_date: date
    citizenship: Citizenship | None
    on: date
    identity_country: str = ""
    number: str = ""
    died_on: date | None = None
