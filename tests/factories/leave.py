"""Codes as people get and use them: asked for through the portal, the digits read from the message, verified."""

import json
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from contributions.enums import DueKind
from contributions.models import Election, ElectionBatch, Filing, Overpayment, Payment
from contributions.selectors import late_dues
from contributions.services import election_files, elections, leave, overpayments, parts
from contributions.services import filing as filings
from contributions.services import payment as payments
from kwsp_portal.common import clock
from kwsp_portal.common.clock import KL
from kwsp_portal.notify.models import Message
from members.identity import phones, tac
from members.identity.enums import Method, Purpose
from members.identity.models import Approval, Challenge, User
from tests.factories.identity import TacPhoneFactory


def digits_of(challenge: Challenge) -> str:
    """What the SMS says: only the message, and only until it is delivered, has it."""
    message = Message.objects.get(cause=f"challenge:{challenge.pk}", code=f"TAC_{challenge.purpose}")
    digits: str = json.loads(message.secrets)["tac"]
    return digits


def leave_for(*, user: User, purpose: Purpose, shown: Mapping[str, str], at: datetime) -> Approval:
    """The person asked for a code for this act, and typed it."""
    if phones.current(user) is None:
        TacPhoneFactory(user=user)
    challenge = tac.issue(user=user, purpose=purpose, shown=shown, at=at)
    return tac.verify(challenge=challenge, user=user, digits=digits_of(challenge), at=at)


def as_rows(*, user: User, purpose: Purpose, shown: Mapping[str, str], at: datetime) -> Approval:
    """The same leave, written down: for a test that is one transaction, in which no code can be asked for or counted."""
    challenge = Challenge.objects.create(
        subject=f"user:{user.pk}",
        user=user,
        purpose=purpose,
        method=Method.SMS,
        digest=tac.digest_of(shown),
        issued_at=at,
        valid_until=at,
        resend_at=at,
        used_at=at,
    )
    return Approval.objects.create(
        challenge=challenge, user=user, purpose=purpose, digest=challenge.digest, made_at=at, expires_at=at + timedelta(minutes=5)
    )


def to_approve(filing_id: int, by: User) -> Approval:
    filing = Filing.objects.select_related("employer").get(pk=filing_id)
    return leave_for(user=by, purpose=Purpose.EMPLOYER_APPROVAL, shown=leave.to_approve(filing), at=clock.now())


def to_pay(
    filing_id: int,
    by: User,
    at: datetime,
    part: int | None = None,
    collect_on: date | None = None,
    late: Collection[DueKind] = (),
    from_credit: bool = False,
) -> Approval:
    """For the part of that number, or the first that is open; with what of its lateness is paid, or for that alone."""
    filing = Filing.objects.select_related("employer").get(pk=filing_id)
    of = parts.of_filing(filing=filing, on=at.date())
    asked = next((one for one in of if (one.number == part if part else one.open)), of[-1])
    on = at.astimezone(KL).date()
    dues = late_dues.chosen(late_dues.open_of(filing=filing, paid_on=collect_on or on, on=on), late) if late else ()
    paid = None if dues and filing.state in late_dues.SETTLED else asked
    shown = leave.to_pay(filing, paid, collect_on=collect_on, dues=dues, from_credit=from_credit)
    return leave_for(user=by, purpose=Purpose.EMPLOYER_PAYMENT, shown=shown, at=at)


def elect(*, election_id: int, by: User, on: date) -> Election:
    """What the approver's page of an election does once the code is typed."""
    election = Election.objects.select_related("employer", "member").get(pk=election_id)
    approval = as_rows(user=by, purpose=Purpose.ELECTION_APPROVAL, shown=leave.to_elect(election), at=clock.now())
    return elections.approve(election_id=election_id, by=by, approval=approval, on=on, at=clock.now())


def elect_all(*, batch_id: int, by: User, on: date) -> int:
    """The same for all that wait of a file."""
    batch = ElectionBatch.objects.select_related("employer").get(pk=batch_id)
    approval = as_rows(user=by, purpose=Purpose.ELECTION_APPROVAL, shown=election_files.shown_to_approve(batch), at=clock.now())
    return election_files.approve_all(batch_id=batch_id, by=by, approval=approval, on=on, at=clock.now())


def approve(*, filing_id: int, by: User, on: date) -> Filing:
    """What the approver's page does once the code is typed."""
    return filings.approve(filing_id=filing_id, by=by, approval=to_approve(filing_id, by), on=on, at=clock.now())


def start(*, filing_id: int, by: User, on: date, at: datetime, **way: Any) -> Payment:
    """What the payer's page does once the code is typed."""
    approval = to_pay(filing_id, by, at, collect_on=way.get("collect_on"), late=way.get("late", ()))
    return payments.start(filing_id=filing_id, **way, by=by, approval=approval, on=on, at=at)


def apply(*, overpayment_id: int, by: User, on: date) -> Overpayment:
    """What the checker's page of a KWSP 14 does once the code is typed."""
    found = Overpayment.objects.select_related("filing__employer").get(pk=overpayment_id)
    approval = as_rows(user=by, purpose=Purpose.EMPLOYER_APPROVAL, shown=leave.to_apply(found), at=clock.now())
    return overpayments.approve(overpayment_id=overpayment_id, by=by, approval=approval, on=on, at=clock.now())
