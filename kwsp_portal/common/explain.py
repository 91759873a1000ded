"""An explanation as data: steps with figures, rendered into words elsewhere and only when somebody reads them.

Stored as JSON beside a figure, it can be said ten years later, in either language, as it was reckoned (house style 17).
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

_NO_FIGURES: Final[Mapping[str, str]] = {}


class Step(NamedTuple):
    """One step of a reckoning. A tuple, because an explanation has ten of them and a correction run explains many lines.

    `code` chooses the sentence. `figures` are plain text: amounts `756.00`, rates `0.11`, days `2026-10-15`, months `2026-10`.
    `citation` names the provisions or sources of a rate file (`third_schedule/act_43; third_schedule/seed_001`); `rates.citations` finds
    their words. `assumed` is empty, or names the value of a rate file that carries the reason (`third_schedule/rounding.exact@2019-01-01`);
    `rates.assumption` finds it.
    """

    code: str
    figures: Mapping[str, str] = _NO_FIGURES
    citation: str = ""
    assumed: str = ""

    def to_json(self) -> dict[str, Any]:
        """What a JSON column keeps; `from_json` is the way back."""
        return {"code": self.code, "figures": dict(self.figures), "citation": self.citation, "assumed": self.assumed}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Step":
        return cls(stored["code"], stored["figures"], stored["citation"], stored["assumed"])
