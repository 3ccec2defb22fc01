"""Routes of exports."""

from rest_framework.routers import SimpleRouter

from annotation.api.export_views import ExportViewSet

router = SimpleRouter()
router.register("exports", ExportViewSet, basename="export")

urlpatterns = router.urls
