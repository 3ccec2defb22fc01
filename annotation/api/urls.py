"""Routes of this app's API."""

from annotation.api import set_urls

urlpatterns = [*set_urls.urlpatterns]
