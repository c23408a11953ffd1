"""Signing in: what fails is counted, and whoever has a good link is never kept out."""

from contextlib import closing
from datetime import timedelta

import pytest
from tests.pages import OFFICER, Reader, served

from answerable.model.actor import Role
from answerable.web.session import COOKIE
from answerable.web.tries import FROM_ONE


@pytest.fixture
def reader(story):
    with served(story.site.app()) as address, closing(Reader(address, story)) as made:
        yield made


def test_whoever_guesses_is_told_to_wait_and_for_how_long(story, reader):
    statuses = [reader.post(f"/sign-in/guess-{n}").status_code for n in range(FROM_ONE + 2)]
    assert statuses == [410] * FROM_ONE + [429, 429]
    assert 1 <= int(reader.post("/sign-in/guess").headers["retry-after"]) <= 60
    story.clock.moment += timedelta(minutes=1)
    assert reader.post("/sign-in/guess").status_code == 410


def test_a_good_link_lets_in_however_many_guessed_before(story, reader):
    for number in range(3 * FROM_ONE):
        reader.post(f"/sign-in/guess-{number}")
    reader.sign_in(Role.OFFICER, OFFICER.organisation)
    assert COOKIE in reader.client.cookies


def test_a_link_that_was_used_counts_as_a_guess(story, reader):
    token = story.link(OFFICER)
    assert reader.post(f"/sign-in/{token}").status_code == 303
    statuses = [reader.post(f"/sign-in/{token}").status_code for _ in range(FROM_ONE + 1)]
    assert statuses == [410] * FROM_ONE + [429]
