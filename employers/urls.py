"""The counter's pages on employers (/counter/employers/)."""

from django.urls import path

from employers.views import counter

counter_patterns = [
    path("employers/", counter.employers, name="employers"),
    path("employers/new/", counter.employer_new, name="employer_new"),
    path("employers/appointments/<int:pk>/", counter.appointment, name="appointment"),
    path("employers/appointments/<int:pk>/document/", counter.appointment_document, name="appointment_document"),
    path("employers/<str:number>/", counter.employer, name="employer"),
]
