"""Every address of the portal with who may use it, read from the URL map itself: nothing here is written down twice."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.permissions import AllowAny
from rest_framework.views import APIView

from members.identity.gates import Owner

READING = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Route:
    """One address. `methods` empty: the view does not say. `owner` empty: the view stands behind no gate."""

    name: str
    pattern: str
    methods: tuple[str, ...]
    roles: tuple[str, ...]
    owner: str
    view: Callable[..., Any]

    @property
    def changes(self) -> bool:
        return bool(set(self.methods) - READING)

    def as_dict(self) -> dict[str, Any]:
        """The row of `routes --json` (contract.md)."""
        return {"name": self.name, "pattern": self.pattern, "methods": list(self.methods), "roles": list(self.roles), "owner": self.owner}


def routes(patterns: list[Any] | None = None) -> list[Route]:
    """In the order of the URL map. Pages stand once, as in Malay; `/en/` and `/ms/` have the same."""
    return list(_walk(get_resolver().url_patterns if patterns is None else patterns, "/", ()))


def _walk(patterns: list[Any], prefix: str, names: tuple[str, ...]) -> Iterator[Route]:
    for entry in patterns:
        if isinstance(entry, URLResolver):
            inside = (*names, entry.namespace) if entry.namespace else names
            yield from _walk(entry.url_patterns, prefix + str(entry.pattern), inside)
        elif isinstance(entry, URLPattern):
            yield _route(entry, prefix, names)


def _route(entry: URLPattern, prefix: str, names: tuple[str, ...]) -> Route:
    view = entry.callback
    name = ":".join((*names, entry.name)) if entry.name else ""
    owner, roles = _gate(view)
    return Route(name=name, pattern=prefix + str(entry.pattern), methods=_methods(view), roles=tuple(sorted(roles)), owner=owner, view=view)


def _gate(view: Any) -> tuple[str, frozenset[str]]:
    """What members.identity.gates wrote on the view; DRF's views keep a gate of their own."""
    if hasattr(view, "owner"):
        return str(view.owner), frozenset(str(role) for role in view.roles)
    api = _api_class(view)
    if api is not None and tuple(api.permission_classes) == (AllowAny,):
        return str(Owner.PUBLIC), frozenset()
    return "", frozenset()


def _api_class(view: Any) -> type[APIView] | None:
    found = getattr(view, "cls", None)
    return found if isinstance(found, type) and issubclass(found, APIView) else None


def _methods(view: Any) -> tuple[str, ...]:
    """What `require_http_methods` and its kin were given, a class's handlers, or for Django admin's views both ways of a form."""
    found = _declared(view)
    if found is None and (cls := getattr(view, "cls", None) or getattr(view, "view_class", None)):
        found = [method.upper() for method in cls.http_method_names if hasattr(cls, method)]
    if found is None and (hasattr(view, "admin_site") or hasattr(view, "model_admin")):
        found = ["GET", "HEAD", "POST"]
    return tuple(sorted(found or ()))


def _declared(view: Any) -> list[str] | None:
    """Django keeps the list in the decorator's closure and nowhere else."""
    while view is not None:
        code, cells = getattr(view, "__code__", None), getattr(view, "__closure__", None)
        if code is not None and cells and "request_method_list" in code.co_freevars:
            return list(cells[code.co_freevars.index("request_method_list")].cell_contents)
        view = getattr(view, "__wrapped__", None)
    return None
