"""Bad rows taken away as a file and brought back mended."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from contributions import access, forms, problems
from contributions.borang_a import mends_file
from contributions.borang_a.kinds import Kind
from contributions.enums import FilingAction
from contributions.models import Filing, FilingRow
from contributions.services import filing as filings
from contributions.services import mends_file as services
from contributions.services import moves, template
from contributions.services.mends_file import Outcome, Result
from contributions.views import shared
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.documents import downloads
from members.identity.gates import representative_required

WORDS: Final = {
    Outcome.AS_IT_WAS: _("Baris ini sudah sah; tiada apa-apa yang berubah."),
    Outcome.NOT_OF_THIS: _(
        "Baris ini bukan daripada Borang A ini. Muat turun fail baris salah Borang A ini sekali lagi dan jangan ubah lajur Row dan Key."
    ),
    Outcome.TWICE: _("Baris ini ada lebih daripada sekali dalam fail anda: tiada satu pun diambil. Simpan satu sahaja."),
    Outcome.CHANGED: _("Baris ini sudah dibetulkan di portal selepas fail dimuat turun. Muat turun fail sekali lagi jika ia masih salah."),
    Outcome.NOTHING_LEFT: _("Jika baris ini diambil, tiada caruman kena dibayar dalam Borang A ini."),
}


@representative_required
@require_safe
def bad_rows_download(request: HttpRequest, pk: int, kind: Kind) -> HttpResponseBase:
    """The rows that cannot go on, with the reason in each. That it was taken is in the log."""
    employer = shared.employer_of(request)
    found = access.filing_for(employer, pk)
    content = services.file_of(filing=found, kind=kind, reason=_reason)
    name = f"baris-salah-{employer.number}-{WageMonth.of(found.wage_month)}-{found.pk}.{template.ENDINGS[kind]}"
    return downloads.handed_out(request, content, name=name, content_type=template.CONTENT_TYPES[kind], target=found, subjects=[employer])


def _reason(row: FilingRow) -> str:
    return " ".join(f"{problems.sentence(problem)} {problems.mend(problem)}" for problem in row.problems)


@representative_required
@require_http_methods(["GET", "HEAD", "POST"])
def bad_rows_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the file, mend it, bring it back; what became of each of its rows."""
    employer = shared.employer_of(request)
    found = access.filing_for(employer, pk)
    if request.method != "POST":
        return _page(request, found, forms.MendedFileForm())
    form = forms.MendedFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    try:
        results = services.take(filing_id=pk, content=form.cleaned_data["file"].read(), by=request.user, on=clock.business_date())  # type: ignore[arg-type]
    except filings.FileRefused as error:
        for problem in error.problems:
            form.add_error("file", f"{problems.sentence(problem)} {problems.mend(problem)}")
        return _page(request, found, form, status=422)
    except moves.NotAllowed as error:
        status, words = shared.NOT_ALLOWED[error.code]
        return _page(request, access.filing_for(employer, pk), forms.MendedFileForm(), status=status, refused=str(words))
    return _page(request, access.filing_for(employer, pk), forms.MendedFileForm(), results=results)


def _page(
    request: HttpRequest, found: Filing, form: forms.MendedFileForm, *, status: int = 200, refused: str = "", results: list[Result] | None = None
) -> HttpResponse:
    may = FilingAction.MEND in moves.allowed(filing=found, by=request.user, on=clock.business_date())  # type: ignore[arg-type]
    left = [result for result in results or () if result.outcome is not Outcome.TAKEN]
    context: dict[str, Any] = {
        "acting_for": found.employer.name,
        "filing": found,
        "month": WageMonth.of(found.wage_month),
        "may": may,
        "form": form,
        "form_errors": status != 200,
        "refused": refused,
        "bad": found.rows_invalid + found.rows_unmatched,
        "most": mends_file.MOST,
        "handled": results is not None,
        "taken": len(results or ()) - len(left),
        "left": [(result.at, result.line, _said(result)) for result in left],
        **({} if may else shared.present_state(found)),
    }
    return render(request, "contributions/bad_rows_file.html", context, status=status)


def _said(result: Result) -> list[str]:
    if result.outcome is Outcome.STILL_WRONG:
        return [f"{problems.sentence(problem)} {problems.mend(problem)}" for problem in result.problems]
    return [str(WORDS[result.outcome])]
