"""How a rule says no."""

from collections.abc import Mapping


class Refusal(Exception):
    """A provision that stands in the way: raised by rules that must answer with an amount, returned by rules that only judge.

    `code` is stable and UPPER_SNAKE, `provision` cites the law, `details` holds the figures as text for the words on screen
    (dates ISO, amounts with two decimals). Two refusals with the same content are equal.
    """

    def __init__(self, code: str, provision: str, details: Mapping[str, str] | None = None) -> None:
        self.code = code
        self.provision = provision
        self.details: Mapping[str, str] = dict(details or {})
        super().__init__(code, provision, self.details)

    def __str__(self) -> str:
        figures = ", ".join(f"{name} {value}" for name, value in self.details.items())
        return f"{self.code} ({self.provision}){': ' + figures if figures else ''}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Refusal) and self.args == other.args

    def __hash__(self) -> int:
        return hash((self.code, self.provision, tuple(sorted(self.details.items()))))
