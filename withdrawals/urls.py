"""A member's pages of withdrawals (/member/withdrawals/), the public list of kinds and the public calculator."""

from django.urls import path

from withdrawals.views import applications, applying, desk, estimating, papers, public

member_patterns = [
    path("withdrawals/", applications.applications, name="withdrawals"),
    path("withdrawals/estimate/", estimating.estimate, name="withdrawal_estimate"),
    path("withdrawals/kinds/<slug:slug>/", estimating.kind, name="withdrawal_kind"),
    path("withdrawals/<str:number>/", applications.application, name="withdrawal"),
    path("withdrawals/<str:number>/apply/", applying.guide, name="withdrawal_guide"),
    path("withdrawals/<str:number>/apply/<slug:step>/", applying.step, name="withdrawal_step"),
    path("withdrawals/<str:number>/discard/", applying.discard, name="withdrawal_discard"),
    path("withdrawals/<str:number>/done/", applying.done, name="withdrawal_done"),
    path("withdrawals/<str:number>/cancel/", applications.cancel, name="withdrawal_cancel"),
    path("withdrawals/<str:number>/appeal/", applications.appeal, name="withdrawal_appeal"),
    path("withdrawals/<str:number>/answer/", applications.answer, name="withdrawal_answer"),
    path("withdrawals/<str:number>/documents/<int:pk>/", papers.document, name="withdrawal_document"),
    path("withdrawals/<str:number>/documents/<int:pk>/small/", papers.thumbnail, name="withdrawal_document_small"),
    path("withdrawals/<str:number>/documents/<int:pk>/remove/", papers.document_remove, name="withdrawal_document_remove"),
]
calculator_patterns = [path("withdrawal/", public.calculate, name="withdrawal")]
help_patterns = [path("withdrawals/", public.kinds, name="withdrawals")]
staff_patterns = [
    path("withdrawals/", desk.queue, name="withdrawals"),
    path("withdrawals/relatives/", desk.own_relatives, name="withdrawal_relatives"),
    path("withdrawals/relatives/<int:pk>/end/", desk.relative_end, name="withdrawal_relative_end"),
    path("withdrawals/<int:pk>/", desk.case, name="withdrawal"),
    path("withdrawals/<int:pk>/decide/", desk.decide, name="withdrawal_decide"),
    path("withdrawals/<int:pk>/documents/<int:document>/", desk.document, name="withdrawal_document"),
    path("withdrawals/<int:pk>/documents/<int:document>/small/", desk.document_small, name="withdrawal_document_small"),
    path("withdrawals/<int:pk>/documents/<int:document>/check/", desk.document_check, name="withdrawal_document_check"),
]
