"""The last check of the ledger, as the first page of the admin tells it: sound, or what is broken, with links."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from django.urls import reverse
from django.utils.functional import Promise

from kwsp_portal.common.stored_names import named
from kwsp_portal.templatetags import formats
from members.ledger import freezing, invariants, labels, nightly

FINDINGS: Final = 5
PLACES: Final = {
    "account": ("admin:ledger_account_change", "ledger_account"),
    "entry": ("admin:ledger_entry_change", "entry"),
    "posting": ("admin:ledger_posting_change", "posting"),
    "filing": ("admin:contributions_filing_change", "filing"),
    "row": ("admin:contributions_filingrow_change", "filing_row"),
    "payment": ("admin:contributions_payment_change", "payment"),
}
"""Where what a finding names can be read: the page, and the stored name of the kind of thing."""


THING: Final = re.compile(r"\b([a-z]+) ([0-9]+)\b")
DAY: Final = re.compile(r"\b20[0-9]{2}-[0-9]{2}-[0-9]{2}\b")


class Link(NamedTuple):
    words: str
    url: str


class Finding(NamedTuple):
    """`what`: the check's own words, where no link says it; all of them stand on the page of the check."""

    what: str
    sen: int
    links: Sequence[Link]


class Broken(NamedTuple):
    """A check that found something: in words, how much, and the first findings."""

    words: str | Promise
    found: int
    findings: Sequence[Finding]


class Panel(NamedTuple):
    """`run` is None before the first check. `kind` is a colour: neutral, good, warn, bad."""

    run: nightly.Outcome | None
    broken: Sequence[Broken]
    stale: bool
    frozen: int
    under_way: bool
    may_start: bool

    @property
    def kind(self) -> str:
        if self.run is None:
            return "neutral"
        return "bad" if self.broken else "warn" if self.stale else "good"

    @property
    def seconds(self) -> str:
        return f"{self.run.took.total_seconds():.1f}" if self.run else ""


def panel(*, at: datetime, may_start: bool) -> Panel:
    """As it stands at a moment of the real clock. Three queries."""
    run = nightly.latest()
    return Panel(
        run=run,
        broken=[_broken(result) for result in run.results if result["found"]] if run else [],
        stale=run is not None and run.is_stale(at),
        frozen=freezing.open_freezes().count(),
        under_way=nightly.open_run() is not None,
        may_start=may_start,
    )


def _broken(result: dict[str, Any]) -> Broken:
    name = result["name"]
    findings = [_finding(one) for one in result["findings"][:FINDINGS]]
    return Broken(labels.CHECK.get(name) or named(name), result["found"], findings)


def _finding(one: dict[str, Any]) -> Finding:
    links = _links(one)
    return Finding("" if links or one["what"] == invariants.EVERYTHING else one["what"], one["sen"], links)


def _links(finding: dict[str, Any]) -> list[Link]:
    """The things that the finding's own words name, then the accounts that it concerns."""
    days = [Link(formats.day(date.fromisoformat(day)), reverse("admin:ledger_dayseal_change", args=[day])) for day in DAY.findall(finding["what"])]
    places = [(kind, key) for kind, key in THING.findall(finding["what"]) if kind in PLACES]
    places += [("account", str(key)) for key in finding["accounts"]]
    return days + [_link(kind, key) for kind, key in dict.fromkeys(places)]


def _link(kind: str, key: str) -> Link:
    page, thing = PLACES[kind]
    return Link(f"{named(thing)} {key}", reverse(page, args=[key]))
