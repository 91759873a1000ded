"""Malay without a prefix, `/ms/` and `/en/` besides (contract.md, Pages)."""

from typing import Any

from django.urls import URLPattern, URLResolver
from django.urls.resolvers import LocalePrefixPattern

MALAY = "ms/"


class PortalPrefix(LocalePrefixPattern):
    """`/en/x/` in English; `/x/` and `/ms/x/` in Malay, where links are always written without the prefix."""

    def __init__(self) -> None:
        super().__init__(prefix_default_language=False)

    def match(self, path: str) -> tuple[str, tuple[Any, ...], dict[str, Any]] | None:
        if self.language_prefix == "" and path.startswith(MALAY):
            return path.removeprefix(MALAY), (), {}
        return super().match(path)


def in_both_languages(*patterns: URLPattern | URLResolver) -> URLResolver:
    """Pages that exist under all three addresses. Middleware: kwsp_portal.frame.middleware.Language."""
    return URLResolver(PortalPrefix(), list(patterns))
