"""The story with changes of one's own, served."""

from contextlib import closing

import pytest
from tests.pages import Reader, served


@pytest.fixture
def reader(story):
    with served(story.site.app()) as address, closing(Reader(address, story)) as made:
        yield made
