"""The schema of the API as OpenAPI, for programs."""

from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import AllowAny

show = SpectacularAPIView.as_view(permission_classes=[AllowAny], authentication_classes=[])
