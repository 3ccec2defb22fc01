"""Routes of this app's API."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from training.api.views import RecipeListView, SnapshotViewSet, TrainingRunViewSet

router = SimpleRouter()
router.register("snapshots", SnapshotViewSet, basename="snapshot")
router.register("training-runs", TrainingRunViewSet, basename="training-run")

urlpatterns = [
    path("recipes/", RecipeListView.as_view(), name="recipe-list"),
    path("", include(router.urls)),
]
