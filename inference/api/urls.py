"""Routes of this app's API."""

from rest_framework.routers import SimpleRouter

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

urlpatterns = router.urls
