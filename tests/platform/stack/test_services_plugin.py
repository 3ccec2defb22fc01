"""Every test session has a real PostgreSQL and Redis of its own."""

import os

import psycopg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from tests.services_plugin import TestServices


def test_the_database_answers_and_is_postgresql(services: TestServices) -> None:
    with psycopg.connect(services.database_url) as connection:
        row = connection.execute("SHOW server_version_num").fetchone()
    assert row is not None
    assert int(row[0]) >= 160000


def test_redis_answers_and_refuses_to_forget_work(services: TestServices) -> None:
    client = redis.Redis.from_url(services.redis_url)
    assert client.ping()
    assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


def test_redis_wants_its_password(services: TestServices) -> None:
    client = redis.Redis(port=services.redis_port, retry=Retry(NoBackoff(), 0))
    with pytest.raises(redis.AuthenticationError):
        client.ping()


def test_the_settings_read_the_addresses_of_this_session(services: TestServices) -> None:
    from django.conf import settings

    assert os.environ["DATABASE_URL"] == services.database_url
    assert services.redis_url == settings.REDIS_URL
    assert str(settings.DATABASES["default"]["PORT"]) in services.database_url
    assert str(services.state.path) in str(settings.MEDIA_ROOT)
