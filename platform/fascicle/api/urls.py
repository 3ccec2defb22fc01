"""Routes about the site itself."""

from django.urls import path
from drf_spectacular.views import SpectacularJSONAPIView

from fascicle.api.views import HealthView

urlpatterns = [
    path("health/", HealthView.as_view(), name="health"),
    path("schema/", SpectacularJSONAPIView.as_view(), name="schema"),
]
