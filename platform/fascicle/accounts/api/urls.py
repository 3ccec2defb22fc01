"""Routes about people."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from fascicle.accounts.api.preference_views import PreferenceView
from fascicle.accounts.api.views import ApiTokenViewSet, AuditViewSet, MembershipViewSet, MeView

router = SimpleRouter()
router.register("memberships", MembershipViewSet, basename="membership")
router.register("tokens", ApiTokenViewSet, basename="token")
router.register("audit", AuditViewSet, basename="audit")

urlpatterns = [
    *router.urls,
    path("me/", MeView.as_view(), name="me"),
    path("me/preferences/", PreferenceView.as_view(), name="preferences"),
]
