"""Assess: weigh both proposals up; a published rule picks how the public is asked."""

from answerable.launch.demo.cast import AGENCY, COUNCIL
from answerable.launch.demo.chapters.propose import HELP, RAIN
from answerable.launch.demo.telling import Teller, en
from answerable.model.actor import Actor, Role
from answerable.model.assessment import Feature, Test
from answerable.model.proposal import Level
from answerable.stages.assess import (
    JudgeFeature,
    JudgeTest,
    RecordDpia,
    RouteProposal,
    ScoreBenefit,
    ScoreRisk,
)

TESTS = {
    RAIN: {
        Test.PURPOSEFUL: (5, "People by the river asked for it."),
        Test.PROPORTIONATE: (5, "It is about rain and nothing else."),
        Test.RESPONSIBLE: (4, "Readings are published as they come and can be wrong."),
    },
    HELP: {
        Test.PURPOSEFUL: (5, "It serves one purpose that anybody can name."),
        Test.PROPORTIONATE: (3, "An address tells much; it is needed only when water comes."),
        Test.RESPONSIBLE: (3, "Crews are trusted and trained, but a list can be misused."),
    },
}

FEATURES = {
    RAIN: {
        Feature.BETTER_SERVICES: (3, "Warnings are easier to understand."),
        Feature.WIDER_GOOD: (5, "Anyone can use the readings for anything."),
        Feature.RESPECT: (5, "Nobody is in the data."),
        Feature.WISE_USE_OF_RESOURCES: (5, "The readings exist; publishing costs little."),
        Feature.TANGIBLE: (4, "People can see it on their phone."),
    },
    HELP: {
        Feature.BETTER_SERVICES: (5, "Help reaches those who need it first."),
        Feature.WIDER_GOOD: (4, "Crews that search less rescue more."),
        Feature.RESPECT: (3, "Needs are told, not illnesses; people can be left out."),
        Feature.WISE_USE_OF_RESOURCES: (4, "The council and the board hold it already."),
        Feature.TANGIBLE: (5, "Minutes until a door is knocked on."),
    },
}

MITIGATIONS = {
    "wrong-hands": (2, 5, "The address only during a warning, only for crews on duty."),
    "curiosity": (3, 3, "Every look-up is recorded before anything is shown; a limit per hour."),
    "small-counts": (3, 4, "No count below ten leaves."),
    "old-list": (3, 4, "Changes are made within a working day; crews still knock everywhere."),
}


def assess(t: Teller) -> None:
    """Weigh up, record the DPIA, and apply the rule."""
    t.chapter("4. Assess: is it purposeful, proportionate, responsible?")
    t.day("2025-06-23")
    _rain(t, t.actor(Role.OFFICER, AGENCY))
    _help(t, t.actor(Role.OFFICER, COUNCIL))


def _judge(t: Teller, officer: Actor, proposal: str) -> None:
    for test, (score, reason) in TESTS[proposal].items():
        t.act(officer, JudgeTest(proposal=proposal, test=test, score=score, reason=en(reason)))
    for feature, (score, reason) in FEATURES[proposal].items():
        t.act(
            officer,
            JudgeFeature(proposal=proposal, feature=feature, score=score, reason=en(reason)),
        )


def _benefit(t: Teller, officer: Actor, benefit: str, likelihood: int, size: int, why: str) -> None:
    t.act(
        officer,
        ScoreBenefit(benefit=benefit, likelihood=likelihood, size=size, reason=en(why)),
    )


def _rain(t: Teller, officer: Actor) -> None:
    _judge(t, officer, RAIN)
    _benefit(t, officer, "seen-coming", 4, 3, "Other rivers saw many look at such readings.")
    t.act(
        officer,
        ScoreRisk(
            risk="false-alarm",
            likelihood=2,
            severity=2,
            mitigation=en("Each reading says whether the gauge was checked."),
            reason=en("Gauges fail now and then; official warnings do not rest on one gauge."),
        ),
    )
    t.act(
        officer,
        RouteProposal(
            proposal=RAIN,
            sensitivity=Level.LOW,
            reason=en("Rain is uncontroversial, and nobody can be recognised in it."),
        ),
    )
    t.say("A scores high on everything and is about nobody. The published rule routing-1 sends")
    t.say("it out for comment for two weeks. The rule picks how the public is asked, never if.")


def _help(t: Teller, officer: Actor) -> None:
    _judge(t, officer, HELP)
    _benefit(t, officer, "reached-sooner", 4, 5, "Crews in an exercise halved their search.")
    _benefit(t, officer, "told-once-only", 3, 3, "Two of three offices would no longer ask.")
    for risk, (likelihood, severity, mitigation) in MITIGATIONS.items():
        t.act(
            officer,
            ScoreRisk(
                risk=risk,
                likelihood=likelihood,
                severity=severity,
                mitigation=en(mitigation),
                reason=en("Judged by the council, the board and the service together."),
            ),
        )
    t.act(
        officer,
        RecordDpia(
            proposal=HELP,
            need=en("Data about health needs is matched with addresses for a new purpose."),
            processing=en("Two lists are looked up by home; nothing is copied beforehand."),
            consultation=en("A panel of thirty residents, and people on the list."),
            necessity=en("Crews cannot learn needs in another way before they reach a door."),
            risks=en("Misuse of addresses, small counts, old lists, curiosity."),
            measures=en("Limits in the agreement, a record of every use, training, review."),
            sign_off=en("Signed off by the head of information with the panel still to come."),
            advice=en(
                """The data protection officer advises to go on only with a panel, and to give
                addresses only while a warning is in force. The advice is taken."""
            ),
            residual_risk=Level.MEDIUM,
        ),
    )
    t.act(
        officer,
        RouteProposal(
            proposal=HELP,
            sensitivity=Level.HIGH,
            reason=en("It tells a service where people live who cannot help themselves."),
        ),
    )
    t.say("B is purposeful (5), but proportionate and responsible only in part (3 and 3).")
    t.say("The impact assessment leaves a medium risk. The rule sends it to a panel.")
