"""The reusable marks of the portal's pages; `templates/components/README.md` shows each with an example.

Every component takes its values as arguments and never reads a page's variables, so that a page says what it
shows and an undefined variable is found where it is written. Markup lives in `templates/components/`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms, template
from django.core.paginator import Page
from django.forms.boundfield import BoundField
from django.template import Context, loader
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe

from kwsp_portal.templatetags import formats

register = template.Library()

PANEL_KINDS = ("processing", "done", "waiting", "failed")
TAG_KINDS = ("neutral", "info", "good", "warn", "bad")
BUTTON_KINDS = ("primary", "secondary", "danger", "quiet")
PAGES_AROUND = 1


def _render(name: str, values: dict[str, Any]) -> SafeString:
    return mark_safe(loader.render_to_string(f"components/{name}.html", values))  # noqa: S308 - our own template, autoescaped


def _one_of(kind: str, known: Sequence[str]) -> str:
    if kind not in known:
        raise template.TemplateSyntaxError(f"kind is one of {', '.join(known)}, not {kind!r}")
    return kind


# Forms -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SummaryError:
    """One line of the error summary: the words, and the id of what to focus (empty when no field is at fault)."""

    message: str
    target: str = ""


def _focus_id(bound: BoundField) -> str:
    """The id that receives focus: the first choice of a group, otherwise the input itself."""
    base = bound.auto_id or bound.html_name
    return f"{base}_0" if isinstance(bound.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple) else base


def errors_of(*bound_forms: forms.BaseForm) -> list[SummaryError]:
    """Every error of the forms in the order of their fields, errors of the whole form first."""
    found = []
    for form in bound_forms:
        if not form.is_bound:
            continue
        found += [SummaryError(str(message)) for message in form.non_field_errors()]
        for bound in form:
            target = "" if bound.is_hidden else _focus_id(bound)
            found += [SummaryError(str(message), target) for message in bound.errors]
    return found


@register.simple_tag
def error_summary(*sources: forms.BaseForm | Iterable[SummaryError] | str | Promise) -> SafeString:
    """The list of what is wrong, above the h1, with focus. Takes forms, lists of `SummaryError`, or plain words."""
    errors: list[SummaryError] = []
    for source in sources:
        if isinstance(source, forms.BaseForm):
            errors += errors_of(source)
        elif isinstance(source, (str, Promise)):  # a template's _() is a Promise
            errors += [SummaryError(str(source))] if source else []
        else:
            errors += list(source)
    return _render("error_summary", {"errors": errors}) if errors else SafeString("")


def _described_by(base: str, *, hint: str, errors: Sequence[str]) -> str:
    return " ".join(([f"{base}-hint"] if hint else []) + ([f"{base}-error"] if errors else []))


def _template_for(widget: forms.Widget) -> str:
    match widget:
        case forms.RadioSelect() | forms.CheckboxSelectMultiple():
            return "choices"
        case forms.CheckboxInput():
            return "checkbox"
        case forms.FileInput():
            return "file_upload"
        case _:
            return "field"


def _control_class(widget: forms.Widget, *, width: str) -> str:
    match widget:
        case forms.Select():
            name = "select"
        case forms.Textarea():
            name = "textarea"
        case _:
            name = "input"
    return f"{name} {name}--{width}" if width else name


@register.simple_tag
def field(bound: BoundField, hint: str = "", label: str = "", width: str = "", **attrs: Any) -> SafeString:
    """A form field: label, hint, error, control. Select, radios, checkbox, file and password follow from the widget.

    `width` is `ic`, `code`, `money`, `date` or `half`. Other arguments become attributes of the control
    (`autocomplete="username"`); an underscore stands for a hyphen. There is no `required` attribute: the
    server says what is missing, in the chosen language.
    """
    widget = bound.field.widget
    base = bound.auto_id or bound.html_name
    words = hint or str(bound.help_text or "")
    errors = [str(message) for message in bound.errors]
    described = _described_by(base, hint=words, errors=errors)
    control_attrs: dict[str, Any] = {"id": base, **{key.replace("_", "-"): value for key, value in attrs.items()}}
    if described:
        control_attrs["aria-describedby"] = described
    if errors:
        control_attrs["aria-invalid"] = "true"
    name = _template_for(widget)
    values: dict[str, Any] = {
        "base": base,
        "label": label or bound.label,
        "hint": words,
        "errors": errors,
        "described_by": described,
        "multiple": isinstance(widget, forms.CheckboxSelectMultiple),
        "choices": list(bound.subwidgets) if name == "choices" else [],
        "password": isinstance(widget, forms.PasswordInput),
        "money": width == "money",
        "control": "",
    }
    if name != "choices":
        control_attrs["class"] = {"checkbox": "choice__input", "file_upload": "upload__input"}.get(name) or _control_class(widget, width=width)
        # The widget is rendered itself: BoundField.as_widget would add `required`, whose message is the browser's.
        values["control"] = widget.render(bound.html_name, bound.value(), {**widget.attrs, **control_attrs}, renderer=bound.form.renderer)
    return _render(name, values)


@register.simple_tag
def button(label: str, kind: str = "primary", name: str = "", value: str = "", form: str = "") -> SafeString:
    """A submit button that names its act. It is disabled by script after the first press, and works without."""
    return _render("button", {"label": label, "kind": _one_of(kind, BUTTON_KINDS), "name": name, "value": value, "form": form})


@register.simple_tag
def button_link(label: str, href: str, kind: str = "primary", download: bool = False) -> SafeString:
    """A link that looks like a button: goes somewhere, changes nothing."""
    return _render("button_link", {"label": label, "href": href, "kind": _one_of(kind, BUTTON_KINDS), "download": download})


@register.simple_tag
def print_button() -> SafeString:
    """Prints the page; hidden where script does not run, where the browser's own menu does it."""
    return _render("print_button", {})


