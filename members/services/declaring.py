"""The rates of a year: put forward by one administrator, approved by another who sees what they credit; then the run begins by itself."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import IntegrityError, transaction

from kwsp_portal import audit, jobs
from kwsp_portal.jobs.enums import RunState
from kwsp_portal.jobs.models import Run
from members.enums import DeclarationState, Scheme
from members.identity.enums import Role
from members.identity.models import User
from members.models import DividendDeclaration, DividendPreview
from members.models.dividends import HIGHEST
from members.rules import dividend
from members.selectors.dividend_rates import Rates
from members.services import dividends

PREVIEW: Final = "dividend_preview"


class NotAllowed(Exception):
    """`code`: NO_RIGHT, OWN_WORK, WRONG_STATE, COMMENT_MISSING, SOURCE_MISSING, NOTHING_YET, NOT_NEXT, NOT_CLOSED, ON_FILE, TOO_LOW, TOO_HIGH,
    ANOTHER_WAITS, NOT_RECKONED. `year`: the one that can be declared next, where there is one."""

    def __init__(self, code: str, year: int | None = None) -> None:
        self.code, self.year = code, year
        super().__init__(code)


def propose(
    *, year: int, conventional: Decimal, shariah: Decimal, source: str, by: User, on: date, at: datetime, ip: str | None = None
) -> DividendDeclaration:
    """Put the rates of a year forward, and begin to reckon what they credit. Raises NotAllowed, and keeps it in the trail."""
    try:
        with transaction.atomic():
            _may_propose(year, conventional, shariah, source, by)
            found = DividendDeclaration.objects.create(
                year=year,
                conventional=conventional,
                shariah=shariah,
                source=source.strip(),
                state=DeclarationState.PROPOSED,
                proposed_by=by,
                proposed_on=on,
                proposed_at=at,
            )
            now = _rates(found)
            audit.record(actor=by, action="dividend.propose", target=f"dividend:{year}", before=dict.fromkeys(now), after=now, ip=ip)
            jobs.open_run(programme=PREVIEW, period=str(found.pk), chunks=dividends.chunks(), on=on)
            return found
    except IntegrityError:
        raise _refused(NotAllowed("ANOTHER_WAITS"), "dividend.propose", year, by, ip) from None
    except NotAllowed as error:
        raise _refused(error, "dividend.propose", year, by, ip) from None


def _may_propose(year: int, conventional: Decimal, shariah: Decimal, source: str, by: User) -> None:
    expected = dividends.next_year()
    if by.role != Role.ADMINISTRATOR:
        raise NotAllowed("NO_RIGHT")
    if expected is None:
        raise NotAllowed("NOTHING_YET")
    if dividend.on_file(year, Scheme.CONVENTIONAL) is not None:
        raise NotAllowed("ON_FILE", expected)
    if year != expected:
        raise NotAllowed("NOT_NEXT", expected)
    if not dividends.is_closed(year):
        raise NotAllowed("NOT_CLOSED", expected)
    if conventional < dividend.lowest(year):
        raise NotAllowed("TOO_LOW", expected)
    if max(conventional, shariah) > HIGHEST:
        raise NotAllowed("TOO_HIGH", expected)
    if not source.strip():
        raise NotAllowed("SOURCE_MISSING", expected)


def reckon_chunk(*, lease: jobs.Lease) -> None:
    """What the declaration would credit to the members of one range, added up by scheme and by the account that earned it."""
    jobs.failpoint("dividend.preview")
    declaration = DividendDeclaration.objects.get(pk=int(lease.period))
    first, end = lease.payload["first"], lease.payload["end"]
    sums: dict[tuple[Scheme, str], list[int]] = {}
    for one in dividends.reckon(year=declaration.year, rates=rates_of(declaration), first=first, end=end, on=lease.on):
        for line in one.lines:
            total = sums.setdefault((one.scheme, line.code), [0, 0])
            total[0] += 1
            total[1] += line.amount_sen
    with transaction.atomic():
        DividendPreview.objects.bulk_create(
            DividendPreview(declaration=declaration, first_member=first, scheme=scheme, code=code, accounts=accounts, amount_sen=amount)
            for (scheme, code), (accounts, amount) in sums.items()
        )
        lease.finish()


def rates_of(declaration: DividendDeclaration) -> Rates:
    """As a run would take them."""
    return Rates(declaration.year, declaration.conventional, declaration.shariah, declaration.proposed_on, declaration.source)


def is_reckoned(declaration: DividendDeclaration) -> bool:
    """Whether the preview is whole."""
    return Run.objects.filter(programme=PREVIEW, period=str(declaration.pk), state=RunState.DONE).exists()


def approve(*, declaration_id: int, by: User, on: date, at: datetime, ip: str | None = None) -> DividendDeclaration:
    """Declare the rates; the run begins. Raises NotAllowed, and keeps it in the trail."""
    return _decide(declaration_id, DeclarationState.APPROVED, "", by, on, at, ip)


def refuse(*, declaration_id: int, comment: str, by: User, on: date, at: datetime, ip: str | None = None) -> DividendDeclaration:
    """Say no, and why: whoever put it forward puts it forward anew. Raises NotAllowed, and keeps it in the trail."""
    return _decide(declaration_id, DeclarationState.REFUSED, comment, by, on, at, ip)


def withdraw(*, declaration_id: int, comment: str, by: User, on: date, at: datetime, ip: str | None = None) -> DividendDeclaration:
    """Take the own proposal back, and say why. Raises NotAllowed, and keeps it in the trail."""
    return _decide(declaration_id, DeclarationState.WITHDRAWN, comment, by, on, at, ip)


ACTIONS: Final = {
    DeclarationState.APPROVED: "dividend.approve",
    DeclarationState.REFUSED: "dividend.refuse",
    DeclarationState.WITHDRAWN: "dividend.withdraw",
}


def _decide(declaration_id: int, to: DeclarationState, comment: str, by: User, on: date, at: datetime, ip: str | None) -> DividendDeclaration:
    with transaction.atomic():
        found = DividendDeclaration.objects.select_for_update(no_key=True).get(pk=declaration_id)
        try:
            _may_decide(found, to, comment, by)
        except NotAllowed as error:
            raise _refused(error, ACTIONS[to], found.year, by, ip) from None
        found.state, found.comment = to, comment.strip()
        found.decided_by, found.decided_on, found.decided_at = by, on, at
        found.save(update_fields=["state", "comment", "decided_by", "decided_on", "decided_at"])
        why = {"reason": found.comment} if found.comment else {}
        audit.record(actor=by, action=ACTIONS[to], target=f"dividend:{found.year}", data=why, after=_rates(found), ip=ip)
        if to is DeclarationState.APPROVED:
            dividends.open_next(on=on)
    return found


def _may_decide(found: DividendDeclaration, to: DeclarationState, comment: str, by: User) -> None:
    if by.role != Role.ADMINISTRATOR:
        raise NotAllowed("NO_RIGHT")
    if found.state != DeclarationState.PROPOSED:
        raise NotAllowed("WRONG_STATE")
    if (found.proposed_by_id == by.pk) != (to is DeclarationState.WITHDRAWN):
        raise NotAllowed("OWN_WORK")
    if to is not DeclarationState.APPROVED and not comment.strip():
        raise NotAllowed("COMMENT_MISSING")
    if to is DeclarationState.APPROVED and not is_reckoned(found):
        raise NotAllowed("NOT_RECKONED")


def _rates(declaration: DividendDeclaration) -> dict[str, Any]:
    return {"conventional": str(declaration.conventional), "shariah": str(declaration.shariah)}


def _refused(error: NotAllowed, action: str, year: int, by: User, ip: str | None) -> NotAllowed:
    audit.record_refusal(actor=by, action=action, target=f"dividend:{year}", data={"code": error.code}, ip=ip)
    return error
