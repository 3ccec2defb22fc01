"""Routes of annotation sets and remarks."""

from rest_framework.routers import SimpleRouter

from annotation.api.set_views import AnnotationSetViewSet, IssueViewSet

router = SimpleRouter()
router.register("annotation-sets", AnnotationSetViewSet, basename="annotation-set")
router.register("issues", IssueViewSet, basename="issue")

urlpatterns = router.urls
