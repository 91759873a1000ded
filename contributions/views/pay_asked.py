"""What the form of the payment page asks to pay, before and after it is sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest

from contributions import forms
from contributions.enums import DueKind, PaymentMethod
from contributions.models import Filing
from contributions.selectors import late_dues
from contributions.selectors.late_dues import Due
from contributions.services import leave, parts
from contributions.services.parts import Part, ToPay
from kwsp_portal.common import clock, money


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the form asks to pay, priced as of the day on which it is paid; `offered` is all of the lateness that could be."""

    to_pay: ToPay
    offered: Sequence[Due]
    collect_on: date | None
    from_credit: bool = False

    @property
    def late(self) -> Sequence[DueKind]:
        return list(late_dues.by_kind(self.to_pay.dues))

    @property
    def part(self) -> Part | None:
        return self.to_pay.part


def of(request: HttpRequest, found: Filing) -> Asked:
    """Until the form is sent all that is open of the lateness is to be paid; then what is ticked, at least something where nothing else is paid."""
    on, day = clock.business_date(), _day_asked(request)
    part = None if found.state in late_dues.SETTLED else _part_asked(request, found)
    offered = late_dues.open_of(filing=found, paid_on=day or on, on=on) if part is None or part.of == 1 else ()
    ticked = [kind for kind in DueKind if request.method != "POST" or kind.value in request.POST.getlist("late")]
    dues = late_dues.chosen(offered, ticked) or (offered if part is None else ())
    from_credit = request.POST.get("method") == PaymentMethod.CREDIT
    return Asked(to_pay=ToPay(part=part, dues=dues), offered=offered, collect_on=day, from_credit=from_credit)


def smallest(asked: Asked) -> Decimal:
    """The least that a payment may bring, RM: what is ticked of the lateness beside a contribution is the payer's choice."""
    return asked.part.amount if asked.part else min((due.amount for due in asked.offered), default=money.ZERO)


def shown(found: Filing, asked: Asked) -> dict[str, str]:
    """What the payer's code approves."""
    return leave.to_pay(found, asked.part, collect_on=asked.collect_on, dues=asked.to_pay.dues, from_credit=asked.from_credit)


def to_start(asked: Asked) -> dict[str, Any]:
    """`asked` as the service takes it; the employer's own money is used at once."""
    day = {} if asked.from_credit else {"collect_on": asked.collect_on}
    return {"part": asked.part.number if asked.part else None, "late": asked.late, **day}


def _part_asked(request: HttpRequest, found: Filing) -> Part:
    """The part that the form names; else the first that is open, or the last of all."""
    of = parts.of_filing(filing=found, on=clock.business_date())
    named = request.POST.get("part", "")
    return next((part for part in of if str(part.number) == named), None) or next((part for part in of if part.open), of[-1])


def _day_asked(request: HttpRequest) -> date | None:
    """The day on which a direct debit is to be collected, as the form was sent: the code approves it, too."""
    form = forms.PayForm(request.POST, methods=[PaymentMethod.DDA], banks=())
    return form.cleaned_data.get("collect_on") if request.method == "POST" and form.is_valid() else None
