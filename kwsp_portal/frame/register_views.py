"""Registers of Django admin are read by auditors and administrators for their office, not for a case: each page that they open is in the trail
instead, with the register and the row, and whoever the row is about reads it in the own log (docs/decisions.md)."""

import functools
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from django.db.models import Model
from django.http import HttpRequest

from kwsp_portal import audit

ACT: Final = "register.view"
PAGES: Final = ("_changelist", "_change", "_history")
HOLDERS: Final = ("member", "user", "employer", "filing", "representative")
"""Names under which a row says whose it is."""
View = Callable[..., Any]


def kept(view: View) -> View:
    """The page, and its row in the trail once it was shown. What the admin draws is made by then, so that the row it shows is known."""

    @functools.wraps(view)
    def seen(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        answer = view(request, *args, **kwargs)
        match = request.resolver_match
        name = (match.url_name or "") if match else ""
        if request.method == "GET" and answer.status_code == HTTPStatus.OK and name.endswith(PAGES):
            _record(request, getattr(match.func, "model_admin", None), answer)  # type: ignore[union-attr]
        return answer

    return seen


def _record(request: HttpRequest, register: Any, answer: Any) -> None:
    if register is None:
        return
    shown = getattr(answer, "context_data", None) or {}
    row = shown.get("original") or shown.get("object")
    who: Any = request.user
    data = {"register": register.model._meta.model_name}
    audit.record(actor=who, action=ACT, target=row, data=data, subjects=whose(row) if row else [], ip=request.META.get("REMOTE_ADDR") or None)


def whose(row: Model | None) -> list[str]:
    """All whom a row is about: itself, or who stands behind it. Nobody for rows about nobody."""
    if row is None:
        return []
    own = getattr(row, "subject", None)
    if isinstance(own, str) and type(row)._meta.model_name in ("member", "user", "employer"):
        return [own, *whose(getattr(row, "user", None))]
    behind = (getattr(row, name, None) for name in HOLDERS if any(field.name == name for field in row._meta.fields))
    return sorted({subject for one in behind if isinstance(one, Model) for subject in whose(one)})
