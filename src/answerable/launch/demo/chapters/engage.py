"""Engage: everyone is asked about rain; a panel drawn by lot deliberates about flood help."""

import io
from datetime import date
from importlib.resources import files

from answerable.launch.demo import volunteers
from answerable.launch.demo.area import figures
from answerable.launch.demo.cast import AGENCY, COUNCIL, FACILITATORS
from answerable.launch.demo.chapters.propose import HELP, RAIN
from answerable.launch.demo.telling import Teller, en
from answerable.model.actor import Actor, Role
from answerable.model.engagement import Engagement
from answerable.stages.engage import (
    CloseConsultation,
    CommitPool,
    CountTally,
    DrawPanel,
    FinishPanel,
    HoldWorkshop,
    OpenConsultation,
    OpenEngagement,
    PutStatement,
    RatifyRecommendation,
    RecordDissent,
    StatePopulation,
)

PANEL = "flood-help-panel"

WORKSHOPS = (
    ("2025-09-06", 30, "What data is, and what protects it", "Law, ethics, hopes and fears."),
    ("2025-09-20", 30, "What went well and badly before", "Crews, carers and a survivor of abuse."),
    ("2025-10-04", 29, "What crews need at a door", "A crew showed a search with and without."),
    ("2025-10-18", 28, "What is acceptable and what is not", "First statements, voted on by hand."),
    ("2025-11-01", 28, "Draft recommendations", "Five drafts, argued over in small groups."),
    ("2025-11-15", 27, "Ratification", "Each recommendation in the panel's own words."),
)

STATEMENTS = (
    ("needs-are-enough", "Crews need to know what help I need, not why.", 26, 0, 1),
    ("address-any-time", "Crews should have my address at any time.", 9, 15, 3),
    ("warning-first", "My address may be shown while a warning is in force.", 23, 3, 1),
    ("trust-the-crews", "I trust the crews with what I tell the council.", 21, 4, 2),
)

RECOMMENDATIONS = (
    (
        "needs-not-reasons",
        "Needs, not reasons",
        """Tell the crews what help we need at the door. Do not tell them what is wrong with us.
        That is between us and our doctor.""",
        (27, 0, 0),
    ),
    (
        "floods-only",
        "For floods and nothing else",
        """Use it to get ready for floods and to help in floods. Not to check up on anyone, and do
        not hand it on.""",
        (26, 0, 1),
    ),
    (
        "address-only-in-a-warning",
        "The address only when the water is coming",
        """Until there is an official warning for our bit of the river, nobody needs to see our
        address. When there is, the crew should have it at once.""",
        (22, 4, 1),
    ),
    (
        "say-no-any-time",
        "Say no at any time",
        """Anyone can ask to be left out, by phone, and it should count from that moment. Tell them
        what it means for them if they do.""",
        (25, 1, 1),
    ),
    (
        "a-letter-each-time",
        "A letter each time",
        "When somebody looks us up, send us a letter the same day to say who and why.",
        (17, 8, 2),
    ),
)

DISSENT = """A warning can come too late. I would rather the crews had my address all year than lie
there waiting for a form to say that the water is official."""


def engage(t: Teller) -> None:
    """Ask everyone about the one, and a panel about the other."""
    t.chapter("5. Engage: what does the public say?")
    _consult(t)
    _recruit(t)
    _deliberate(t)


def _consult(t: Teller) -> None:
    officer = t.actor(Role.OFFICER, AGENCY)
    t.day("2025-07-01")
    t.act(
        officer,
        OpenConsultation(
            consultation="rain-comments",
            proposal=RAIN,
            question=en("Should the agency's rain readings be open to everyone?"),
            opens=date(2025, 7, 1),
            closes=date(2025, 7, 15),
        ),
    )
    t.day("2025-07-16")
    t.act(
        officer,
        CloseConsultation(
            consultation="rain-comments",
            comments=41,
            summary=en("Nobody was against it. Six asked to be told when a gauge is faulty."),
            response=en("A mark on each reading will say whether the gauge was checked."),
        ),
    )
    t.say("A was open for comment from 1 to 15 July 2025: 41 comments, none against.")


