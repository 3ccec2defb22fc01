"""Routes of annotation sets, remarks and the queue."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from annotation.api.propagation_views import PropagationViewSet
from annotation.api.queue_views import QueueView
from annotation.api.set_views import AnnotationSetViewSet, IssueViewSet

router = SimpleRouter()
router.register("annotation-sets", AnnotationSetViewSet, basename="annotation-set")
router.register("propagations", PropagationViewSet, basename="propagation")
router.register("issues", IssueViewSet, basename="issue")

urlpatterns = [*router.urls, path("queue/", QueueView.as_view(), name="queue")]