# States and messages ---------------------------------------------------------------------------------------


@register.simple_tag
def status_tag(label: str, kind: str = "neutral") -> SafeString:
    """A state in one or two words. The words carry it; the colour only helps."""
    return _render("status_tag", {"label": label, "kind": _one_of(kind, TAG_KINDS)})


@register.simple_block_tag
def panel(content: str, title: str, kind: str = "processing", reference: str = "", code: str = "") -> SafeString:
    """Blue `processing`, green `done`, yellow `waiting` (needs you), red `failed` (reason and error code)."""
    return _render("panel", {"content": content, "title": title, "kind": _one_of(kind, PANEL_KINDS), "reference": reference, "code": code})


@register.simple_block_tag
def confirmation(content: str, title: str, reference: str = "", reference_label: str = "") -> SafeString:
    """The h1 of a page that says an act is done, with its reference in large type. No links inside."""
    return _render("confirmation", {"content": content, "title": title, "reference": reference, "reference_label": reference_label})


@register.simple_block_tag
def notice(content: str, title: str = "", kind: str = "info") -> SafeString:
    """A banner above the content: `info`, `good`, `warn` or `bad`. `good` and `bad` are announced."""
    return _render("notice", {"content": content, "title": title, "kind": _one_of(kind, TAG_KINDS[1:])})


@register.simple_block_tag
def inset(content: str) -> SafeString:
    """Words set apart from the text around them."""
    return _render("inset", {"content": content})


@register.simple_block_tag
def details(content: str, summary: str) -> SafeString:
    """A native disclosure: opens without script."""
    return _render("details", {"content": content, "summary": summary, "kind": ""})


@register.simple_block_tag
def why(content: str, about: str = "") -> SafeString:
    """ "Mengapa angka ini?": the explanation behind a figure. `about` names the figure to a screen reader."""
    return _render("details", {"content": content, "summary": "", "kind": "why", "about": about})


@register.simple_block_tag
def empty_state(content: str, title: str) -> SafeString:
    """What a list shows when it has nothing: says so, and what to do next (content: a sentence, a button link)."""
    return _render("empty_state", {"content": content, "title": title})


# Facts -----------------------------------------------------------------------------------------------------


@register.simple_block_tag
def summary_list(content: str, label: str = "") -> SafeString:
    """A list of questions and answers: `{% summary_row %}` inside."""
    return _render("summary_list", {"content": content, "label": label})


@register.simple_tag
def summary_row(key: str, value: Any = "", change_url: str = "", change_about: str = "") -> SafeString:
    """One row; an empty value reads "Tidak diberikan". `change_about` completes "Ubah ..." for a screen reader."""
    return _render(
        "summary_row", {"key": key, "value": "" if value is None else value, "change_url": change_url, "change_about": change_about or key}
    )


@register.simple_tag
def figure(value: Decimal | None) -> SafeString:
    """An amount in large type: `RM` and the sen smaller, one text for a screen reader and for copying."""
    figures = formats.amount(value)
    sign = formats.MINUS if figures.startswith(formats.MINUS) else ""
    whole, _, cents = figures.removeprefix(sign).partition(".")
    return _render("figure", {"sign": sign, "whole": whole, "cents": cents})


@register.simple_block_tag
def key_figure(content: str, label: str, value: Decimal | str | int | None, href: str = "", tone: str = "") -> SafeString:
    """A card with one figure. A Decimal is money; anything else is shown as it is. `tone`: warn, bad, good."""
    return _render(
        "key_figure", {"content": content, "label": label, "value": value, "is_money": isinstance(value, Decimal), "href": href, "tone": tone}
    )


@register.simple_block_tag
def account_card(content: str, name: str, amount: Decimal, code: str = "", share: str = "", href: str = "") -> SafeString:
    """One account of a member: its name, its amount, its share of the total. `code` picks the colour of the bar."""
    return _render("account_card", {"content": content, "name": name, "amount": amount, "tone": tone_of(code), "share": share, "href": href})


