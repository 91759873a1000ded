"""Saluran makluman: by which ways a member, or who acts for an employer, hears that a notice came. Codes and warnings are sent in any case."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from contributions.views import shared
from kwsp_portal.common import clock
from kwsp_portal.notify import addresses, copies
from kwsp_portal.notify.enums import Channel, Inbox, Whose
from kwsp_portal.notify.models import masked_address
from members import access
from members.identity.gates import member_required, representative_required

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
    """The member's own ways now; a POST changes them."""
    user: Any = request.user
    return _channels(request, "member", Inbox(Whose.MEMBER, access.member_for(user).pk), reader=0)


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def employer_channels(request: HttpRequest) -> HttpResponse:
    """By which ways this person hears of the employer's notices; each who acts for it chooses."""
    employer = shared.employer_of(request)
    return _channels(request, "employer", Inbox(Whose.EMPLOYER, employer.pk), reader=int(request.user.pk or 0), acting_for=employer.name)


def _channels(request: HttpRequest, area: str, inbox: Inbox, *, reader: int, acting_for: str = "") -> HttpResponse:
    user: Any = request.user
    to = _addresses(inbox, reader)
    chosen_now = [channel.value for channel in copies.channels_of(inbox, reader=reader)]
    form = ChannelsForm(request.POST if request.method == "POST" else None, to=to, initial={"channels": chosen_now})
    if form.is_bound and form.is_valid():
        chosen = [Channel(one) for one in form.cleaned_data["channels"]]
        copies.choose(inbox=inbox, channels=chosen, language=user.language, by=user, at=clock.now(), reader=reader)
        messages.success(request, _("Saluran makluman disimpan."))
        return redirect(f"{area}:inbox")
    context = {
        "acting_for": acting_for,
        "inbox_url": reverse(f"{area}:inbox"),
        "form": form,
        "to": to,
        "lacking": [channel for channel in addresses.channels(inbox.whose) if channel not in to],
    }
    return render(request, "frame/inbox_channels.html", context, status=422 if form.is_bound else 200)


def _addresses(inbox: Inbox, reader: int) -> dict[Channel, str]:
    """Of each channel the address now, where there is one."""
    who = addresses.Reader(inbox.whose_id, reader)
    found = {channel: addresses.of(inbox.whose, channel, [who]).get(who, "") for channel in addresses.channels(inbox.whose)}
    return {channel: address for channel, address in found.items() if address}
