"""Routes of this app's API."""

from annotation.api import (
    agreement_urls,
    clip_urls,
    export_urls,
    practice_urls,
    review_urls,
    set_urls,
    time_urls,
    upload_urls,
)

urlpatterns = [
    *agreement_urls.urlpatterns,
    *clip_urls.urlpatterns,
    *review_urls.urlpatterns,
    *set_urls.urlpatterns,
    *time_urls.urlpatterns,
    *upload_urls.urlpatterns,
    *export_urls.urlpatterns,
    *practice_urls.urlpatterns,
]
