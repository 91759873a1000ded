"""The counter's pages on employers (/counter/employers/), and the administrator's on who acts for the employer (/employer/people/…)."""

from django.urls import path

from employers.views import acting, appointments, counter, flow, people, phone_removal

counter_patterns = [
    path("employers/", counter.employers, name="employers"),
    path("employers/new/", counter.employer_new, name="employer_new"),
    path("employers/appointments/<int:pk>/", appointments.appointment, name="appointment"),
    path("employers/appointments/<int:pk>/document/", appointments.appointment_document, name="appointment_document"),
    path("employers/proposals/<int:pk>/", appointments.proposal, name="appointment_proposal"),
    path("employers/proposals/<int:pk>/document/", appointments.proposal_document, name="appointment_proposal_document"),
    path("employers/people/<int:pk>/phone/remove/", phone_removal.remove, name="person_phone_remove"),
    path("employers/<str:number>/", counter.employer, name="employer"),
]

employer_patterns = [
    path("switch/", acting.switch, name="switch"),
    path("people/", people.listing, name="people"),
    path("people/flow/", flow.choose, name="approval_flow"),
    path("people/new/", people.appoint, name="person_new"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/invite/", people.invite, name="person_invite"),
    path("people/<int:pk>/role/", people.role, name="person_role"),
    path("people/<int:pk>/phone/", people.phone, name="person_phone"),
    path("people/<int:pk>/remove/", people.remove, name="person_remove"),
]
