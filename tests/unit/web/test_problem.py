"""What went wrong, in words of people and not of the code."""

import pytest
from tests.pages import CUSTODIAN, Reader


def told(reader, path):
    """Give what a page says that cannot be shown."""
    answer = reader.client.get(path, headers={"accept": "application/json"})
    assert answer.status_code >= 400
    return answer.json()["says"]


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/panels/nope", "There is no panel called nope."),
        ("/cy/panels/nope", "Nid oes dim o'r enw nope (panel)."),
        ("/cy/proposals/nope", "Nid oes dim o'r enw nope (cynnig)."),
        ("/record?until=nope", '"until" must be a whole number.'),
    ],
)
def test_an_error_names_things_as_pages_do(shown, path, says):
    assert says in told(shown, path)


def test_an_act_of_another_organisation_is_named_in_words(shown):
    reader = Reader(shown.address, shown.story)
    reader.sign_in(CUSTODIAN.role, CUSTODIAN.organisation)
    said = {"agreement": "flood-help-health", "post": {"en": "Head"}}
    answer = reader.client.post(
        "/api/actions/sign-agreement", json=said, headers={"sec-fetch-site": "same-origin"}
    )
    reader.close()
    assert answer.status_code == 403, answer.text
    problem = answer.json()
    assert problem["says"].endswith("may not say this (Agreement signed).")
    assert problem["says"].startswith("Inverlarch Council")
    assert "Strathlarch Health Board" in problem["remedy"]
