"""What other parts call withdrawals for: sentences of notices, programmes of kwsp_portal.jobs (each handler calls one service), checks of the
ledger."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext_lazy as _

from kwsp_portal import jobs
from kwsp_portal.common import clock
from kwsp_portal.common.stored_names import WORDS
from kwsp_portal.jobs import registry
from members.services import own_record
from withdrawals.selectors import invariants, relatives
from withdrawals.services import bankruptcies, desk_news, khas, news, paying, recurring

news.register()
desk_news.register()
paying.register()
bankruptcies.register()
own_record.related(relatives.has_declared)
invariants.register()
WORDS.update(
    {paying.PROGRAMME: _("Bayaran pengeluaran"), recurring.PROGRAMME: _("Bayaran berkala pengeluaran"), khas.PROGRAMME: _("Pengeluaran Khas")}
)


@jobs.programme(paying.PROGRAMME, lease_seconds=300)
def pay_withdrawals(lease: jobs.Lease) -> None:
    """Look again at some approved applications and order their payments."""
    paying.work_chunk(lease=lease, at=clock.now())


jobs.schedule(paying.PROGRAMME, when=registry.daily)(paying.plan)


@jobs.batch(paying.PROGRAMME)
def pay_withdrawals_of(on: date) -> Mapping[str, int]:
    """The run of a business date by hand: opened unless it was, and worked in this process."""
    return paying.by_hand(on=on)


@jobs.programme(recurring.PROGRAMME, lease_seconds=300)
def pay_recurring(lease: jobs.Lease) -> None:
    """What a day brings to some running plans."""
    recurring.work_chunk(lease=lease, at=clock.now())


jobs.schedule(recurring.PROGRAMME, when=registry.daily)(recurring.plan)


@jobs.batch(recurring.PROGRAMME)
def pay_recurring_of(on: date) -> Mapping[str, int]:
    """The run of a business date by hand: opened unless it was, and worked in this process."""
    return recurring.by_hand(on=on)


@jobs.programme(khas.PROGRAMME, lease_seconds=300)
def decide_khas(lease: jobs.Lease) -> None:
    """Decide some Pengeluaran Khas, and hold what they come to."""
    khas.work_chunk(lease=lease)


jobs.schedule(khas.PROGRAMME, when=registry.daily)(khas.plan)


@jobs.batch(khas.PROGRAMME)
def decide_khas_of(on: date) -> Mapping[str, int]:
    """The run of a business date by hand: opened unless it was, and worked in this process."""
    return khas.by_hand(on=on)
