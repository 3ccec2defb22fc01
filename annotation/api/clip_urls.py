"""Routes of procedures, projects, subjects and clips."""

from rest_framework.routers import SimpleRouter

from annotation.api.clip_views import ClipViewSet
from annotation.api.project_views import ProcedureViewSet, ProjectViewSet, SubjectViewSet

router = SimpleRouter()
router.register("procedures", ProcedureViewSet, basename="procedure")
router.register("projects", ProjectViewSet, basename="project")
router.register("subjects", SubjectViewSet, basename="subject")
router.register("clips", ClipViewSet, basename="clip")

urlpatterns = router.urls
