"""ASGI entry: the built front end's files beside Django."""

import os
from typing import cast

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fascicle.settings")
django.setup(set_prefix=False)

from django.conf import settings  # noqa: E402
from starlette.applications import Starlette  # noqa: E402
from starlette.middleware.gzip import GZipMiddleware  # noqa: E402
from starlette.routing import Mount  # noqa: E402
from starlette.staticfiles import StaticFiles  # noqa: E402
from starlette.types import ASGIApp  # noqa: E402

from fascicle.handler import OneThreadHandler  # noqa: E402
from fascicle.partial_body import KeepPartialBody  # noqa: E402


class HashedFiles(StaticFiles):
    """Files whose names carry their content's hash, so browsers may keep them for ever."""

    async def check_config(self) -> None:
        """A front end that is not built, or being built anew, is a 404 and no failure."""

    def file_response(self, *args: object, **kwargs: object) -> object:  # type: ignore[override]
        """Add the cache header to Starlette's own response."""
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


application = Starlette(
    routes=[
        Mount(
            "/assets",
            GZipMiddleware(
                HashedFiles(directory=settings.FRONTEND_DIST / "assets", check_dir=False)
            ),
            name="assets",
        ),
        Mount("/", cast("ASGIApp", KeepPartialBody(OneThreadHandler()))),
    ]
)
