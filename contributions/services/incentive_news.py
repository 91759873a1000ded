"""What a member is told of the half-yearly run of an incentive: credited, refused by the Government, or paid more than was earned."""

from decimal import Decimal
from typing import Final

from django.utils.translation import gettext_noop

from contributions.models import IncentiveAppeal, IncentiveClaim, IncentiveRun
from contributions.rules.incentive_steps import NAMES
from kwsp_portal.common import money
from kwsp_portal.notify import kinds
from kwsp_portal.notify.enums import Inbox, Whose
from kwsp_portal.notify.services import Alike, Each, News
from kwsp_portal.templatetags import formats
from members import explanations
from members.enums import ProposalState
from members.ledger import posting

CREDITED: Final = "INCENTIVE_CREDITED"
REFUSED: Final = "INCENTIVE_REFUSED"
APPEALED: Final = "INCENTIVE_APPEALED"
APPEAL: Final = {ProposalState.PROPOSED: "INCENTIVE_APPEAL_PROPOSED", ProposalState.REFUSED: "INCENTIVE_APPEAL_REFUSED"}
OVER: Final = "INCENTIVE_OVER"

_SEE: Final = gettext_noop("Lihat akaun saya")
_SHOW: Final = {"amount": formats.money, "first": explanations.day, "last": explanations.day, "scheme": lambda code: NAMES[code]}
KINDS: Final = {
    CREDITED: kinds.Kind(
        subject=gettext_noop("Insentif %(scheme)s %(amount)s dikreditkan"),
        paragraphs=(
            gettext_noop(
                "Insentif Kerajaan %(scheme)s bagi caruman anda dari %(first)s hingga %(last)s, %(amount)s, telah dikreditkan ke akaun anda dan mula "
                "menerima dividen."
            ),
        ),
        show=_SHOW,
        action=_SEE,
    ),
    REFUSED: kinds.Kind(
        subject=gettext_noop("Kerajaan tidak membayar insentif %(scheme)s %(amount)s"),
        paragraphs=(
            gettext_noop("Tuntutan insentif %(scheme)s bagi caruman anda dari %(first)s hingga %(last)s, %(amount)s, ditolak oleh Kerajaan."),
            gettext_noop("Sebab: %(reason)s"),
            gettext_noop(
                "Jika anda rasa ini tidak betul, bawa makluman ini ke mana-mana kaunter KWSP. Rayuan yang direkodkan dituntut semula dalam tuntutan "
                "separuh tahun berikutnya. Caruman anda sendiri tidak terjejas."
            ),
        ),
        show=_SHOW,
        action=_SEE,
    ),
    APPEAL[ProposalState.PROPOSED]: kinds.Kind(
        subject=gettext_noop("Rayuan insentif %(scheme)s %(amount)s diterima di kaunter"),
        paragraphs=(
            gettext_noop("Rayuan anda terhadap penolakan insentif %(scheme)s bagi caruman dari %(first)s hingga %(last)s diterima: “%(words)s”"),
            gettext_noop("Penyelia menyemaknya, dan kami memaklumkan keputusannya. Bukan anda? Bawa makluman ini ke mana-mana kaunter KWSP."),
        ),
        show=_SHOW,
        action=_SEE,
    ),
    APPEAL[ProposalState.REFUSED]: kinds.Kind(
        subject=gettext_noop("Rayuan insentif %(scheme)s %(amount)s tidak direkodkan"),
        paragraphs=(
            gettext_noop("Rayuan anda terhadap penolakan insentif %(scheme)s bagi caruman dari %(first)s hingga %(last)s tidak direkodkan."),
            gettext_noop("Sebab: %(reason)s"),
            gettext_noop("Anda boleh merayu semula di mana-mana kaunter KWSP dengan dokumen yang lain."),
        ),
        show=_SHOW,
        action=_SEE,
    ),
    APPEALED: kinds.Kind(
        subject=gettext_noop("Rayuan insentif %(scheme)s %(amount)s direkodkan"),
        paragraphs=(
            gettext_noop(
                "Rayuan terhadap penolakan insentif %(scheme)s bagi caruman anda dari %(first)s hingga %(last)s telah direkodkan. Insentif itu "
                "dituntut semula dalam tuntutan separuh tahun berikutnya."
            ),
        ),
        show=_SHOW,
        action=_SEE,
    ),
    OVER: kinds.Kind(
        subject=gettext_noop("Insentif %(scheme)s terlebih dibayar %(amount)s"),
        paragraphs=(
            gettext_noop(
                "Sebahagian caruman yang insentifnya sudah dituntut tidak lagi dikira: ia dibalikkan, atau satu syarat didapati tidak dipenuhi. "
                "%(amount)s ditolak daripada insentif %(scheme)s separuh tahun akan datang; tiada apa-apa diambil daripada akaun anda."
            ),
        ),
        show=_SHOW,
        action=_SEE,
    ),
}


def credited(run: IncentiveRun) -> Alike:
    """What everybody is told whose claim is credited; the own figure is the amount."""
    figures = _figures(run, Decimal(0))
    del figures["amount"]
    return Alike(Whose.MEMBER, CREDITED, "incentiveclaim", figures, "amount", ("member:voluntary",))


def of_each(claims: posting.Credits) -> Each:
    """What `credited` leaves open, of each claim. The claim names the act: nobody is told twice of one."""
    return Each(claims.member_ids, claims.refs, money.each_in_full(claims.amounts))


def of_refused(run: IncentiveRun, *, claim_id: int, member_id: int, amount: Decimal, reason: str) -> News:
    return _news(run, REFUSED, claim_id, member_id, amount, reason=reason)


def of_appealed(claim: IncentiveClaim) -> News:
    """It is recorded, by whichever way."""
    return _of_appeal(claim, APPEALED, f"incentiveclaim:{claim.pk}")


def of_appeal(found: IncentiveAppeal) -> News:
    """What was proposed at a counter was received, or refused."""
    code, cause = APPEAL[ProposalState(found.state)], f"incentiveappeal:{found.pk}"
    return _of_appeal(found.claim, code, cause, words=found.words, reason=found.comment)


def _of_appeal(claim: IncentiveClaim, code: str, cause: str, **more: str) -> News:
    return News(Inbox(Whose.MEMBER, claim.member_id), code, cause, {**_figures(claim.run, claim.amount), **more}, ("member:voluntary",))


def of_over(run: IncentiveRun, member_id: int, amount: Decimal) -> News:
    return News(Inbox(Whose.MEMBER, member_id), OVER, f"incentiverun:{run.pk}", _figures(run, amount), ("member:voluntary",))


def _news(run: IncentiveRun, code: str, claim_id: int, member_id: int, amount: Decimal, **more: str) -> News:
    return News(Inbox(Whose.MEMBER, member_id), code, f"incentiveclaim:{claim_id}", {**_figures(run, amount), **more}, ("member:voluntary",))


def _figures(run: IncentiveRun, amount: Decimal) -> dict[str, str]:
    return {"scheme": run.scheme, "amount": str(amount), "first": str(run.span.first_day), "last": str(run.span.last_day)}
