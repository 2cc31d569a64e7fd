"""The client that most tests of the server use."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from editor import Client


@pytest.fixture
def client() -> Iterator[Client]:
    """A client whose server runs and is not initialized yet; files that always start it the same way override this."""
    made = Client()
    yield made
    made.stop()
