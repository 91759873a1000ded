"""Keeping an edition: once for each content, by whoever reckons with it first."""

from collections.abc import Sequence
from datetime import date

from kwsp_portal.common.rates import Law
from kwsp_portal.editions import content
from kwsp_portal.editions.models import Edition


def keep(laws: Sequence[Law], *, on: date) -> Edition:
    """The edition of these laws on a day, kept now or before. Raises NotInForce. In the caller's transaction, if one is open."""
    found = content.of(laws, on)
    digest = content.digest(found)
    edition = Edition.objects.filter(digest=digest).first()
    if edition is None:
        reference = " ".join(law["reference"] for law in found.values())
        # Two who meet here keep it once.
        Edition.objects.bulk_create([Edition(reference=reference, digest=digest, content=found)], ignore_conflicts=True)
        edition = Edition.objects.get(digest=digest)
    return edition
