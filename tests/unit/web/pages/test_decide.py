"""What is shared, in a list."""

from contextlib import closing
from datetime import timedelta

from tests.pages import Reader, served

from answerable.model.agreement import Agreement


def test_every_agreement_and_what_is_open_is_listed(shown):
    said = shown.data("/agreements")
    assert {each["agreement"]["agreement"] for each in said["agreements"]} == {
        "flood-help-council",
        "flood-help-health",
    }
    assert {each["standing"] for each in said["agreements"]} == {"in-force"}
    assert "rain-readings" in [each["dataset"] for each in said["opened"]]


def test_one_that_ended_is_listed_as_ended(story):
    found = story.loop.state.get(Agreement, "flood-help-council")
    story.clock.moment = found.ends + timedelta(seconds=1)
    with served(story.site.app()) as address, closing(Reader(address)) as reader:
        assert "Ended" in reader.get("/agreements").text
