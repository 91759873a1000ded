"""What other parts call contributions for: programmes and errands of kwsp_portal.jobs (each handler calls one service), checks of the ledger."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from contributions.enums import IncentiveScheme
from contributions.selectors import invariants
from contributions.services import (
    appeal_proposals,
    assessment_news,
    collecting,
    complaint_news,
    correcting,
    correction_news,
    counter_drawers,
    crediting,
    ekasih_following,
    election_news,
    employer_watch,
    enquiry,
    incentive_answers,
    incentive_credits,
    incentive_files,
    incentive_news,
    incentive_runs,
    instalment_days,
    instalment_news,
    late_charges,
    late_crediting,
    late_news,
    leave,
    mandates,
    match_news,
    monthly_news,
    overpayment_money,
    overpayment_news,
    payment_news,
    preparing,
    reading,
    recalling,
    receipt_filing,
    receipt_voluntary,
    receipts,
    refund_news,
    refund_payouts,
    refund_verifying,
    register_effects,
    registering_door,
    registering_news,
    settling,
    voluntary_crediting,
    voluntary_money,
    voluntary_news,
    wrong_credit_news,
)
from kwsp_portal import jobs
from kwsp_portal.common import clock
from kwsp_portal.jobs import registry
from kwsp_portal.jobs.models import Run
from kwsp_portal.notify import kinds


def _was_read(run: Run) -> None:
    receipt_filing.was_read(filing_id=reading.filing_of(run), on=run.on, at=clock.now())


def _not_read(run: Run) -> None:
    reading.give_up(run)
    _was_read(run)


@jobs.programme(reading.PROGRAMME, urgency=1, on_done=_was_read, on_failed=_not_read)
def read_filing(lease: jobs.Lease) -> None:
    """Read one uploaded Borang A."""
    reading.read(filing_id=lease.payload["filing"], lease=lease)


@jobs.programme(receipts.PROGRAMME, urgency=2)
def take_receipts(lease: jobs.Lease) -> None:
    """Look at one receipt of a bank agent's file."""
    receipt_voluntary.begin(lease=lease, at=clock.now())


def _credited(run: Run) -> None:
    crediting.finish(run=run)


@jobs.programme(crediting.PROGRAMME, urgency=2, on_done=_credited)
def credit_filing(lease: jobs.Lease) -> None:
    """Credit one chunk of a paid filing's rows."""
    crediting.credit_chunk(lease=lease)


@jobs.programme(voluntary_crediting.PROGRAMME, urgency=2)
def credit_voluntary(lease: jobs.Lease) -> None:
    """Credit one voluntary contribution."""
    voluntary_crediting.credit(lease=lease)


def _prepared(run: Run) -> None:
    preparing.finish(run=run)


@jobs.programme(preparing.PROGRAMME, urgency=1, on_done=_prepared)
def prepare_correction(lease: jobs.Lease) -> None:
    """Reckon one chunk of a correction's lines again."""
    preparing.prepare_chunk(lease=lease)


def _corrected(run: Run) -> None:
    correcting.finish(run=run)


@jobs.programme(correcting.PROGRAMME, urgency=2, on_done=_corrected)
def post_correction(lease: jobs.Lease) -> None:
    """Post one chunk of an approved correction's lines."""
    correcting.post_chunk(lease=lease, at=clock.now())


@jobs.programme(late_charges.PROGRAMME, lease_seconds=300)
def price_lateness(lease: jobs.Lease) -> None:
    """Price, post and remind for one piece of employers."""
    late_charges.work_chunk(lease=lease)


@jobs.programme(late_crediting.PROGRAMME, urgency=2)
def credit_late_dividend(lease: jobs.Lease) -> None:
    """Credit one chunk of the rows of a late Borang A with their dividend."""
    late_crediting.credit_chunk(lease=lease)


jobs.schedule(late_charges.PROGRAMME, when=registry.daily)(late_charges.plan)


@jobs.batch("late_charges")
def late_charges_of(on: date) -> Mapping[str, int]:
    """The run of a business date by hand: opened unless it was, and worked in this process."""
    return late_charges.by_hand(on=on)


def _followed(run: Run) -> None:
    ekasih_following.finish(run=run)


@jobs.programme(ekasih_following.PROGRAMME, on_done=_followed)
def follow_ekasih(lease: jobs.Lease) -> None:
    """One piece of an e-Kasih list that was taken."""
    ekasih_following.work_chunk(lease=lease)


@jobs.programme(employer_watch.PROGRAMME)
def watch_employers(lease: jobs.Lease) -> None:
    """Tell one piece of who holds an incentive of an employer's contribution."""
    employer_watch.work_chunk(lease=lease)


@jobs.schedule(employer_watch.PROGRAMME, when=registry.daily)
def look_at_incentives(period: str, day: date) -> Sequence[dict[str, Any]]:
    """What a day asks of the incentives. Credits whose day it is are opened with it, so that a date that moves on by months, or a portal that was
    down, credits them on that day all the same."""
    incentive_credits.open_due(on=day)
    return employer_watch.plan(period, day)


@jobs.batch(employer_watch.PROGRAMME)
def watch_employers_now(on: date) -> Mapping[str, int]:
    """The run of a day by hand."""
    return employer_watch.by_hand(on=on)


