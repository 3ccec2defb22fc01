"""Routes of the practice room."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from annotation.api.practice_views import (
    AttemptViewSet,
    CourseViewSet,
    EnrolmentViewSet,
    PracticeProgressView,
    QuestionViewSet,
)

router = SimpleRouter()
router.register("courses", CourseViewSet, basename="course")
router.register("questions", QuestionViewSet, basename="question")
router.register("enrolments", EnrolmentViewSet, basename="enrolment")
router.register("attempts", AttemptViewSet, basename="attempt")

urlpatterns = [
    *router.urls,
    path("practice-progress/", PracticeProgressView.as_view(), name="practice-progress"),
]
