"""Every pair of colours that carries meaning is readable in both themes: text 4.5 to 1, edges and focus 3 to 1 (WCAG 1.4.3, 1.4.11)."""

import re

import pytest

from tests.design.conftest import ROOT

TOKENS = ROOT / "kwsp_portal" / "static" / "css" / "tokens.css"
DECLARED = re.compile(r"--([a-z-]+):\s*(#[0-9a-f]{6})\s*;")

GROUNDS = ("ground", "surface", "washed")
STATES = ("info", "good", "warn", "bad")
TEXT_PAIRS = [
    *[(text, ground) for text in ("text", "muted", "link", "link-over") for ground in GROUNDS],
    *[(text, f"{state}-ground") for text in ("text", "muted", "link", "link-over") for state in STATES],
    *[(f"{state}-text", f"{state}-ground") for state in STATES],
    *[("bad-text", ground) for ground in GROUNDS],
    ("act-text", "act"),
    ("act-text", "act-over"),
    ("danger-text", "danger"),
    ("danger-text", "danger-over"),
    ("hero-text", "hero-from"),
    ("hero-text", "hero-to"),
    ("hero-muted", "hero-from"),
    ("hero-muted", "hero-to"),
]
EDGE_PAIRS = [
    *[(edge, ground) for edge in ("edge", "focus", "act") for ground in GROUNDS],
    *[("focus", f"{state}-ground") for state in STATES],
    *[(f"{state}-edge", ground) for state in STATES for ground in ("ground", "surface", f"{state}-ground")],
    *[(f"tone-{tone}", "surface") for tone in "abcde"],
    ("hero-text", "hero-from"),
]


def _themes() -> dict[str, dict[str, str]]:
    """The tokens of each theme; the dark one changes some of the light one's."""
    light_css, _, dark_css = TOKENS.read_text().partition("@media (prefers-color-scheme: dark)")
    light = dict(DECLARED.findall(light_css))
    return {"light": light, "dark": {**light, **dict(DECLARED.findall(dark_css))}}


def _luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[position : position + 2], 16) / 255 for position in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """From 1 (the same) to 21 (black on white)."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_computed_as_the_guideline_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("words", "ground"), TEXT_PAIRS)
def test_words_stand_out(theme: str, words: str, ground: str) -> None:
    colours = _themes()[theme]

    assert contrast(colours[words], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGE_PAIRS)
def test_edges_and_focus_stand_out(theme: str, edge: str, ground: str) -> None:
    colours = _themes()[theme]

    assert contrast(colours[edge], colours[ground]) >= 3
