"""The Government's answer to a claim file that was sent, made by the demo: right, or wrong in a chosen way. For an officer to bring."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from contributions.enums import ClaimFileState, IncentiveClaimState, IncentiveRunState
from contributions.models import IncentiveRun
from contributions.rules.incentive_steps import NAMES
from contributions.services.incentive_answer_file import SENDER
from kwsp_portal.common import clock, money
from kwsp_portal.documents import downloads
from kwsp_portal.frame.demo.doors import only_in_demo
from members.identity import gates


class Fault(StrEnum):
    """How an answer is wrong; NONE and REFUSED are right."""

    NONE = "NONE"
    REFUSED = "REFUSED"
    TOTAL = "TOTAL"
    TWICE = "TWICE"
    UNKNOWN = "UNKNOWN"
    PERIOD = "PERIOD"
    CUT = "CUT"


FAULTS: Final[Mapping[Fault, str | Promise]] = {
    Fault.NONE: _("Semua tuntutan dibayar"),
    Fault.REFUSED: _("Tuntutan pertama ditolak dengan sebab"),
    Fault.TOTAL: _("Jumlah yang salah"),
    Fault.TWICE: _("Satu tuntutan dijawab dua kali"),
    Fault.UNKNOWN: _("Tuntutan yang tidak dikenali"),
    Fault.PERIOD: _("Separuh tahun yang lain"),
    Fault.CUT: _("Fail yang terpotong di tengah"),
}


@gates.public
@never_cache
@require_safe
def answer_file(request: HttpRequest) -> HttpResponseBase:
    """The claim files that wait for an answer; `?run=<id>&fault=<how>` is the file. Raises Http404 for another run or fault."""
    only_in_demo()
    waiting = IncentiveRun.objects.filter(state=IncentiveRunState.SENT)
    if "run" not in request.GET:
        runs = [(run, NAMES[run.scheme]) for run in waiting]  # type: ignore[index]
        return render(request, "frame/public_incentive.html", {"runs": runs, "faults": list(FAULTS.items())})
    asked, fault = request.GET["run"], request.GET.get("fault", Fault.NONE)
    found = waiting.filter(pk=int(asked)).first() if asked.isascii() and asked.isdigit() and len(asked) < 10 else None
    if found is None or fault not in list(Fault):
        raise Http404
    name = f"jawapan-{found.scheme}-{found.period}.csv".lower()
    content = write(found, Fault(fault), on=clock.business_date())
    return downloads.attachment(content, name=name, content_type="text/csv; charset=utf-8")


def write(run: IncentiveRun, fault: Fault, *, on: date) -> bytes:
    """The answer as of a day to the claim file of a run that was approved (docs/incentive-files.md)."""
    sent = run.files.get(state=ClaimFileState.APPROVED)
    half = run.half if fault is not Fault.PERIOD else 3 - run.half
    rows = list(_rows(run, fault))
    total = sum((amount for amount, _row in rows), start=money.ZERO) + (1 if fault is Fault.TOTAL else 0)
    paid = sum(amount > 0 for amount, _row in rows)
    written = [f"H,{SENDER},{run.scheme},{run.year}-{half},{sent},{on}", *(row for _amount, row in rows)]
    end = f"T,{len(rows)},{paid},{len(rows) - paid},{total:.2f}"
    return "\n".join(_cut(written) if fault is Fault.CUT else [*written, end, ""]).encode()


def _rows(run: IncentiveRun, fault: Fault) -> Iterator[tuple[Decimal, str]]:
    """What is paid of each claim, RM, and its row."""
    claims = run.found.filter(state=IncentiveClaimState.CLAIMED).order_by("pk").values_list("pk", "member__number", "amount")
    for place, (claim, number, amount) in enumerate(claims.iterator()):
        if not place and fault is Fault.REFUSED:
            yield money.ZERO, f"D,{claim},{number},REFUSED,0.00,Nama tidak sepadan"
            continue
        row = f"D,{10**15 if not place and fault is Fault.UNKNOWN else claim},{number},PAID,{amount:.2f},"
        yield amount, row
        if not place and fault is Fault.TWICE:
            yield amount, row


def _cut(rows: Sequence[str]) -> Sequence[str]:
    return rows[: 1 + len(rows) // 2]
