"""Saluran makluman: by which ways a member hears that a notice came. Codes and warnings are sent in any case."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from kwsp_portal.common import clock
from kwsp_portal.notify import addresses, copies
from kwsp_portal.notify.enums import Channel, Inbox, Whose
from kwsp_portal.notify.models import masked_address
from members import access
from members.identity.gates import member_required

WORDS = {Channel.SMS: gettext_lazy("SMS ke %(to)s"), Channel.EMAIL: gettext_lazy("E-mel ke %(to)s")}


class ChannelsForm(forms.Form):
    """The channels for which the person has an address, each ticked or not."""

    channels = forms.MultipleChoiceField(
        label=gettext_lazy("Beritahu saya tentang makluman baharu melalui"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, to: dict[Channel, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["channels"]
        field.choices = [(channel.value, WORDS[channel] % {"to": masked_address(address)}) for channel, address in to.items()]


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def member_channels(request: HttpRequest) -> HttpResponse:
    """The ways now; a POST changes them."""
    user: Any = request.user
    inbox = Inbox(Whose.MEMBER, access.member_for(user).pk)
    to = _addresses(inbox)
    form = ChannelsForm(
        request.POST if request.method == "POST" else None, to=to, initial={"channels": [channel.value for channel in copies.channels_of(inbox)]}
    )
    if form.is_bound and form.is_valid():
        chosen = [Channel(one) for one in form.cleaned_data["channels"]]
        copies.choose(inbox=inbox, channels=chosen, language=user.language, by=user, at=clock.now())
        messages.success(request, _("Saluran makluman disimpan."))
        return redirect("member:inbox")
    context = {"form": form, "to": to, "lacking": [channel for channel in addresses.channels(Whose.MEMBER) if channel not in to]}
    return render(request, "frame/inbox_channels.html", context, status=422 if form.is_bound else 200)


def _addresses(inbox: Inbox) -> dict[Channel, str]:
    """Of each channel the address now, where there is one."""
    found = {channel: addresses.of(inbox.whose, channel, [inbox.whose_id]).get(inbox.whose_id, "") for channel in addresses.channels(inbox.whose)}
    return {channel: address for channel, address in found.items() if address}
