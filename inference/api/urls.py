"""Routes of this app's API."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from inference.api.answer_views import AnswerScoreView, SuggestionAnswerView
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

urlpatterns = [
    *router.urls,
    path(
        "suggestions/<uuid:pk>/answers/", SuggestionAnswerView.as_view(), name="suggestion-answers"
    ),
    path("suggestion-scores/", AnswerScoreView.as_view(), name="suggestion-scores"),
]
