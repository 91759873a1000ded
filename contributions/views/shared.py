"""What the employer's pages have in common."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from contributions.services import moves
from employers import access as employers_access
from employers.models import Employer

NOT_ALLOWED = {
    "WRONG_STATE": (409, gettext_lazy("Ini tidak boleh dibuat lagi: rakan sekerja mungkin sudah membuatnya. Keadaan terkini ditunjukkan di bawah.")),
    "NO_RIGHT": (403, gettext_lazy("Peranan anda tidak membenarkan tindakan ini. Mohon pentadbir majikan anda.")),
    "OWN_WORK": (403, gettext_lazy("Anda menyediakan Borang A ini. Orang lain mesti meluluskan atau memulangkannya.")),
    "DECLARATION_MISSING": (422, gettext_lazy("Tandakan pengakuan sebelum menghantar")),
    "COMMENT_MISSING": (422, gettext_lazy("Tulis sebab supaya penyedia tahu apa yang perlu dibetulkan")),
}


def employer_of(request: HttpRequest) -> Employer:
    """The employer the signed-in representative acts for. Raises Http404."""
    return employers_access.employer_for(request.user, request.session.get("employer_number"))  # type: ignore[arg-type]


def refused(request: HttpRequest, template: str, context: dict[str, Any], error: moves.NotAllowed) -> HttpResponse:
    """The page again, with why the act was refused at its top."""
    status, words = NOT_ALLOWED[error.code]
    return render(request, template, {**context, "refused": words, "form_errors": True}, status=status)
