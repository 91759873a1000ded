"""Officers' pages on files of bank agents' receipts: the list, what became of each receipt of one, and a file that an officer brings."""

from typing import Any

from django.contrib import messages as notes
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from contributions import access, forms, labels
from contributions.selectors import receipts as selectors
from contributions.services import matters as matter_services
from contributions.services import receipts as services
from contributions.views.matters import READERS
from kwsp_portal.bank import agents, receipts
from kwsp_portal.common import clock
from kwsp_portal.documents import downloads
from members.identity.gates import officer_required
from members.views import desk

REFUSED = {
    "ENCODING": gettext_lazy("Fail ini bukan teks UTF-8: lihat bait %(found)s."),
    "TORN": gettext_lazy(
        "Fail ini tiada trailer yang lengkap di hujungnya: ia terpotong selepas %(found)s baris. Minta ejen bank menghantarnya semula."
    ),
    "SIGNATURE": gettext_lazy("Tandatangan fail tidak sah: ia diubah, atau bukan daripada bank. Minta ejen bank menghantarnya semula."),
    "HEADER": gettext_lazy("Baris pertama bukan tajuk fail resit: ditemui “%(found)s”."),
    "ROW": gettext_lazy("Baris %(row)s tidak dapat diterima: ditemui “%(found)s”. Bentuk, hari dan amaunnya mesti seperti fail resit."),
    "SELLER": gettext_lazy("Fail ini bukan untuk KWSP: ditemui %(found)s, dijangka %(expected)s."),
    "COUNT": gettext_lazy("Bilangan resit tidak sama dengan trailer: ditemui %(found)s, trailer menyebut %(expected)s."),
    "ROWS": gettext_lazy("Bilangan baris Borang A tidak sama dengan trailer: ditemui %(found)s, trailer menyebut %(expected)s."),
    "TOTAL": gettext_lazy("Jumlah wang tidak sama dengan trailer: ditemui RM %(found)s, trailer menyebut RM %(expected)s."),
    "HASH": gettext_lazy("Jumlah semak tidak sama dengan trailer: ditemui %(found)s, trailer menyebut %(expected)s."),
    "ANOTHER": gettext_lazy("Fail lain dengan nombor ini sudah diterima: ditemui SHA-256 %(found)s…, yang diterima %(expected)s…."),
    "TOO_BIG": gettext_lazy("Fail terlalu besar: dijangka paling banyak %(expected)s MiB."),
}


@officer_required(*READERS)
@require_safe
def receipt_files(request: HttpRequest) -> HttpResponse:
    """The files, the last first."""
    return _list(request, forms.ReceiptFileForm())


@officer_required(*sorted(matter_services.OFFICERS))
@require_POST
def receipt_upload(request: HttpRequest) -> HttpResponse:
    """An officer of payments brings a file."""
    form = forms.ReceiptFileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            found = services.upload(content=_content(form), by=request.user, on=clock.business_date(), at=clock.now())  # type: ignore[arg-type]
        except services.UploadRefused as error:
            form.add_error("file", REFUSED[error.refused.code] % error.refused.figures)
        else:
            notes.success(request, _("Fail resit diterima; setiap resit disemak sebentar lagi."))
            return HttpResponseRedirect(reverse("staff:receipt_file", args=[found.pk]))
    return _list(request, form, status=422)


def _list(request: HttpRequest, form: forms.ReceiptFileForm, *, status: int = 200) -> HttpResponse:
    may = getattr(request.user, "role", "") in matter_services.OFFICERS
    context = {"page": selectors.files_page(request.GET.get("page")), "form": form, "may": may}
    return render(request, "contributions/receipt_files.html", context, status=status)


def _content(form: forms.ReceiptFileForm) -> bytes:
    """Raises services.UploadRefused for one that is larger than any file of receipts."""
    given = form.cleaned_data["file"]
    if given.size > receipts.LARGEST:
        raise services.UploadRefused(services.FileRefused("TOO_BIG", f"{receipts.LARGEST} bytes", expected=receipts.LARGEST // 1024 // 1024))
    content: bytes = given.read()
    return content


@officer_required(*READERS)
@require_safe
def receipt_file(request: HttpRequest, pk: int) -> HttpResponse:
    """One file: its receipts, and that they add up to it by what became of them."""
    found = access.receipt_file_for(pk)
    page = selectors.receipts_page(found, request.GET.get("page"))
    desk.listed(request, "receipts", len(page))
    context: dict[str, Any] = {
        "file": found,
        "page": page,
        "lines": [
            (
                one,
                labels.of_receipt(one.state, one.kind),
                labels.VOLUNTARY_KIND.get(one.kind, ""),
                agents.name(one.agent),
                labels.MODE.get(one.mode, one.mode),
                matter,
                selectors.arrived_on(one),
            )
            for one, matter in selectors.with_matters(page)
        ],
        "standing": [(labels.RECEIPT[state], count, amount) for state, count, amount in selectors.standing(found)],
    }
    return render(request, "contributions/receipt_file.html", context)


@officer_required(*READERS)
@require_safe
def receipt_file_copy(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file as it came; that it was taken is in the log."""
    found = access.receipt_file_for(pk)
    return downloads.stored(request, found.file, target=found, subjects=[])
