"""What officers type about a withdrawal, and about their relatives."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members import labels as members_labels
from members.enums import IdentityKind
from withdrawals import labels
from withdrawals.enums import DocumentCode, Relation, StopReason
from withdrawals.forms.amounts import MoneyField

WORDS_MOST = 1000


def _words(label: Any, missing: Any, *, required: bool = True) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, max_length=WORDS_MOST, required=required, widget=area, error_messages={"required": missing})


class SeenForm(forms.Form):
    """Which version of the case the officer has before them."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class ApproveForm(SeenForm):
    """All that was asked where no amount is typed."""

    amount = MoneyField(label=_("Jumlah yang diluluskan (RM)"), required=False)
    comment = _words(_("Kata-kata kepada ahli (jika kurang daripada yang dimohon)"), "", required=False)


class AskForm(SeenForm):
    """Which papers, and what for; where it names an account of an institution or lender, also whether that is to be another."""

    papers = forms.MultipleChoiceField(label=_("Dokumen yang diperlukan"), required=False, widget=forms.CheckboxSelectMultiple)
    account = forms.BooleanField(label=_("Akaun penerima tidak sama seperti pada dokumen: minta akaun yang betul"), required=False)
    comment = _words(_("Apa yang diperlukan, dan mengapa"), _("Tulis apa yang diperlukan: ahli membacanya"))

    def __init__(self, *args: Any, codes: Iterable[DocumentCode], named: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not named:
            del self.fields["account"]
        field = self.fields["papers"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - said by the declaration above
        field.choices = [(code.value, labels.DOCUMENT[code]) for code in (*codes, DocumentCode.OTHER)]

    def clean_papers(self) -> list[DocumentCode]:
        return [DocumentCode(code) for code in self.cleaned_data["papers"]]


class AskAccountForm(SeenForm):
    """What is wrong with the account of the institution or lender, in words that the member reads."""

    comment = _words(_("Apa yang tidak sama"), _("Tulis apa yang tidak sama: ahli membacanya"))


class RefuseForm(SeenForm):
    """Why it is refused, in words that the member reads."""

    comment = _words(_("Sebab permohonan ini ditolak"), _("Tulis sebab: ahli membacanya"))


class SendBackForm(SeenForm):
    """What the first officer is to look at again."""

    comment = _words(_("Apa yang perlu disemak semula"), _("Tulis apa yang perlu disemak semula"))


class StopForm(SeenForm):
    """For what KWSP ends what it approved, with words that the member reads."""

    reason = forms.ChoiceField(label=_("Sebab dihentikan"), widget=forms.RadioSelect, error_messages={"required": _("Pilih sebabnya")})
    comment = _words(_("Apa yang diketahui, dan dari mana"), _("Tulis apa yang diketahui: ahli membacanya"))

    def __init__(self, *args: Any, reasons: Iterable[StopReason], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["reason"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - said by the declaration above
        field.choices = [(one.value, labels.STOPPED[one]) for one in reasons]

    def clean_reason(self) -> StopReason:
        return StopReason(self.cleaned_data["reason"])


class RelativeForm(forms.Form):
    """A relative by the identity card."""

    kind = forms.ChoiceField(label=_("Jenis pengenalan"), choices=[(kind.value, members_labels.IDENTITY_KINDS[kind]) for kind in IdentityKind])
    number = forms.CharField(label=_("No. pengenalan"), max_length=20, error_messages={"required": _("Tulis nombor pengenalan saudara anda")})
    relation = forms.ChoiceField(label=_("Hubungan"), choices=[(one.value, labels.RELATION[one]) for one in Relation])


class RelativeEndForm(forms.Form):
    """Why a declaration ends."""

    reason = forms.CharField(label=_("Sebab ditamatkan"), max_length=200, error_messages={"required": _("Tulis sebabnya")})
