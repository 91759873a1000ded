"""What waits for an employer's approval when the employer chooses another flow: counted, and given back to who prepared it."""

from datetime import date
from itertools import groupby

from django.utils.translation import gettext_lazy as _

from contributions.enums import ElectionState, FilingAction, FilingState, OverpaymentState
from contributions.models import Election, Filing, Overpayment
from contributions.selectors import matches
from contributions.services import election_moves, matching, moves, overpayments
from employers.models import Employer
from employers.services import flow
from members.identity.models import User


def register() -> None:
    """Called once, by work.py."""
    flow.concerns(flow.Approvable(words=_("Borang A"), waiting=waiting_filings, send_back=send_back_filings))
    flow.concerns(flow.Approvable(words=_("Pilihan caruman"), waiting=waiting_elections, send_back=send_back_elections))
    flow.concerns(flow.Approvable(words=_("Padanan akaun tergantung"), waiting=waiting_matches, send_back=matching.send_back))
    flow.concerns(flow.Approvable(words=_("Permohonan KWSP 14"), waiting=waiting_overpayments, send_back=send_back_overpayments))


def waiting_filings(employer: Employer) -> int:
    return Filing.objects.filter(employer=employer, state=FilingState.SUBMITTED).count()


def waiting_elections(employer: Employer) -> int:
    return Election.objects.filter(employer=employer, state=ElectionState.SUBMITTED).count()


def waiting_matches(employer: Employer) -> int:
    return len(matches.waiting(by_officer=False, employer=employer))


def waiting_overpayments(employer: Employer) -> int:
    return Overpayment.objects.filter(filing__employer=employer, state=OverpaymentState.SUBMITTED).count()


def send_back_overpayments(*, employer: Employer, by: User, on: date) -> None:
    """In the transaction of the choice, with the employer locked: nothing is handed in or approved meanwhile."""
    waiting = Overpayment.objects.filter(filing__employer=employer, state=OverpaymentState.SUBMITTED)
    for pk in waiting.order_by("pk").values_list("pk", flat=True):
        found = overpayments.locked(pk)
        if found.state == OverpaymentState.SUBMITTED:  # a colleague may have sent it back while we waited for it
            overpayments.recall(found, by=by, on=on, comment="")


def send_back_filings(*, employer: Employer, by: User, on: date) -> None:
    """In the transaction of the choice, with the employer locked: nothing is handed in or approved meanwhile."""
    for pk in Filing.objects.filter(employer=employer, state=FilingState.SUBMITTED).order_by("pk").values_list("pk", flat=True):
        filing = moves.locked(pk)
        if filing.state == FilingState.SUBMITTED:  # a colleague may have returned it while we waited for it
            moves.move(filing=filing, action=FilingAction.RECALL, by=by, on=on)


def send_back_elections(*, employer: Employer, by: User, on: date) -> None:
    """A file's elections in as many statements as one; returning an election locks the employer, too, so none moves meanwhile."""
    waiting = Election.objects.filter(employer=employer, state=ElectionState.SUBMITTED).select_related("batch").order_by("batch", "pk")
    for batch, together in groupby(waiting, key=lambda one: one.batch):
        ids = [one.pk for one in together]
        for some in [ids] if batch else [[pk] for pk in ids]:
            election_moves.move(found=election_moves.locked(some), action=FilingAction.RECALL, by=by, on=on, batch=batch)