@jobs.programme(instalment_days.PROGRAMME)
def look_at_plans(lease: jobs.Lease) -> None:
    """What a day does to some instalment plans."""
    instalment_days.work_chunk(lease=lease)


jobs.schedule(instalment_days.PROGRAMME, when=registry.daily)(instalment_days.plan)


@jobs.batch("instalment_plans")
def instalment_plans_of(on: date) -> Mapping[str, int]:
    """The run of a business date by hand: opened unless it was, and worked in this process."""
    return instalment_days.by_hand(on=on)


@jobs.batch("payments")
def ask_the_bank(on: date) -> Mapping[str, int]:
    """AE for every order that has been silent too long."""
    return enquiry.sweep(on=on, at=clock.now())


@jobs.programme(collecting.PROGRAMME)
def collect_direct_debit(lease: jobs.Lease) -> None:
    """The collection file of a business day."""
    collecting.make(lease=lease, at=clock.now())


@jobs.batch("direct_debit")
def direct_debit(on: date) -> Mapping[str, int]:
    """Mandates asked of, collection files sent, answers taken."""
    at = clock.now()
    asked = mandates.sweep(on=on, at=at)
    return {"mandates": asked["answered"], **collecting.sweep(on=on, at=at)}


@jobs.batch("settlement")
def settle(on: date) -> Mapping[str, int]:
    """The bank's settlement files of the days that are over."""
    return settling.sweep(on=on, at=clock.now())


def _claimed(run: Run) -> None:
    incentive_runs.finish(job=run)


def _incentive(scheme: IncentiveScheme) -> None:
    """The half-yearly run of a scheme, by the calendar and by hand."""
    name = incentive_runs.PROGRAMMES[scheme]

    @jobs.programme(name, lease_seconds=300, on_done=_claimed)
    def reckon_claims(lease: jobs.Lease) -> None:
        incentive_runs.reckon_chunk(lease=lease)

    jobs.schedule(name, when=incentive_runs.due(scheme))(incentive_runs.plan(scheme))

    @jobs.batch(name)
    def by_hand(on: date) -> Mapping[str, int]:
        """The run of the last half-year that is over, and the credits whose day has come."""
        return {**incentive_runs.by_hand(scheme=scheme, on=on), **incentive_credits.by_hand(on=on)}


for _scheme in IncentiveScheme:
    _incentive(_scheme)


@jobs.programme(incentive_files.PROGRAMME, urgency=1, lease_seconds=300)
def write_claim_file(lease: jobs.Lease) -> None:
    """The claim file of a run."""
    incentive_files.write(lease=lease)


@jobs.programme(incentive_answers.PROGRAMME, urgency=1, lease_seconds=600, idle_seconds=300)
def read_answer(lease: jobs.Lease) -> None:
    """The Government's answer to a claim file."""
    incentive_answers.read(lease=lease)


def _incentives_credited(run: Run) -> None:
    incentive_credits.finish(job=run)


@jobs.programme(incentive_credits.PROGRAMME, lease_seconds=300, on_done=_incentives_credited)
def credit_incentives(lease: jobs.Lease) -> None:
    """Credit one chunk of a run's claims."""
    incentive_credits.credit_chunk(lease=lease)


jobs.periodic("incentives.credits", 60, lambda: incentive_credits.open_due(on=clock.business_date()))
jobs.schedule(collecting.PROGRAMME, when=registry.daily)(collecting.plan)
jobs.periodic("payments.direct_debit", 30, lambda: direct_debit(clock.business_date()))


@jobs.batch("receipts")
def fetch_receipts(on: date) -> Mapping[str, int]:
    """Files of bank agents' receipts, and receipts whose employers have mended their rows."""
    at = clock.now()
    return {"taken": receipts.fetch(on=on, at=at), "mended": receipt_filing.pay_what_was_mended(on=on, at=at)}


jobs.periodic("payments.receipts", 60, lambda: fetch_receipts(clock.business_date()))


@jobs.batch("voluntary_returns")
def give_voluntary_back(on: date) -> Mapping[str, int]:
    """What of voluntary contributions goes back to payers who have an account now."""
    return {"ordered": voluntary_money.order_waiting(on=on, at=clock.now())}


jobs.periodic("payments.voluntary_returns", 60, lambda: give_voluntary_back(clock.business_date()))
jobs.periodic("payments.settle", 60, lambda: settle(clock.business_date()))
jobs.periodic("payments.ask", 30, lambda: ask_the_bank(clock.business_date()))
jobs.periodic("payments.refund_accounts", 30, lambda: refund_verifying.verify_due(on=clock.business_date(), at=clock.now()))
refund_payouts.register()
overpayment_money.register()
voluntary_money.register()
counter_drawers.register()
appeal_proposals.register()
invariants.register()
register_effects.register()
recalling.register()
for _of in (
    assessment_news,
    complaint_news,
    correction_news,
    election_news,
    incentive_news,
    instalment_news,
    late_news,
    leave,
    match_news,
    monthly_news,
    overpayment_news,
    payment_news,
    refund_news,
    registering_door,
    registering_news,
    voluntary_news,
    wrong_credit_news,
):
    for _code, _kind in _of.KINDS.items():
        kinds.register(_code, _kind)
