"""Pages of withdrawals: a member's (/member/withdrawals/), the counter's (/counter/), the desk's (/staff/withdrawals/), and everybody's."""

from django.urls import path

from withdrawals.views import (
    answering,
    applications,
    applying,
    bank_answers,
    bankruptcies,
    counter,
    counter_acts,
    creditors,
    desk,
    estimating,
    holidays,
    papers,
    public,
)

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
    path("withdrawals/<str:number>/renew/", applications.renew, name="withdrawal_renew"),
    path("withdrawals/<str:number>/creditor/", creditors.own, name="withdrawal_creditor"),
    path("withdrawals/<str:number>/answer/", answering.answer, name="withdrawal_answer"),
    path("withdrawals/<str:number>/documents/<int:pk>/", papers.document, name="withdrawal_document"),
    path("withdrawals/<str:number>/documents/<int:pk>/small/", papers.thumbnail, name="withdrawal_document_small"),
    path("withdrawals/<str:number>/documents/<int:pk>/remove/", papers.document_remove, name="withdrawal_document_remove"),
]
counter_patterns = [
    path("members/<str:number>/withdrawals/", counter.withdrawals, name="withdrawals"),
    path("withdrawals/<str:number>/", counter.application, name="withdrawal"),
    path("withdrawals/<str:number>/apply/<slug:step>/", counter.step, name="withdrawal_step"),
    path("withdrawals/<str:number>/discard/", counter.discard, name="withdrawal_discard"),
    path("withdrawals/<str:number>/answer/", counter.answer, name="withdrawal_answer"),
    path("withdrawals/<str:number>/answer/notice/", counter_acts.answer, name="withdrawal_answer_notice"),
    path("withdrawals/<str:number>/cancel/", counter_acts.cancel, name="withdrawal_cancel"),
    path("withdrawals/<str:number>/appeal/", counter_acts.appeal, name="withdrawal_appeal"),
    path("withdrawals/<str:number>/renew/", counter_acts.renew, name="withdrawal_renew"),
    path("withdrawals/<str:number>/creditor/", creditors.at_counter, name="withdrawal_creditor"),
    path("withdrawals/<str:number>/documents/<int:pk>/", counter.document, name="withdrawal_document"),
    path("withdrawals/<str:number>/documents/<int:pk>/small/", counter.document_small, name="withdrawal_document_small"),
    path("withdrawals/<str:number>/documents/<int:pk>/remove/", counter.document_remove, name="withdrawal_document_remove"),
    path("members/<str:number>/bankruptcy/", bankruptcies.bankruptcy, name="bankruptcy"),
    path("bankruptcies/<int:pk>/", bankruptcies.proposal, name="bankruptcy_proposal"),
    path("bankruptcies/<int:pk>/document/", bankruptcies.document, name="bankruptcy_document"),
]
calculator_patterns = [path("withdrawal/", public.calculate, name="withdrawal")]
help_patterns = [path("withdrawals/", public.kinds, name="withdrawals")]
staff_patterns = [
    path("holidays/", holidays.holidays, name="holidays"),
    path("holidays/<int:pk>/take-back/", holidays.take_back, name="holiday_take_back"),
    path("withdrawals/", desk.queue, name="withdrawals"),
    path("withdrawals/payouts/", bank_answers.files, name="withdrawal_payout_files"),
    path("withdrawals/payouts/waiting/", bank_answers.waiting, name="withdrawal_payouts_waiting"),
    path("withdrawals/payouts/<int:pk>/", bank_answers.file, name="withdrawal_payout_file"),
    path("withdrawals/relatives/", desk.own_relatives, name="withdrawal_relatives"),
    path("withdrawals/relatives/<int:pk>/end/", desk.relative_end, name="withdrawal_relative_end"),
    path("withdrawals/<int:pk>/", desk.case, name="withdrawal"),
    path("withdrawals/<int:pk>/decide/", desk.decide, name="withdrawal_decide"),
    path("withdrawals/<int:pk>/documents/<int:document>/", desk.document, name="withdrawal_document"),
    path("withdrawals/<int:pk>/documents/<int:document>/small/", desk.document_small, name="withdrawal_document_small"),
    path("withdrawals/<int:pk>/creditors/<int:creditor>/check/", creditors.check, name="withdrawal_creditor_check"),
    path("withdrawals/<int:pk>/documents/<int:document>/check/", desk.document_check, name="withdrawal_document_check"),
]
