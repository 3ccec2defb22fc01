"""Routes of annotation sets and remarks."""

from rest_framework.routers import SimpleRouter

from annotation.api.issue_views import IssueViewSet
from annotation.api.propagation_views import PropagationViewSet
from annotation.api.set_views import AnnotationSetViewSet

router = SimpleRouter()
router.register("annotation-sets", AnnotationSetViewSet, basename="annotation-set")
router.register("propagations", PropagationViewSet, basename="propagation")
router.register("issues", IssueViewSet, basename="issue")

urlpatterns = router.urls
