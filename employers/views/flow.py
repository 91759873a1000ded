"""The administrator's page on how filings are approved: with a checker, or without (/employer/people/flow/)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from employers import access, forms, labels, selectors
from employers.enums import ApprovalFlow, UnderWay
from employers.services import flow, leave
from employers.views.coded import CodedAct
from members.identity.enums import Purpose
from members.identity.gates import representative_required


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """Which flow holds, what each means, and what becomes of what waits for approval."""
    return ChoosingFlow(request).answer()


class ChoosingFlow(CodedAct):
    template = "employers/flow.html"
    action = "employer.flow"
    purpose = Purpose.APPROVAL_FLOW

    def prepare(self) -> None:
        self.now = access.flow_of(self.employer.pk)
        self.waiting = flow.waiting(self.employer)
        self.form = forms.FlowForm(self.sent(), waiting=bool(self.waiting))
        self.flow = ApprovalFlow(self.typed().get("flow", self.now))
        self.under_way = UnderWay(self.typed().get("under_way") or UnderWay.NONE)

    def shown(self) -> dict[str, str]:
        count = sum(number for _words, number in self.waiting)
        return leave.to_choose_flow(self.employer, flow=self.flow, under_way=self.under_way, count=count)

    def check(self) -> None:
        flow.check(employer=self.employer, flow=self.flow, under_way=self.under_way, by=self.by, on=self.on)

    def do(self, **leave: Any) -> None:
        flow.choose(employer=self.employer, flow=self.flow, under_way=self.under_way, **leave)

    def did(self) -> bool:
        last = selectors.last_flow_choice(self.employer)
        return "tac" in self.request.POST and last is not None and last.flow == self.flow and last.chosen_by_id == self.by.pk

    def done(self) -> HttpResponse:
        messages.success(self.request, _("Borang A dan pilihan kini diluluskan %(flow)s.") % {"flow": labels.FLOWS[self.flow]})
        return HttpResponseRedirect(reverse("employer:people"))

    def context(self) -> dict[str, Any]:
        return {
            "flow": labels.FLOW_CHOICES[self.now],
            "chosen": selectors.last_flow_choice(self.employer),
            "waiting": self.waiting,
            "alone": selectors.only_one_could_act(self.employer, on=self.on),
        }
