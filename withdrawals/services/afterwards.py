"""What a member does with what was handed in, or an officer at a counter for them: cancels it, answers a request for documents, and for another
account of the institution or lender that is paid straight."""

from datetime import date, datetime
from typing import Final

from django.db import transaction

from kwsp_portal.common.periods import working_day_after, working_days_between
from members.identity import tac
from members.identity.enums import Purpose
from members.identity.models import Approval, User
from withdrawals import kinds
from withdrawals.enums import Action, Channel, KindCode, State
from withdrawals.models import Application
from withdrawals.selectors import creditors, desk, guides, holidays
from withdrawals.selectors import facts as gathering
from withdrawals.services import applying, confirming, held, holding, moves, news, papers
from withdrawals.services.confirming import Notice

CANCELLED: Final = (State.CANCELLED, State.DISCARDED)


def cancel(*, application_id: int, by: User, on: date, at: datetime, notice: Notice | None = None) -> Application:
    """The money is free again, and of recurring payments none follows. At a counter under the notice that the member confirmed. Cancelled before, it
    stays so. Raises moves.NotAllowed: NO_RIGHT, OWN_CASE, RELATIVE, WRONG_STATE, NOT_CANCELLABLE, PAYMENT_ON_ITS_WAY; and as confirming.of_act."""
    with transaction.atomic():
        found = moves.locked(application_id)
        if found.state == State.CANCELLED and (found.member.user_id == by.pk or desk.did_last(found, [Action.CANCEL], by)):
            return found
        moves.demand(found, Action.CANCEL, by)
        if not kinds.OF[KindCode(found.kind)].cancellable:
            raise moves.refused(found, Action.CANCEL, by, "NOT_CANCELLABLE")
        try:
            holding.free(found, on=held.open_day(on))
        except holding.OnItsWay as error:
            raise moves.refused(found, Action.CANCEL, by, "PAYMENT_ON_ITS_WAY") from error
        if found.member.user_id != by.pk:
            confirming.of_act(found, Action.CANCEL, notice, applying.shown(found, found.account), by=by, on=on, at=at)
        found.waiting_since = None
        moves.move(found, Action.CANCEL, by, on=on)
        news.cancelled(found, on=on, at=at)
    return found


def answer(*, application_id: int, by: User, on: date, at: datetime, approval: Approval | None = None, notice: Notice | None = None) -> Application:
    """What was asked for is there: the officer goes on, and the days that the member took do not count. Where another account of the institution or
    lender was asked for, under the code of just the one that was given, at a counter under the notice of it. Raises moves.NotAllowed: NO_RIGHT,
    WRONG_STATE, ACCOUNT_ASKED where the account stands as it was, NOTHING_ADDED where no paper came since the officer asked, PAPERS_MISSING where one
    of those that the officer named did not; and as confirming.of_act, tac.spend."""
    with transaction.atomic():
        found = moves.locked(application_id)
        if found.state == State.IN_PROCESS and (found.member.user_id == by.pk or desk.did_last(found, [Action.ANSWER], by)):
            return found
        moves.demand(found, Action.ANSWER, by)
        assert found.waiting_since is not None and found.due_on is not None  # noqa: S101, PT018 - as its state demands
        wrong = creditors.asked_anew(found)
        if wrong is not None and wrong.ended_on is None:
            raise moves.refused(found, Action.ANSWER, by, "ACCOUNT_ASKED")
        added = guides.added_since_asked(found)
        if wrong is None and not added:
            raise moves.refused(found, Action.ANSWER, by, "NOTHING_ADDED")
        result = kinds.evaluate(gathering.of_application(found, on=on))
        lacking = {*papers.missing(found, guides.needed(result, Channel(found.channel))), *guides.asked_for(found)} - added
        if lacking:
            raise moves.refused(found, Action.ANSWER, by, "PAPERS_MISSING", papers=", ".join(sorted(lacking)))
        if wrong is not None:
            _confirmed(found, approval, notice, by, on, at)
        known = holidays.since(found.waiting_since)
        found.due_on = working_day_after(found.due_on, working_days_between(found.waiting_since, on, known), known)
        found.waiting_since = None
        moves.move(found, Action.ANSWER, by, on=on)
        news.answered(found, on=on, at=at)
    return found


def _confirmed(found: Application, approval: Approval | None, notice: Notice | None, by: User, on: date, at: datetime) -> None:
    """Where it is paid to now is the member's word, as it was when it was handed in. Raises as answer."""
    told = applying.shown(found, found.account)
    if found.member.user_id != by.pk:
        confirming.of_act(found, Action.ANSWER, notice, told, by=by, on=on, at=at)
    elif approval is None:
        raise moves.refused(found, Action.ANSWER, by, "NO_RIGHT")
    else:
        tac.spend(approval=approval, user=by, purpose=Purpose.WITHDRAWAL, shown=told, at=at)
