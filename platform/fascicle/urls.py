"""Every route of the site. Anything that is not an API path is the front end's."""

from django.urls import include, path, re_path

from fascicle.page import page

handler400 = "fascicle.api.errors.bad_request"
handler404 = "fascicle.api.errors.not_found"
handler500 = "fascicle.api.errors.server_error"

urlpatterns = [
    path("_allauth/", include("allauth.headless.urls")),
    path("api/", include("fascicle.api.urls")),
    path("api/", include("fascicle.accounts.api.urls")),
    path("api/", include("fascicle.jobs.api.urls")),
    path("api/", include("annotation.api.urls")),
    path("api/", include("inference.api.urls")),
    path("api/", include("training.api.urls")),
    re_path(r"^(?!api/|_allauth/|assets/).*$", page),
]
