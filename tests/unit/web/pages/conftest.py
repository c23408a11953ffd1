"""A site on which anybody can volunteer for a panel, and two browsers."""

from contextlib import closing

import pytest
from tests.pages import Reader, served
from tests.volunteering import open_registration


@pytest.fixture
def site(story):
    open_registration(story)
    return story


@pytest.fixture
def address(site):
    with served(site.site.app()) as made:
        yield made


@pytest.fixture
def reader(address, site):
    with closing(Reader(address, site)) as made:
        yield made


@pytest.fixture
def other(address, site):
    """Another browser."""
    with closing(Reader(address, site)) as made:
        yield made
