"""Who did what, when: `from kwsp_portal import audit`, then `audit.record(...)`. Rows are written once and never changed.

The names are fetched on first use, because models cannot be imported while Django still loads this package as an app.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kwsp_portal.audit.services import Actor, record, record_refusal

__all__ = ["Actor", "record", "record_refusal"]


def __getattr__(name: str) -> Any:
    """The public name, from the module that holds it."""
    if name in __all__:
        return getattr(importlib.import_module(f"{__name__}.services"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
