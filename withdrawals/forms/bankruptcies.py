"""What an officer at a counter types of a member's bankruptcy."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.forms import PapersField, day_field


class BankruptcyForm(forms.Form):
    """From when, until when, why, and the paper that says so."""

    from_date = day_field(_("Muflis mulai"), _("Masukkan hari perintah kebankrapan"))
    to_date = day_field(_("Muflis sehingga"), required=False)
    reason = forms.CharField(
        label=_("Sebab"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Tulis sebabnya: penyelia membacanya")},
    )
    papers = PapersField(
        label=_("Perintah kebankrapan, atau pelepasan daripadanya"), error_messages={"required": _("Imbas dokumen yang membuktikannya")}
    )

    def clean_papers(self) -> Any:
        found = self.cleaned_data["papers"]
        if len(found) > 1:
            raise forms.ValidationError(_("Satu fail sahaja. Gabungkan beberapa halaman dalam satu PDF."))
        return found

    def said(self) -> dict[str, Any]:
        """What is proposed."""
        given = self.cleaned_data
        return {"from_date": given["from_date"], "to_date": given["to_date"], "reason": given["reason"], "paper": given["papers"][0]}
