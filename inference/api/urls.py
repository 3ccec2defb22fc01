"""Routes of this app's API."""

from rest_framework.routers import SimpleRouter

from inference.api.live_views import DeviceViewSet, LiveSessionViewSet, RecordingViewSet
from inference.api.views import (
    AliasViewSet,
    ModelVersionViewSet,
    PreannotationViewSet,
    SuggestionViewSet,
)

router = SimpleRouter()
router.register("model-versions", ModelVersionViewSet, basename="model-version")
router.register("aliases", AliasViewSet, basename="alias")
router.register("preannotations", PreannotationViewSet, basename="preannotation")
router.register("suggestions", SuggestionViewSet, basename="suggestion")
router.register("devices", DeviceViewSet, basename="device")
router.register("live-sessions", LiveSessionViewSet, basename="live-session")
router.register("recordings", RecordingViewSet, basename="recording")

urlpatterns = router.urls
