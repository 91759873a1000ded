"""The fault panel: free choices of the person, or of a test, checked against the closed lists."""

from enum import StrEnum

from django import forms

from kwsp_portal.demobank.enums import Direct, Fault, Result, Return
from kwsp_portal.demobank.services import Behaviour


def _choices(kind: type[StrEnum]) -> list[tuple[str, str]]:
    return [(one.value, one.value) for one in kind]


class BehaviourForm(forms.Form):
    """What is left out is as a bank normally behaves."""

    result = forms.ChoiceField(choices=_choices(Result), required=False)
    direct = forms.ChoiceField(choices=_choices(Direct), required=False)
    delay_seconds = forms.IntegerField(min_value=1, max_value=600, required=False)
    copies = forms.IntegerField(min_value=2, max_value=5, required=False)
    returns = forms.ChoiceField(choices=_choices(Return), required=False)
    fault = forms.ChoiceField(choices=_choices(Fault), required=False)

    def behaviour(self) -> Behaviour:
        data = self.cleaned_data
        usual = Behaviour()
        return Behaviour(
            result=Result(data["result"] or usual.result),
            direct=Direct(data["direct"] or usual.direct),
            delay_seconds=data["delay_seconds"] or usual.delay_seconds,
            copies=data["copies"] or usual.copies,
            returns=Return(data["returns"] or usual.returns),
            fault=Fault(data["fault"] or usual.fault),
        )
