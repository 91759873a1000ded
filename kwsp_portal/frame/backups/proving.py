"""Is what was restored what was backed up, and is its ledger sound? Asked of the database Django is connected to."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from kwsp_portal import audit
from kwsp_portal.audit import sealer
from kwsp_portal.audit.verifying import Verifier
from kwsp_portal.frame.backups import facts
from kwsp_portal.frame.backups.manifest import Manifest
from kwsp_portal.frame.backups.store import Backup
from kwsp_portal.frame.backups.trouble import Trouble
from members.ledger import invariants
from members.ledger import work as ledger


@dataclass(frozen=True, kw_only=True)
class Proof:
    """How many entries of the ledger are there again, up to which booked day, how many checks of `check_ledger` held, and where
    the chain over the trail ends."""

    entries: int
    last_booked: date | None
    checks: int
    sealed: sealer.Head


def prove(content: Manifest, backup: Backup, *, exactly: bool) -> Proof:
    """Everything the manifest names is there (`exactly`, or at least), check_ledger and verify_audit hold; the trail says that it was restored."""
    entries, last = facts.entries(), ledger.last_booked_day()
    if entries < content.entries or (exactly and entries > content.entries) or (last.isoformat() if last else "") < (content.last_booked or ""):
        raise Trouble(
            _("Dipulihkan: dijumpai %(found)s catatan hingga %(last)s, dijangka %(expected)s hingga %(booked)s. Portal tidak diubah."),
            **{"found": entries, "last": last or "-", "expected": content.entries, "booked": content.last_booked or "-"},
        )
    results = invariants.run()
    broken = [result for result in results if not result.ok]
    if broken:
        raise Trouble(
            _("check_ledger: %(broken)s. Lejar dalam sandaran ini tidak utuh; portal tidak diubah. Pilih sandaran lain."),
            broken="; ".join(f"{result.name} ({result.found}: {result.findings[0].what})" for result in broken),
        )
    broken_trail = next(Verifier(folder=None, at=None).findings(), None)
    if broken_trail is not None:
        raise Trouble(
            _("verify_audit: %(broken)s. Jejak audit dalam sandaran ini tidak utuh; portal tidak diubah. Pilih sandaran lain."),
            broken=broken_trail.what,
        )
    audit.record(actor="backup", action="backup.restore", target=f"backup:{backup.name}", data={"entries": entries, "last_booked": str(last or "")})
    return Proof(entries=entries, last_booked=last, checks=len(results), sealed=sealer.head())
