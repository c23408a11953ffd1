"""A proposal's story at every step of the way, gathered from the register and shown."""

import pytest
from tests.pages import NOW, Reader, served
from tests.worlds import before

from answerable.model.actor import Role
from answerable.model.agreement import AgreementDrafted, AgreementSigned, ProposalDecided
from answerable.model.assessment import TestJudged
from answerable.model.engagement import ConsultationOpened
from answerable.model.errors import Missing
from answerable.model.outcome import OutcomeReported
from answerable.model.proposal import AskAdded, Proposal
from answerable.model.text import en
from answerable.model.vision import Vision
from answerable.stages.envision import SetMission
from answerable.web.story import Step, step, story


@pytest.fixture(scope="module")
def flood(told_state):
    return story(told_state, NOW, "flood-help")


@pytest.fixture(scope="module")
def told_state(told, tmp_path_factory):
    from tests.pages import Story

    shown = Story(told, tmp_path_factory.mktemp("state") / "story")
    yield shown.loop.state
    shown.close()


def test_the_whole_story_is_there(flood):
    assert flood.step is Step.LEARNED
    assert [wanted.dataset.dataset for wanted in flood.wanted] == [
        "extra-help",
        "powered-equipment",
    ]
    assert [heard.recommendation.recommendation for heard in flood.heard][-1] == (
        "a-letter-each-time"
    )
    assert flood.heard[-1].became == ()
    assert ("flood-help-council", "left-out") in flood.heard[3].became
    assert {decision.decision for decision in flood.decisions} == {"share"}
    council = flood.agreed[0]
    assert [late.duty.duty for late in council.missed] == ["trained-crews"]
    assert council.used[0][0].day >= council.used[-1][0].day
    assert flood.learned[0].benefit.benefit == "reached-sooner"
    assert flood.mission.mission == "no-one-left-behind"


def test_open_data_has_a_story_without_an_agreement(told_state):
    rain = next(p for p in told_state.each(Proposal) if p.recipient is None)
    found = story(told_state, NOW, rain.proposal)
    assert found.step is Step.SHARED
    assert found.agreed == ()
    assert [dataset.dataset for dataset in found.opened] == ["rain-readings"]


def test_what_nobody_proposed_has_no_story(told_state):
    with pytest.raises(Missing, match=r"proposal\.unknown"):
        story(told_state, NOW, "no-such-thing")


@pytest.mark.parametrize(
    ("kind", "steps"),
    [
        (AskAdded, {Step.PROPOSED}),
        (TestJudged, {Step.PROPOSED}),
        (ConsultationOpened, {Step.WEIGHED}),
        (ProposalDecided, {Step.WEIGHED, Step.ASKED}),
        (AgreementDrafted, {Step.ASKED, Step.DECIDED, Step.SHARED}),
        (AgreementSigned, {Step.ASKED, Step.DECIDED, Step.SHARED}),
        (OutcomeReported, {Step.ASKED, Step.DECIDED, Step.SHARED}),
    ],
)
def test_a_step_is_taken_when_it_is_in_the_register_and_not_before(kind, steps):
    state = before(kind).state
    proposals = list(state.each(Proposal))
    assert {step(state, each) for each in proposals} <= steps
    for each in proposals:
        story(state, state.last_at, each.proposal)


# As pages.


def test_the_page_leads_from_each_rule_to_its_reason_and_back(shown):
    page = shown.get("/proposals/flood-help").text
    assert "/agreements/flood-help-council/rules/left-out" in page
    rule = shown.get("/agreements/flood-help-council/rules/left-out").text
    assert "/recommendations/say-no-any-time" in rule
    assert "25" in rule
    asked = shown.get("/recommendations/say-no-any-time").text
    assert "/agreements/flood-help-council" in asked
    assert "Accepted in part" in asked


@pytest.mark.parametrize("path", ["/proposals/flood-help", "/panels/flood-help-panel"])
def test_what_a_recommendation_became_is_a_sentence_and_the_agreement_it_is_in(shown, path):
    page = shown.get(path).text
    became = page[page.index("It became:") :].split("</ul>")[0]
    assert "may be given." in became
    assert ">Flood help: the council&#39;s list<" in became


def test_a_rejected_recommendation_is_shown_with_its_reason(shown):
    page = shown.get("/recommendations/a-letter-each-time").text
    assert "Rejected" in page
    assert "A letter on the mat" in page


def test_a_rule_against_a_risk_and_one_from_a_principle_say_so(shown):
    counts = shown.get("/agreements/flood-help-council/rules/counts-of-ten").text
    assert "It works against a risk" in counts
    duty = shown.get("/agreements/flood-help-council/rules/yearly-report-council").text
    assert "A principle asks for it" in duty


@pytest.mark.parametrize(
    "path", ["/proposals/flood-help", "/agreements/flood-help-council", "/me/flood-help-council"]
)
def test_a_promise_that_was_kept_is_shown_as_kept(shown, path):
    page = shown.get(path).text
    kept = page.index("Kept: due 1 September 2026</strong>")
    promise = page[page.rindex("<li", 0, kept) : page.index("</li>", kept)]
    assert "/rules/yearly-report-council" in promise
    assert page.count("Kept: due") == 1


@pytest.mark.parametrize(
    "path",
    [
        "/proposals/no-such-thing",
        "/agreements/no-such-thing",
        "/agreements/flood-help-council/rules/no-such-rule",
        "/agreements/no-such-thing/rules/left-out",
        "/recommendations/no-such-thing",
        "/recommendations/%3Cscript%3E",
    ],
)
def test_what_is_not_there_is_said_plainly(shown, path):
    answer = shown.get(path)
    assert answer.status_code == 404
    assert "<script>" not in answer.text


def set_mission(story):
    """Say one thing more in the register."""
    mission = SetMission(
        mission="dry-feet",
        vision=next(story.loop.state.each(Vision)).vision,
        title=en("Dry feet"),
        goal=en("Nobody gets wet."),
        measure=en("Wet feet counted."),
    )
    story.loop.act(mission, story.loop.actor(Role.STEWARD, "inverlarch-data-commons"))


def test_the_numbers_on_the_front_page_are_those_of_the_register(story):
    """They change with the next entry."""
    with served(story.site.app()) as address:
        reader = Reader(address)
        before = {stage["id"]: stage["count"] for stage in reader.data("/")["stages"]}
        assert before["show"] == story.loop.state.size
        set_mission(story)
        after = {stage["id"]: stage["count"] for stage in reader.data("/")["stages"]}
        reader.close()
    assert after["imagine"] == before["imagine"] + 1
    assert after["show"] == before["show"] + 1
