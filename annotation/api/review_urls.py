"""Routes of assignments, the queue and notices."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from annotation.api.assignment_views import AssignmentRuleView, AssignmentViewSet
from annotation.api.notice_views import NoticeMailView, NoticeViewSet
from annotation.api.queue_views import AssignedQueueView, QueueView
from annotation.api.reader_check_views import ReaderCheckViewSet

router = SimpleRouter()
router.register("assignments", AssignmentViewSet, basename="assignment")
router.register("reader-checks", ReaderCheckViewSet, basename="reader-check")
router.register("notices", NoticeViewSet, basename="notice")

urlpatterns = [
    path("notices/mail/", NoticeMailView.as_view(), name="notice-mail"),
    *router.urls,
    path(
        "assignment-rules/<uuid:project_id>/", AssignmentRuleView.as_view(), name="assignment-rule"
    ),
    path("queue/", QueueView.as_view(), name="queue"),
    path("queue/assigned/", AssignedQueueView.as_view(), name="queue-assigned"),
]