def _recruit(t: Teller) -> None:
    t.day("2025-07-07" if t.clock.now().date() < date(2025, 7, 7) else "2025-07-17")
    council = t.actor(Role.OFFICER, COUNCIL)
    t.act(
        council,
        OpenEngagement(
            engagement=PANEL,
            proposal=HELP,
            facilitator=FACILITATORS,
            title=en("A panel on help in floods"),
            question=en(
                """May the fire and rescue service be told which homes may need extra help in a
                flood, and if so, on what conditions?"""
            ),
            oversight=en(
                """An oversight group of a carer, an academic and a retired sheriff signs off the
                materials; speakers and their interests are published."""
            ),
            seats=30,
            workshops=6,
        ),
    )
    facilitator = t.actor(Role.FACILITATOR, FACILITATORS)
    t.day("2025-08-11")
    t.act(
        facilitator,
        StatePopulation(
            engagement=PANEL,
            population=en("People in Scotland: adults for age, deprivation and place"),
            source=en(
                """Scotland's Census 2022 and small area estimates of mid-2017, National Records of
                Scotland; deprivation and urban or rural areas, Scottish Government"""
            ),
            shares=_shares(),
        ),
    )
    t.say("Whom the panel is to resemble is stated first, from published figures.")
    t.day("2025-08-18")
    t.say("Sealing the pool of 1,500 volunteers, the targets and the seed of the draw ...")
    t.act(facilitator, CommitPool(engagement=PANEL, respondents=_pool(), targets=_targets()))
    t.point("Each volunteer is in the register as a sealed fingerprint; names are in the vault.")
    t.day("2025-08-20")
    t.act(facilitator, DrawPanel(engagement=PANEL))
    drawn = t.loop.state.get(Engagement, PANEL).drawn
    shown = drawn.members[:6] if drawn else ()
    t.point(f"Drawn by lot: numbers {', '.join(map(str, shown))} and 24 more; every target is met:")
    for feature in ("age_band", "sex", "deprivation"):
        seats = (
            [f"{s.value} {s.seats}" for s in drawn.totals if s.feature == feature] if drawn else []
        )
        t.say(f"{feature.replace('_', ' ')}: {', '.join(seats)}", indent=4)


def _pool() -> str:
    stream = io.StringIO()
    volunteers.write_csv(volunteers.volunteers(), stream)
    return stream.getvalue()


def _targets() -> str:
    return (files("answerable.launch.demo") / "figures" / "targets.csv").read_text("utf-8")


def _shares() -> str:
    rows = [(row["feature"], row["value"], int(row["per_10000"])) for row in figures("margins.csv")]
    stated = [f"{feature},{value},{number / 100:.2f}" for feature, value, number in rows]
    return "\n".join(["feature,value,percent", *stated])


def _deliberate(t: Teller) -> None:
    facilitator = t.actor(Role.FACILITATOR, FACILITATORS)
    for number, (day, present, title, summary) in enumerate(WORKSHOPS, start=1):
        t.day(day, "16:30")
        t.act(
            facilitator,
            HoldWorkshop(
                engagement=PANEL,
                workshop=number,
                day=date.fromisoformat(day),
                title=en(title),
                present=present,
                summary=en(summary),
            ),
        )
        if number == 4:  # noqa: PLR2004 - the workshop at which the panel first votes
            _vote(t, facilitator)
    t.say("Six workshops; 30 began, 27 finished. What they voted on:")
    for _, words, agree, disagree, passed in STATEMENTS:
        t.point(f"{words} {agree} agree, {disagree} disagree, {passed} pass.")
    t.say("Five recommendations, ratified in their own words:")
    for number, (slug, title, words, (agree, disagree, passed)) in enumerate(RECOMMENDATIONS, 1):
        t.act(
            facilitator,
            RatifyRecommendation(
                recommendation=slug,
                engagement=PANEL,
                title=en(title),
                words=en(words),
                agree=agree,
                disagree=disagree,
                passed=passed,
            ),
        )
        quoted = " ".join(words.split())
        t.say(f'{number}. "{quoted}" {agree} for, {disagree} against.', indent=2, hang=3)
    t.act(
        facilitator,
        RecordDissent(
            recommendation="address-only-in-a-warning",
            words=en(DISSENT),
            permitted=True,
            reviewed=True,
        ),
    )
    t.say(f'One member dissents from the third: "{" ".join(DISSENT.split())}"')
    t.act(
        facilitator,
        FinishPanel(
            engagement=PANEL,
            finished=27,
            note=en("One moved away, one fell ill, one left without giving a reason."),
        ),
    )


def _vote(t: Teller, facilitator: Actor) -> None:
    for slug, words, agree, disagree, passed in STATEMENTS:
        t.act(facilitator, PutStatement(statement=slug, engagement=PANEL, words=en(words)))
        t.act(
            facilitator,
            CountTally(statement=slug, agree=agree, disagree=disagree, passed=passed),
        )
