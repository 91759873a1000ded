"""A list that was sent before, renamed, re-ordered or written in another form: recognised by what it says, and the earlier filing named."""

import hashlib
from collections.abc import Sequence
from functools import cached_property
from typing import Final

from contributions.borang_a import content_digest, reader
from contributions.borang_a.assumed import Assumption, Taken
from contributions.borang_a.kinds import Kind
from contributions.borang_a.problem import Code, FileProblem, Problem
from contributions.enums import FilingState
from contributions.models import Filing
from kwsp_portal.common.periods import WageMonth

READ_AT_ONCE: Final = 4 * 1024 * 1024
"""Bytes of a text that is read through while somebody waits for the page, and only where the month has a Borang A already. Larger ones and
workbooks are recognised by the worker."""


class Sent:
    """A file that was just sent, beside those that came before it. It is read only where one of them was."""

    def __init__(self, content: bytes, meant: reader.MeantFor) -> None:
        self._content, self._meant = content, meant
        self.bytes_digest = hashlib.sha256(content).hexdigest()

    def is_of(self, earlier: Filing) -> bool:
        """Whether it is the file of an earlier filing, byte for byte."""
        return earlier.content_digest == self.bytes_digest

    def says_what(self, earlier: Filing) -> bool:
        """Whether it says what an earlier filing's file said, where that is soon found out."""
        return bool(earlier.rows_digest) and earlier.rows_digest == self._rows_digest

    @cached_property
    def _rows_digest(self) -> str:
        try:
            if len(self._content) > READ_AT_ONCE or reader.kind_of(self._content) in (Kind.XLSX, Kind.XLS):
                return ""
            return content_digest.of(reader.open_file(self._content, meant=self._meant).rows)
        except FileProblem:
            return ""


def refers(code: Code, earlier: Filing) -> Problem:
    """The problem that an earlier filing is, with what names it."""
    month = str(WageMonth.of(earlier.wage_month))
    told = {"filing": str(earlier.pk), "state": str(earlier.state), "wage_month": month, "received_on": str(earlier.received_on)}
    return Problem(code, found=month, detail=told)


def said_before(filing: Filing, digest: str) -> list[Filing]:
    """The employer's other filings that say the same, the latest month first."""
    return list(Filing.objects.filter(employer=filing.employer_id, rows_digest=digest).exclude(pk=filing.pk).order_by("-wage_month", "-pk"))


def still_there(filing: Filing, same: Sequence[Filing]) -> Filing | None:
    """Of these, the one of the filing's own month that was not put away."""
    return next((one for one in same if one.wage_month == filing.wage_month and one.state != FilingState.DISCARDED), None)


def told(filing: Filing, same: Sequence[Filing]) -> list[Assumption]:
    """What is said of a list that took the place of one that says the same. Another month's is compared by person (selectors of last month), and of
    one that somebody put away nothing is said."""
    news = [one for one in same if one.gave_way_to_id == filing.pk]
    return [Assumption(Taken.SAME_CONTENT, detail={"filing": str(one.pk), "wage_month": str(WageMonth.of(one.wage_month))}) for one in news[:1]]
