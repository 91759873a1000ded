"""The counter's pages on members (/counter/), the member's own account for payments and dividends (/member/), and the rates for all (/help/)."""

from django.urls import path

from members.views import (
    bank_account,
    bank_names,
    blocking,
    counter_bank_account,
    dividends,
    initial_transfer,
    lookup,
    member,
    officers,
    phone_removal,
    queue,
    registering,
    shariah,
)

counter_patterns = [
    path("", lookup.search, name="search"),
    path("members/new/", registering.register, name="register"),
    path("members/<str:number>/", member.member, name="member"),
    path("members/<str:number>/correct/", registering.correct, name="correct"),
    path("members/<str:number>/bank-account/", counter_bank_account.show, name="member_bank_account"),
    path("members/<str:number>/phone/remove/", phone_removal.remove, name="phone_remove"),
    path("slips/<int:pk>/", member.slip, name="slip"),
    path("queue/", queue.queue, name="queue"),
    path("queue/<int:pk>/", queue.proposal, name="proposal"),
    path("queue/<int:pk>/documents/<int:file>/", queue.document, name="document"),
    path("bank-accounts/", bank_names.listing, name="bank_accounts"),
    path("bank-accounts/<int:pk>/", bank_names.one, name="bank_account"),
]
member_patterns = [
    path("bank-account/", bank_account.show, name="bank_account"),
    path("bank-account/change/", bank_account.change, name="bank_account_change"),
    path("bank-account/cancel/", bank_account.cancel, name="bank_account_cancel"),
    path("initial-transfer/", initial_transfer.transfer, name="initial_transfer"),
    path("dividends/", dividends.listing, name="dividends"),
    path("shariah/", shariah.choose, name="shariah"),
    path("dividends/<int:pk>/", dividends.one, name="dividend"),
]
help_patterns = [path("dividends/", dividends.declared, name="dividends")]
staff_patterns = [
    path("users/", blocking.users, name="users"),
    path("users/<int:pk>/", blocking.user, name="user"),
    path("officers/", officers.listing, name="officers"),
    path("officers/<int:pk>/", officers.officer, name="officer"),
]
