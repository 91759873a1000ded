"""What somebody had typed into a form when the session ended: kept for them, encrypted, and offered back on the same page.

Kept when a form arrives too late, and by the page itself just before an idle session ends. Never a password, a code or a file; nothing of it is
sent by itself. Which pages have one waits in the session from the sign-in on, so that a page without one costs no question.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from html.parser import HTMLParser
from typing import Final

from django.http import HttpRequest
from django.utils.html import escape

from members.identity.models import Draft, User

SESSION: Final = "drafts"
"""Session key: the pages, without their language, that have a draft."""
ASKED: Final = "draft"
"""In the query of an address: the page with what was typed."""
KEPT: Final = timedelta(hours=24)
LONGEST: Final = 64 * 1024
MOST_PAGES: Final = 5
NEVER: Final = re.compile(r"csrf|pass|tac|code|secret|token|laluan|\Anumber\Z", re.IGNORECASE)
TYPED: Final = frozenset({"text", "email", "tel", "number", "date", "month", "search", "url", ""})
_LANGUAGE: Final = re.compile(r"\A/(ms|en)(?=/|\Z)")
Fields = Mapping[str, Sequence[str]]


def page_of(address: str) -> str:
    """The page without its language and its query: what was typed in Malay is offered in English, too."""
    return _LANGUAGE.sub("", address.partition("?")[0]) or "/"


def keep(*, user: User, page: str, fields: Fields, at: datetime) -> bool:
    """Keep what was typed on a page in place of what was kept before; whether there was anything to keep."""
    kept = {name: list(values) for name, values in fields.items() if not NEVER.search(name)}
    content = json.dumps(kept, ensure_ascii=False)
    if not any(value.strip() for values in kept.values() for value in values) or len(content.encode()) > LONGEST or len(page) > 200:
        return False
    Draft.objects.update_or_create(user=user, page=page, defaults={"content": content, "kept_at": at})
    return True


def pages_of(user: User, *, at: datetime) -> list[str]:
    """The pages that have something for this person, the latest first."""
    return list(Draft.objects.filter(user=user, kept_at__gt=at - KEPT).order_by("-kept_at").values_list("page", flat=True)[:MOST_PAGES])


def waiting(request: HttpRequest) -> bool:
    """Whether this page has a draft of the person's. Asks nothing of the database."""
    return page_of(request.path_info) in request.session.get(SESSION, ())


def discard(request: HttpRequest, *, page: str) -> None:
    """It was sent, or is not wanted any more."""
    Draft.objects.filter(user_id=request.user.pk or 0, page=page).delete()
    request.session[SESSION] = [other for other in request.session.get(SESSION, ()) if other != page]


def forget_old(*, at: datetime) -> int:
    """Drafts that nobody came back for."""
    count, _by_model = Draft.objects.filter(kept_at__lte=at - KEPT).delete()
    return count


def filled(request: HttpRequest, html: str, *, at: datetime) -> str:
    """The page with what was typed in its fields; hidden fields, buttons, passwords, codes and files are left as the page made them."""
    draft = Draft.objects.filter(user_id=request.user.pk or 0, page=page_of(request.path_info), kept_at__gt=at - KEPT).first()
    return _Filling(json.loads(draft.content)).into(html) if draft else html


class _Filling(HTMLParser):
    """Finds the fields of the forms in <main>, and notes what is written in place of what."""

    def __init__(self, fields: Fields) -> None:
        super().__init__(convert_charrefs=False)
        self.fields = fields
        self.edits: list[tuple[int, int, str]] = []
        self.main = False
        self.select = ""
        self.textarea: tuple[str, int] | None = None

    def into(self, html: str) -> str:
        self.starts = [0]
        for line in html.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))
        self.feed(html)
        for begin, end, text in reversed(self.edits):
            html = html[:begin] + text + html[end:]
        return html

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        name = found.get("name") or ""
        if tag == "main":
            self.main = True
        elif not self.main:
            return
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select in self.fields:
            self._tick("selected", found, (found.get("value") or "") in self.fields[self.select])
        elif tag == "textarea" and name in self.fields:
            self.textarea = (name, self._here() + len(self._tag()))
        elif tag == "input" and name in self.fields and not NEVER.search(name):
            self._input(found, self.fields[name])

    def handle_endtag(self, tag: str) -> None:
        if tag == "main":
            self.main = False
        elif tag == "select":
            self.select = ""
        elif tag == "textarea" and self.textarea:
            name, begin = self.textarea
            self.edits.append((begin, self._here(), "\n" + escape(next(iter(self.fields[name]), ""))))
            self.textarea = None

    def _input(self, found: Mapping[str, str | None], values: Sequence[str]) -> None:
        kind = (found.get("type") or "").lower()
        if kind in {"checkbox", "radio"}:
            self._tick("checked", found, (found.get("value") or "on") in values)
        elif kind in TYPED and found.get("autocomplete") != "one-time-code":
            self._rewrite({**found, "value": next(iter(values), "")})

    def _tick(self, mark: str, found: Mapping[str, str | None], on: bool) -> None:
        others = {key: value for key, value in found.items() if key != mark}
        self._rewrite({**others, mark: None} if on else others)

    def _rewrite(self, attrs: Mapping[str, str | None]) -> None:
        begin, old = self._here(), self._tag()
        name = old[1:].split(None, 1)[0].rstrip(">/")
        parts = (key if value is None else f'{key}="{escape(value)}"' for key, value in attrs.items())
        self.edits.append((begin, begin + len(old), f"<{' '.join((name, *parts))}>"))

    def _tag(self) -> str:
        return self.get_starttag_text() or ""

    def _here(self) -> int:
        line, column = self.getpos()
        return self.starts[line - 1] + column


def sent(request: HttpRequest) -> Fields:
    """What a form held that arrived too late: text only, no files."""
    return {name: request.POST.getlist(name) for name in request.POST}


def said(items: Iterable[object]) -> Fields:
    """What a page says was typed in it: pairs of a name and a value, a name without a value for an empty choice. Anything else is left out."""
    found: dict[str, list[str]] = {}
    for item in items:
        if isinstance(item, list) and item and all(isinstance(part, str) for part in item):
            found.setdefault(item[0], []).extend(item[1:2])
    return found
