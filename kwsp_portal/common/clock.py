"""What time it is: the only module that reads the wall clock (guard: ruff DTZ and tests/guards).

Two times (ruling 2). The *business date* is the day by which law, batches and screens go, in Kuala Lumpur; it is kept in the
database and `kwsp_portal.jobs` installs its source with `use_source`. The *real time* stamps TACs, sessions, leases and audit.
Both are read at interfaces (views, tasks, commands) and passed down by name.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

KL: Final = ZoneInfo("Asia/Kuala_Lumpur")

Source = Callable[[], date]


def now() -> datetime:
    """The real time, aware, in UTC."""
    return datetime.now(UTC)


def real_date() -> date:
    """Today in Kuala Lumpur by the real clock, whatever the business date."""
    return datetime.now(KL).date()


_source: Source = real_date


def business_date() -> date:
    """The day the portal runs as at, in Kuala Lumpur: the installed source's, else `real_date()`."""
    return _source()


def use_source(source: Source) -> Source:
    """Install what answers `business_date()` and return what answered before, so that it can be put back."""
    global _source
    before, _source = _source, source
    return before