TONES = {"PERSARAAN": "a", "SEJAHTERA": "b", "FLEKSIBEL": "c", "AKAUN_55": "a", "EMAS": "d", "HOUSING_RINGFENCE": "e"}


def tone_of(code: str) -> str:
    """The colour of an account in cards and bars, the same everywhere. Unknown codes take the neutral one."""
    return TONES.get(str(code).upper(), "e")


@dataclass(frozen=True, slots=True)
class Slice:
    """A drawn part of the bar, in thousandths of its width."""

    label: str
    amount: Decimal
    tone: str
    offset: int
    width: int


BAR_UNITS = 1000


def slices(parts: Iterable[Sequence[Any]]) -> list[Slice]:
    """Parts `(label, amount, code)` as slices of a bar 1,000 units wide; the last one takes what rounding leaves."""
    shown = [part for part in parts if part[1] > 0]
    total = sum((part[1] for part in shown), Decimal(0))
    drawn, offset = [], 0
    for position, (label, amount, code) in enumerate(shown, start=1):
        width = BAR_UNITS - offset if position == len(shown) else int(amount * BAR_UNITS / total)
        drawn.append(Slice(label, amount, tone_of(code), offset, width))
        offset += width
    return drawn


@register.simple_tag
def share_bar(parts: Iterable[Sequence[Any]], label: str) -> SafeString:
    """How a total is shared: an SVG bar with a legend. `parts` are `(label, amount, account code)`."""
    return _render("share_bar", {"slices": slices(parts), "label": label})


@register.simple_tag(takes_context=True)
def tac_box(context: Context, box: Any, act: str, name: str = "", value: str = "") -> SafeString:
    """The code of an act, inside the page's form: asking for it, how long it is good, typing it, and the button that names the act.

    `box` is a members.identity.tac_step.Box; the button to ask is called `tac_send`, the field `tac`.
    """
    moments = {f"{key}_epoch": int(at.timestamp()) for key, at in _moments(box)}
    values = {**vars(box), **moments, "act": act, "name": name, "value": value, "nonce": context.get("csp_nonce", ""), "demo": context.get("demo")}
    return _render("tac_box", values)


def _moments(box: Any) -> list[tuple[str, datetime]]:
    """By the server's clock: script counts from `now`."""
    challenge = box.challenge
    return [("now", box.now), *([("until", challenge.valid_until), ("resend", challenge.resend_at)] if challenge else [])]


# Ways ------------------------------------------------------------------------------------------------------


@register.simple_tag
def stepper(labels: Sequence[str], current: int) -> SafeString:
    """ "Langkah 2 daripada 5": the steps of a task; those before `current` (from 1) are done."""
    return _render("stepper", {"labels": labels, "current": current, "total": len(labels), "now": labels[current - 1]})


@register.simple_tag
def back_link(href: str, label: str = "") -> SafeString:
    """The way back, above the h1."""
    return _render("back_link", {"href": href, "label": label})


@register.simple_tag
def breadcrumbs(items: Sequence[Sequence[str]]) -> SafeString:
    """`(label, url)` pairs from the home page down; the last one may have an empty address."""
    return _render("breadcrumbs", {"items": items})


@register.simple_tag(takes_context=True)
def pagination(context: Context, page: Page, key: str = "page") -> SafeString:
    """Which rows of how many, and the neighbouring pages; the rest of the query stays as it is."""
    request = context.get("request")

    def link(number: int) -> str:
        query = request.GET.copy() if request else None
        if query is None:
            return f"?{key}={number}"
        query[key] = str(number)
        return f"?{query.urlencode()}"

    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=PAGES_AROUND, on_ends=1)
    links = [(number, link(number) if isinstance(number, int) else "") for number in numbers]
    return _render(
        "pagination",
        {
            "page": page,
            "links": links,
            "previous": link(page.number - 1) if page.has_previous() else "",
            "next": link(page.number + 1) if page.has_next() else "",
        },
    )


@register.simple_tag(takes_context=True)
def progress(context: Context, label: str, done: int, total: int, url: str = "", every: int = 2, finished: bool = False) -> SafeString:
    """How far a job is. Script asks `url` (this page if empty) again; without script the page refreshes itself.

    The answer is JSON `{"done", "total", "finished"}` or a page that holds this component; when it is finished,
    or the component is gone from the page, the page is loaded anew.
    """
    values = {"label": label, "done": done, "total": total, "url": url, "every": every, "finished": finished}
    values["known"] = total > 0
    values["nonce"] = context.get("csp_nonce", "")
    return _render("progress", values)


@register.simple_tag
def nav_items(items: Iterable[Sequence[Any] | Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Navigation as a page gives it, `(label, url, current)`, perhaps with `waiting`, or a mapping with these keys, in one shape."""
    names = ("label", "url", "current", "waiting")
    return [{"waiting": 0, **(item if isinstance(item, Mapping) else dict(zip(names, item, strict=False)))} for item in items]
