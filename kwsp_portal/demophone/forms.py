"""The fault panel: free choices of the person, or of a test, checked against the closed lists."""

from enum import StrEnum
from typing import Any

from django import forms

from kwsp_portal.demophone.enums import Answer, Carriage, Reporting


def _choices(kind: type[StrEnum]) -> list[tuple[str, str]]:
    return [(one.value, one.value) for one in kind]


class BehaviourForm(forms.Form):
    """What is left out is as a provider normally behaves."""

    answer = forms.ChoiceField(choices=_choices(Answer), required=False)
    carriage = forms.ChoiceField(choices=_choices(Carriage), required=False)
    reporting = forms.ChoiceField(choices=_choices(Reporting), required=False)
    delay_seconds = forms.IntegerField(min_value=0, max_value=600, required=False)
    to = forms.CharField(max_length=254, required=False)
    left = forms.IntegerField(min_value=0, max_value=10_000, required=False)

    def clean(self) -> dict[str, Any]:
        """With everything filled in."""
        data = super().clean() or {}
        usual = {"answer": Answer.NORMAL, "carriage": Carriage.NORMAL, "reporting": Reporting.NORMAL, "delay_seconds": 0, "to": "", "left": 0}
        return {name: data.get(name) or value for name, value in usual.items()}
