"""Routes of this app's API."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from training.api.comparison_views import ModelComparisonView
from training.api.export_views import ModelExportViewSet
from training.api.fold_log_view import FoldLogView
from training.api.report_views import (
    FoldPredictionsView,
    RunReportFigureView,
    RunReportFileView,
    RunReportPictureView,
    RunReportView,
)
from training.api.views import RecipeListView, SnapshotViewSet, TrainingRunViewSet

router = SimpleRouter()
router.register("model-exports", ModelExportViewSet, basename="model-export")
router.register("snapshots", SnapshotViewSet, basename="snapshot")
router.register("training-runs", TrainingRunViewSet, basename="training-run")

_RUN = "training-runs/<uuid:pk>"

urlpatterns = [
    path("model-comparisons/", ModelComparisonView.as_view(), name="model-comparison"),
    path("recipes/", RecipeListView.as_view(), name="recipe-list"),
    path(f"{_RUN}/report/", RunReportView.as_view(), name="run-report"),
    path(f"{_RUN}/report/html/", RunReportFileView.as_view(), name="run-report-html"),
    path(f"{_RUN}/report/pdf/", RunReportFileView.as_view(as_pdf=True), name="run-report-pdf"),
    path(
        f"{_RUN}/report/figures/<slug:name>/",
        RunReportFigureView.as_view(),
        name="run-report-figure",
    ),
    path(
        f"{_RUN}/report/frames/<int:number>/",
        RunReportPictureView.as_view(),
        name="run-report-frame",
    ),
    path(
        f"{_RUN}/folds/<int:index>/predictions/",
        FoldPredictionsView.as_view(),
        name="fold-predictions",
    ),
    path(f"{_RUN}/folds/<int:index>/log/", FoldLogView.as_view(), name="fold-log"),
    path("", include(router.urls)),
]
