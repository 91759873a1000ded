"""The counter's pages on members (/counter/)."""

from django.urls import path

from members.views import lookup, member, queue, registering

counter_patterns = [
    path("", lookup.search, name="search"),
    path("members/new/", registering.register, name="register"),
    path("members/<str:number>/", member.member, name="member"),
    path("members/<str:number>/correct/", registering.correct, name="correct"),
    path("slips/<int:pk>/", member.slip, name="slip"),
    path("queue/", queue.queue, name="queue"),
    path("queue/<int:pk>/", queue.proposal, name="proposal"),
    path("queue/<int:pk>/documents/<int:file>/", queue.document, name="document"),
]
