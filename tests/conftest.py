"""Fixtures every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# no property test depends on how fast the machine happens to be
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

REPOSITORY = Path(__file__).resolve().parents[1]
BROWSER_TESTS = REPOSITORY / "tests" / "browser"


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the working tree."""
    return REPOSITORY


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real clips and images: FASCICLE_SHARED_DATA, or `../shared/data`."""
    named = os.environ.get("FASCICLE_SHARED_DATA")
    folder = Path(named) if named else REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no real data: {folder} is absent (set FASCICLE_SHARED_DATA)")
    return folder


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let browser tests come last, and shipped rows come back after transactional tests.

    The browser's driver keeps an event loop in the main thread until the session ends, and beside
    it no other test can run one of its own.
    A transactional test empties every table. All or none of them must give the shipped rows back:
    Django restores its own rows as well after a test that does not, and those would stand twice.
    """
    items.sort(key=lambda item: BROWSER_TESTS in item.path.parents)
    for item in items:
        for marker in item.iter_markers("django_db"):
            if marker.kwargs.get("transaction"):
                marker.kwargs["serialized_rollback"] = True
