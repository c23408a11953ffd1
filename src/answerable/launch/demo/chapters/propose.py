"""Propose: rain as open data, and help in a flood."""

from answerable.launch.demo.cast import AGENCY, COUNCIL, FIRE, HEALTH
from answerable.launch.demo.telling import Teller, en
from answerable.model.actor import Role
from answerable.stages.propose import AddAsk, AddBenefit, AddRisk, Propose, StateBasis

RAIN = "rain-as-open-data"
HELP = "flood-help"

HOME_ASKS = (
    ("household", "To know that two offices speak of the same home."),
    ("address", "So that a crew finds the door."),
    ("postcode", "To give only the postcode district when the address is not needed."),
    ("flood_area", "To look only where a warning is in force."),
)

ASKS = (
    *(("extra-help", column, why) for column, why in HOME_ASKS),
    ("extra-help", "need", "So that a crew brings what is needed: a chair, a boat, more people."),
    *(("powered-equipment", column, why) for column, why in HOME_ASKS),
    ("powered-equipment", "equipment", "So that a crew brings power, or moves the person."),
    ("powered-equipment", "battery_hours", "To go first where the battery ends first."),
)

BENEFITS = (
    (
        "reached-sooner",
        "People who need help are reached sooner",
        "People who cannot leave their home alone",
        "Time from a warning until every home on the list was visited",
        "minutes",
        "74",
    ),
    (
        "told-once-only",
        "People tell their story once",
        "People who need help, and those who care for them",
        "Offices a person had to tell",
        "offices",
        "3",
    ),
)

RISKS = (
    ("wrong-hands", "An address reaches somebody it is hidden from", "People who fled abuse"),
    ("curiosity", "Somebody looks up a neighbour", "Everybody on the list"),
    ("small-counts", "A small count gives a home away", "Homes in small flood areas"),
    ("old-list", "A crew relies on a list that is out of date", "People who are not on it"),
)


def propose(t: Teller) -> None:
    """Make two proposals public."""
    t.chapter("3. Propose: two ideas")
    t.day("2025-06-02")
    _rain(t)
    _help(t)


def _rain(t: Teller) -> None:
    officer = t.actor(Role.OFFICER, AGENCY)
    t.act(
        officer,
        Propose(
            proposal=RAIN,
            mission="no-one-left-behind",
            title=en("Rain readings open to everyone, every 15 minutes"),
            purposes=("any_use",),
            why=en("People by the river want to see the rain that is about to reach them."),
            who_benefits=en("Everyone who lives, farms or works by the river."),
            people_affected=en("Nobody: the readings are about rain."),
            identifiable=False,
        ),
    )
    for column in ("gauge", "read_at", "rain_mm"):
        t.act(
            officer,
            AddAsk(
                proposal=RAIN,
                dataset="rain-readings",
                column=column,
                why=en("A reading means nothing without its place, time and depth."),
            ),
        )
    t.act(
        officer,
        StateBasis(
            proposal=RAIN,
            organisation=AGENCY,
            discloser_power=en("The agency's duty to give information about flood risk."),
            recipient_power=en("None is needed: anyone may use open data."),
            article_6="no-personal-data",
            article_9=en("Does not apply: no personal data."),
            confidentiality=en("Nothing in the readings is confidential."),
        ),
    )
    t.act(
        officer,
        AddBenefit(
            proposal=RAIN,
            benefit="seen-coming",
            title=en("People see rain coming"),
            for_whom=en("People by the river"),
            measure=en("People who look at the readings on a wet day"),
            unit=en("people"),
            baseline="0",
        ),
    )
    t.act(
        officer,
        AddRisk(
            proposal=RAIN,
            risk="false-alarm",
            title=en("A faulty gauge causes a false alarm"),
            to_whom=en("People by the river"),
        ),
    )
    t.say("A. Rain readings open to everyone, every 15 minutes (the rivers agency).")


def _help(t: Teller) -> None:
    officer = t.actor(Role.OFFICER, COUNCIL)
    t.act(
        officer,
        Propose(
            proposal=HELP,
            mission="no-one-left-behind",
            title=en("Find people who may need extra help in a flood"),
            purposes=("flood_planning", "flood_response"),
            why=en(
                """When the river rises, crews knock on every door in turn. If they knew which homes
                need help, and what help, they could go there first."""
            ),
            who_benefits=en("People who may need extra help in a flood, and those who help them."),
            people_affected=en(
                """People in about 900 homes by the river, some 50 of which have told the council
                or the health board that they would need help."""
            ),
            recipient=FIRE,
            identifiable=True,
        ),
    )
    for dataset, column, why in ASKS:
        t.act(officer, AddAsk(proposal=HELP, dataset=dataset, column=column, why=en(why)))
    _bases(t)
    for slug, title, whom, measure, unit, baseline in BENEFITS:
        t.act(
            officer,
            AddBenefit(
                proposal=HELP,
                benefit=slug,
                title=en(title),
                for_whom=en(whom),
                measure=en(measure),
                unit=en(unit),
                baseline=baseline,
            ),
        )
    for slug, title, whom in RISKS:
        t.act(officer, AddRisk(proposal=HELP, risk=slug, title=en(title), to_whom=en(whom)))
    t.say("B. Flood help: find people who may need extra help in a flood.")
    t.point("From the council and the health board, to the fire and rescue service.")
    t.point(
        f"{len(ASKS)} columns are asked for, each with its reason. What a home told in its own "
        "words, and the condition behind a machine, are not among them."
    )
    t.point("Lawful basis in five parts for each of the two; public task, not consent.")
    t.point(f"Promised: {'; '.join(title for _, title, *_ in BENEFITS)}.")
    t.point(f"Feared: {'; '.join(title for _, title, _ in RISKS)}.")


def _bases(t: Teller) -> None:
    officer = t.actor(Role.OFFICER, COUNCIL)
    for organisation, power in (
        (COUNCIL, "The council's duties to plan for emergencies and to help people in need."),
        (HEALTH, "The health board's duties to plan for emergencies and to care for patients."),
    ):
        t.act(
            officer,
            StateBasis(
                proposal=HELP,
                organisation=organisation,
                discloser_power=en(power),
                recipient_power=en("The service's duty to rescue people in floods."),
                article_6="public-task",
                article_9=en(
                    """Substantial public interest, statutory purposes, with an appropriate policy
                    document; vital interests while a warning is in force."""
                ),
                confidentiality=en(
                    """People were told when they gave the information that crews may be told in an
                    emergency; the interest of the public in rescue outweighs what is left."""
                ),
            ),
        )
