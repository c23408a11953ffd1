"""Engage: everyone is asked about rain; a panel drawn by lot deliberates about flood help."""

import hmac
import io
from datetime import date
from importlib.resources import files
from typing import Any

from answerable.launch.demo import volunteers
from answerable.launch.demo.area import figures
from answerable.launch.demo.cast import AGENCY, COUNCIL, FACILITATORS, OPERATOR
from answerable.launch.demo.chapters.propose import HELP, RAIN
from answerable.launch.demo.telling import Teller, en
from answerable.model.actor import Actor, Role
from answerable.model.draw import promise_of
from answerable.model.engagement import Engagement
from answerable.science import sortition
from answerable.stages.engage import (
    CloseConsultation,
    CommitPool,
    CommitReplacement,
    ConfirmMembers,
    CountTally,
    DrawPanel,
    FinishPanel,
    HoldWorkshop,
    OpenConsultation,
    OpenEngagement,
    PromiseSeed,
    PublishPool,
    PutStatement,
    RatifyRecommendation,
    RecordDissent,
    RecordLeaving,
    RevealSeed,
    StatePopulation,
    TellRecruitment,
)
from answerable.stages.engage.seats import wanted

PANEL = "flood-help-panel"

WITNESSES = (
    (Role.STEWARD, OPERATOR),
    (Role.OFFICER, AGENCY),
    (Role.FACILITATOR, FACILITATORS),
)
"""Who puts a number into the draw; the rivers agency has no stake in it."""

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
    t.act(
        facilitator,
        TellRecruitment(
            engagement=PANEL,
            route="letters",
            asked=12_000,
            answered=1_500,
            words=en("Letters to 12,000 addresses chosen at random, more where fewer answer."),
            missing=en(
                """Among those who answered, people under 25 and people from the most deprived fifth
                of places were fewer than in the population."""
            ),
        ),
    )
    t.say("Working out the fairest lottery over 1,500 volunteers, and sealing it ...")
    t.act(
        facilitator,
        CommitPool(
            engagement=PANEL,
            respondents=_pool(),
            targets=_targets(),
            witnesses=tuple(witness for _, witness in WITNESSES),
            reveal_by=t.at("2025-08-21", "12:00"),
        ),
    )
    t.point("Each volunteer is in the register as a sealed fingerprint; names are in the vault.")
    t.point("The lottery is public before the draw: 1,000 panels, numbered, none likelier.")
    _draw(t, 1, "2025-08-20")
    drawn = t.loop.state.get(Engagement, PANEL).drawn
    shown = drawn.members[:6] if drawn else ()
    ticket = drawn.ticket if drawn else 0
    t.point(f"Three witnesses' numbers made the seed; the seed picked composition {ticket}.")
    t.point(f"Drawn by lot: numbers {', '.join(map(str, shown))} and 24 more; every target is met:")
    for feature in ("age_band", "sex", "deprivation"):
        seats = (
            [f"{s.value} {s.seats}" for s in drawn.totals if s.feature == feature] if drawn else []
        )
        t.say(f"{feature.replace('_', ' ')}: {', '.join(seats)}", indent=4)
    t.act(facilitator, PublishPool(engagement=PANEL))
    t.point("The whole pool is published too, as everybody in it is invented.")
    _replace(t, facilitator)


def _draw(t: Teller, draw: int, day: str) -> None:
    """Let each witness promise a number and then open it; draw."""
    numbers = {who: _number(t, who[1], draw) for who in WITNESSES}
    for who, number in numbers.items():
        promise = promise_of(number)
        t.act(t.actor(*who), PromiseSeed(engagement=PANEL, draw=draw, promise=promise))
    t.day(day)
    for who, number in numbers.items():
        t.act(t.actor(*who), RevealSeed(engagement=PANEL, draw=draw, number=number))
    t.act(t.actor(Role.FACILITATOR, FACILITATORS), DrawPanel(engagement=PANEL))


def _number(t: Teller, witness: str, draw: int) -> str:
    """Give a number that nobody can guess, and that is the same when the story is told on."""
    secret = t.loop.keyring.secret("witnesses")
    return hmac.digest(secret, f"{witness} {draw}".encode(), "sha256").hex()


def _replace(t: Teller, facilitator: Actor) -> None:
    """Let one member stand down before the first workshop, and draw who takes the seat."""
    t.day("2025-08-25")
    drawn = t.loop.state.get(Engagement, PANEL).draws[0].drawn_members
    leaving = _leaving(t, facilitator)
    others = tuple(member for member in drawn if member != leaving)
    t.act(facilitator, RecordLeaving(engagement=PANEL, member=leaving, reason="withdrew"))
    t.act(facilitator, ConfirmMembers(engagement=PANEL, members=others))
    t.act(
        facilitator,
        CommitReplacement(
            engagement=PANEL,
            witnesses=tuple(witness for _, witness in WITNESSES),
            reveal_by=t.at("2025-08-28", "12:00"),
        ),
    )
    _draw(t, 2, "2025-08-27")
    (joining,) = t.loop.state.get(Engagement, PANEL).draws[1].drawn_members
    t.act(facilitator, ConfirmMembers(engagement=PANEL, members=(joining,)))
    t.point(f"Number {leaving} stands down; {joining} is drawn for the seat, given who stays.")


def _leaving(t: Teller, facilitator: Actor) -> int:
    """Give the first member whose seat somebody else can take within the targets.

    Chance draws the panel, so now and then nobody is like a member in all that the others need.
    """
    panel = t.loop.state.get(Engagement, PANEL)
    if panel.left:
        return panel.left[0]
    kept: list[Any] = [record.body for record in t.loop.reveal(facilitator, f"pool:{PANEL}")]
    people = {body["number"]: body["profile"] for body in kept}
    targets = wanted(panel.draws[0].targets)
    can_go = (one for one in panel.members if _can_be_replaced(one, panel, people, targets))
    return next(can_go)


def _can_be_replaced(
    member: int,
    panel: Engagement,
    people: dict[int, dict[str, str]],
    targets: list[sortition.Target],
) -> bool:
    stay = [people[one] for one in panel.members if one != member]
    have = [sum(map(target.includes, stay)) for target in targets]
    return any(
        all(
            target.min <= number + target.includes(people[one]) <= target.max
            for target, number in zip(targets, have, strict=True)
        )
        for one in people.keys() - set(panel.members)
    )


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
