from __future__ import annotations

import pytest

from tests.ollamas import running_ollama
from tests.services import fresh_database, running_chroma, running_postgres


@pytest.fixture(scope="session")
def postgres():
    """The URL of a PostgreSQL server."""
    with running_postgres() as url:
        yield url


@pytest.fixture
def postgres_url(postgres):
    """The URL of an empty database."""
    with fresh_database(postgres) as url:
        yield url


@pytest.fixture(scope="session")
def chroma_url():
    """The URL of a Chroma server, which all tests share."""
    with running_chroma() as url:
        yield url


@pytest.fixture(scope="session")
def ollama():
    """A server that speaks Ollama's language."""
    with running_ollama() as server:
        yield server
