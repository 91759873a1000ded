"""What every page of the demo asks first."""

from django.conf import settings
from django.http import Http404


def only_in_demo() -> None:
    """Raises Http404 where this is no demo."""
    if not settings.DEMO:
        raise Http404
