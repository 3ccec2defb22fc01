"""Routes of uploads; those of tus stand beside the others at the same addresses."""

from django.urls import path

from annotation.api.upload_views import UploadViewSet
from fascicle.api.any_accept import AnyAccept

urlpatterns = [
    path(
        "uploads/",
        UploadViewSet.as_view({"get": "list", "post": "create"}),
        name="upload-list",
    ),
    path(
        "uploads/<uuid:pk>/",
        UploadViewSet.as_view(
            {
                "get": "retrieve",
                "head": "offset",
                "patch": "partial_update",
                "delete": "destroy",
            }
        ),
        name="upload-detail",
    ),
    path(
        "uploads/<uuid:pk>/release/",
        UploadViewSet.as_view({"post": "release"}),
        name="upload-release",
    ),
    path(
        "uploads/<uuid:pk>/previews/<int:number>/",
        UploadViewSet.as_view({"get": "preview"}, content_negotiation_class=AnyAccept),
        name="upload-preview",
    ),
]
