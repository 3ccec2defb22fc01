"""Routes of active time."""

from django.urls import path

from annotation.api.time_views import ActiveTimeView, WorkTimeView

urlpatterns = [
    path("clips/<uuid:pk>/active-time/", ActiveTimeView.as_view(), name="active-time"),
    path("work-time/", WorkTimeView.as_view(), name="work-time"),
]
