"""Files that leave the portal through a browser: always as attachments, which it never shows by itself, and each in the trail."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from kwsp_portal import audit
from kwsp_portal.audit.services import Subjects, Target
from kwsp_portal.documents.models import StoredFile

BYTES = "application/octet-stream"
CSV = "text/csv; charset=utf-8"


def attachment(content: bytes | str | Iterator[str], *, name: str, content_type: str = CSV) -> HttpResponseBase:
    """What is nobody's, or stands in the trail by an act of its own. Of the name only what no header, shell or file system takes for more is left."""
    answer: HttpResponseBase
    if isinstance(content, bytes | str):
        answer = HttpResponse(content, content_type=content_type)
    else:
        answer = StreamingHttpResponse(content, content_type=content_type)
    safe = "".join(sign if (sign.isascii() and sign.isalnum()) or sign in "._-" else "-" for sign in name)
    answer["Content-Disposition"] = f'attachment; filename="{safe}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def handed_out(
    request: HttpRequest, content: bytes | str, *, name: str, content_type: str = CSV, target: Target, subjects: Subjects
) -> HttpResponseBase:
    """Something of somebody's: they read in the own log who took it, and which file."""
    by: Any = request.user
    audit.record(
        actor=by, action="file.download", target=target, data={"name": name[:100]}, subjects=subjects, ip=request.META.get("REMOTE_ADDR") or None
    )
    return attachment(content, name=name, content_type=content_type)


def stored(request: HttpRequest, file: StoredFile, *, target: Target, subjects: Iterable[Any]) -> HttpResponseBase:
    """An uploaded file as it came; `target` is what it was uploaded for."""
    return handed_out(request, bytes(file.content), name=file.name, content_type=BYTES, target=target, subjects=subjects)
