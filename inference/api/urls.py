"""Routes of this app's API."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from inference.api.answer_views import AnswerScoreView, ModelFareView, SuggestionAnswerView
from inference.api.live_views import DeviceViewSet, LiveSessionViewSet, RecordingViewSet
from inference.api.suggestion_views import (
    ClipRankView,
    DoubtMapView,
    PreannotationViewSet,
    SuggestionViewSet,
)
from inference.api.views import AliasViewSet, ModelVersionViewSet

router = SimpleRouter()
router.register("model-versions", ModelVersionViewSet, basename="model-version")
router.register("aliases", AliasViewSet, basename="alias")
router.register("preannotations", PreannotationViewSet, basename="preannotation")
router.register("suggestions", SuggestionViewSet, basename="suggestion")
router.register("devices", DeviceViewSet, basename="device")
router.register("live-sessions", LiveSessionViewSet, basename="live-session")
router.register("recordings", RecordingViewSet, basename="recording")

urlpatterns = [
    *router.urls,
    path(
        "suggestions/<uuid:pk>/answers/", SuggestionAnswerView.as_view(), name="suggestion-answers"
    ),
    path("suggestions/<uuid:pk>/doubt-maps/<int:frame>/", DoubtMapView.as_view(), name="doubt-map"),
    path("suggestion-scores/", AnswerScoreView.as_view(), name="suggestion-scores"),
    path("model-versions/<uuid:pk>/fare/", ModelFareView.as_view(), name="model-fare"),
    path("clip-ranks/", ClipRankView.as_view(), name="clip-ranks"),
]
