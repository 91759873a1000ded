"""What is known of people before something is elected for them: the register, what holds, what is on its way, what is filed; as many
queries for a file as for one person."""

from collections.abc import Mapping

from contributions.borang_a.checks import Entry
from contributions.selectors import elections as selectors
from contributions.services import register
from contributions.services.election_checks import Known
from employers.models import Employer
from kwsp_portal.common.periods import WageMonth


def known_of(*, employer: Employer, numbers: Mapping[int, str], wage_month: WageMonth) -> dict[int, Known]:
    """What is known of these members (number by id) in a month; five queries."""
    people = register.people(numbers=numbers.values(), employer_id=employer.pk, wage_month=wage_month)
    return beside(employer=employer, people={pk: people.get(number) for pk, number in numbers.items()}, wage_month=wage_month)


def beside(*, employer: Employer, people: Mapping[int, Entry | None], wage_month: WageMonth) -> dict[int, Known]:
    """What is known beside their entries of the register (by member); four queries."""
    holding = selectors.holding_in(employer_id=employer.pk, wage_month=wage_month, members=people)
    coming = selectors.coming_after(employer_id=employer.pk, wage_month=wage_month, members=people, holding=holding)
    waiting = selectors.on_their_way(employer_id=employer.pk, members=people)
    filed = selectors.filed_until(employer_id=employer.pk, wage_month=wage_month, members=people)
    return {pk: Known(entry, holding.get(pk, {}), coming.get(pk, {}), waiting.get(pk, {}), filed.get(pk)) for pk, entry in people.items()}
