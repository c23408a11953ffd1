"""What is shared, in a list."""

from contextlib import closing
from datetime import timedelta

from tests.pages import Reader, served

from answerable.model.agreement import Agreement
from answerable.model.exchange import Releases


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


RULE = "/agreements/flood-help-council/rules/address-in-a-warning"


def used(page):
    """Give the rows of the table of use."""
    table = page.partition("How it was asked for")[2].partition("</table>")[0]
    return [row for row in table.split("<tr") if "govuk-table__cell" in row]


def test_use_is_shown_with_the_rules_that_decided_it(shown):
    rows = used(shown.get("/agreements/flood-help-council").text)
    (place,) = [number for number, row in enumerate(rows) if RULE in row]
    assert "16 March 2026" in rows[place - 1]
    assert "about 10" in rows[place - 1]
    assert "address" in rows[place].partition(RULE)[2].partition("</a>")[0], "as a sentence"
    assert len([row for row in rows if "ten or more" in row]) == 1
    welsh = shown.get("/cy/agreements/flood-help-council").text
    assert "Rheolau a benderfynodd ddeg neu fwy" in welsh
    assert f"/cy{RULE}" in welsh


def test_a_day_that_was_counted_before_rules_were_said_says_so(story):
    state = story.loop.state
    for day in list(state.each(Releases)):
        was = tuple(count.with_(limits=None, commitment=None) for count in day.counts)
        state.put(day.with_(counts=was))
    with served(story.site.app()) as address, closing(Reader(address)) as reader:
        rows = used(reader.get("/agreements/flood-help-council").text)
    assert rows
    assert ["not published then" in row for row in rows] == [False, True] * (len(rows) // 2)
