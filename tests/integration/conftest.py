from __future__ import annotations

import pytest

from tests.services import fresh_database, running_postgres


@pytest.fixture(scope="session")
def postgres(tmp_path_factory):
    """The URL of a PostgreSQL server."""
    with running_postgres(tmp_path_factory.mktemp("service")) as url:
        yield url


@pytest.fixture
def postgres_url(postgres):
    """The URL of an empty database."""
    with fresh_database(postgres) as url:
        yield url
