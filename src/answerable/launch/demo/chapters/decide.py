"""Decide: every recommendation answered, and two agreements whose every rule has a reason."""

from datetime import UTC, date, datetime
from typing import Literal

from answerable.launch.demo.cast import AGENCY, COUNCIL, FIRE, HEALTH
from answerable.launch.demo.chapters.propose import HELP, RAIN
from answerable.launch.demo.telling import Teller, en
from answerable.model.actor import Actor, Role
from answerable.model.agreement import Agreement, Capacity
from answerable.model.limits import (
    Coarsen,
    Coarsening,
    Effect,
    LeaveOut,
    Limit,
    MinimumCount,
    OnlyColumns,
    OnlyPurposes,
    Pattern,
    Rate,
    When,
)
from answerable.stages.decide import (
    AddDuty,
    AddLimit,
    AnswerRecommendation,
    DecideProposal,
    DraftAgreement,
    NameParty,
    OpenDataset,
    SignAgreement,
)
from answerable.terms import explain

COUNCIL_AGREEMENT = "flood-help-council"
HEALTH_AGREEMENT = "flood-help-health"
OPT_OUTS = "flood-help-opt-outs"

AnswerWord = Literal["accepted", "in-part", "rejected"]
BecomesWord = Literal["rule", "duty", "action", "nothing"]

ANSWERS: tuple[tuple[str, AnswerWord, BecomesWord, str], ...] = (
    (
        "needs-not-reasons",
        "accepted",
        "rule",
        "Crews get the help that is needed and nothing that says why.",
    ),
    (
        "floods-only",
        "accepted",
        "rule",
        """Only planning for floods and responding to them. We cannot promise never to pass it on:
        a court can compel us. If that happens we record it and tell the panel when we lawfully
        may.""",
    ),
    (
        "address-only-in-a-warning",
        "accepted",
        "rule",
        """Without a warning crews see the postcode district. We have read the dissent: a duty
        officer may declare a warning when the feed is silent.""",
    ),
    (
        "say-no-any-time",
        "in-part",
        "rule",
        """Anyone can be left out, by phone. It counts within a working day and not at once, because
        a person checks that the caller is who they say. A crew that sees someone in need still
        helps.""",
    ),
    (
        "a-letter-each-time",
        "rejected",
        "nothing",
        """A letter on the mat can tell the wrong person that help was asked for, and some people on
        the list live with someone they fear. Each person will be able to ask who looked them up
        instead, by phone or after signing in.""",
    ),
)

MEMBERS = (
    (
        COUNCIL_AGREEMENT,
        COUNCIL,
        "extra-help",
        ("household", "address", "flood_area", "need"),
        "Flood help: the council's list",
    ),
    (
        HEALTH_AGREEMENT,
        HEALTH,
        "powered-equipment",
        ("household", "address", "flood_area", "equipment", "battery_hours"),
        "Flood help: powered equipment",
    ),
)


def decide(t: Teller) -> None:
    """Answer, decide, agree and sign."""
    t.chapter("6. Decide: answers with reasons, and agreements")
    _open_rain(t)
    _answer(t)
    for slug, custodian, dataset, columns, title in MEMBERS:
        _agree(t, slug, custodian, dataset, columns, title)
    _sign(t)


def _open_rain(t: Teller) -> None:
    custodian = t.actor(Role.CUSTODIAN, AGENCY)
    t.day("2025-11-20")
    t.act(
        custodian,
        DecideProposal(
            proposal=RAIN,
            decision="open",
            reason=en("Everyone who commented was for it, and nobody is in the data."),
            post=en("Head of hydrology"),
        ),
    )
    t.act(
        custodian,
        OpenDataset(
            dataset="rain-readings",
            proposal=RAIN,
            licence="OGL-UK-3.0",
            freshness=en("Within 15 minutes of each reading."),
        ),
    )
    t.say("A: rain readings are open under OGL-UK-3.0, within 15 minutes. No agreement is needed.")


def _answer(t: Teller) -> None:
    t.day("2025-12-08")
    t.say("B: the council answers each recommendation:")
    for slug, answer, becomes, reason in ANSWERS:
        t.act(
            t.actor(Role.CUSTODIAN, COUNCIL),
            AnswerRecommendation(
                recommendation=slug,
                answer=answer,
                becomes=becomes,
                reason=en(reason),
                post=en("Head of information"),
            ),
        )
        t.point(f"{slug}: {answer.upper()}. {' '.join(reason.split())}")
    for organisation, post in ((COUNCIL, "Head of information"), (HEALTH, "Medical director")):
        t.act(
            t.actor(Role.CUSTODIAN, organisation),
            DecideProposal(
                proposal=HELP,
                decision="share",
                reason=en("The panel supports it under conditions, and the conditions are kept."),
                post=en(post),
            ),
        )


def _agree(
    t: Teller, slug: str, custodian: str, dataset: str, columns: tuple[str, ...], title: str
) -> None:
    t.day("2025-12-15")
    actor = t.actor(Role.CUSTODIAN, custodian)
    t.act(
        actor,
        DraftAgreement(
            agreement=slug,
            proposal=HELP,
            title=en(title),
            custodian=custodian,
            dataset=dataset,
            columns=columns,
            subject_column="household",
            patterns=(Pattern.LOOKUP, Pattern.AGGREGATE),
            recipients=(FIRE,),
            purposes=("flood_planning", "flood_response"),
            starts=datetime(2026, 2, 1, tzinfo=UTC),
            ends=datetime(2028, 2, 1, tzinfo=UTC),
            review=date(2027, 1, 31),
            greatest_age_minutes=24 * 60,
            prevails="text",
            critical=(Pattern.LOOKUP,),
        ),
    )
    for organisation in (custodian, FIRE):
        t.act(
            actor,
            NameParty(
                agreement=slug,
                organisation=organisation,
                capacity=Capacity.CONTROLLER,
                post=en("Chief officer" if organisation == FIRE else "Chief executive"),
                authority=en("Scheme of delegation, schedule of information."),
            ),
        )
    for limit in _limits(columns):
        t.act(actor, AddLimit(agreement=slug, terms=limit))
    _duties(t, actor, slug, custodian)


def _limits(columns: tuple[str, ...]) -> tuple[Limit, ...]:
    return (
        OnlyColumns(
            limit="needs-only", columns=columns, because="recommendation:needs-not-reasons"
        ),
        OnlyPurposes(
            limit="floods-only",
            purposes=("flood_planning", "flood_response"),
            because="recommendation:floods-only",
        ),
        LeaveOut(
            limit="left-out",
            list=OPT_OUTS,
            greatest_age_hours=24,
            because="recommendation:say-no-any-time",
        ),
        Coarsen(
            limit="address-in-a-warning",
            column="address",
            source="postcode",
            to=Coarsening.POSTCODE_DISTRICT,
            unless=When(signal="flood-warning", issuers=(AGENCY, FIRE), area_column="flood_area"),
            because="recommendation:address-only-in-a-warning",
        ),
        MinimumCount(
            limit="counts-of-ten",
            count=10,
            patterns=(Pattern.AGGREGATE,),
            because="risk:small-counts",
        ),
        Rate(
            limit="no-browsing",
            requests=600,
            per="hour",
            patterns=(Pattern.LOOKUP,),
            because="risk:curiosity",
        ),
    )


def _duties(t: Teller, actor: Actor, slug: str, custodian: str) -> None:
    own = custodian == COUNCIL
    publish = {Pattern.LOOKUP: Effect.PUBLISH, Pattern.AGGREGATE: Effect.PUBLISH}
    t.act(
        actor,
        AddDuty(
            agreement=slug,
            duty=f"yearly-report-{'council' if own else 'health'}",
            party=custodian,
            because="principle:open-books",
            what=en("Publish how the data was used, how often, and what came of it."),
            evidence=en("The report, on the custodian's website."),
            due=date(2026, 9, 1) if own else date(2026, 12, 1),
            every_months=12,
            on_miss=publish,
        ),
    )
    t.act(
        actor,
        AddDuty(
            agreement=slug,
            duty=f"no-passing-on-{'council' if own else 'health'}",
            party=FIRE,
            because="recommendation:floods-only",
            what=en(
                """State that nothing was used for enforcement or passed on unless the law compelled
                it, and what it compelled."""
            ),
            evidence=en("A statement by the chief officer."),
            due=date(2027, 1, 31),
            every_months=12,
            on_miss={Pattern.LOOKUP: Effect.ESCALATE, Pattern.AGGREGATE: Effect.SUSPEND},
        ),
    )
    if own:
        t.act(
            actor,
            AddDuty(
                agreement=slug,
                duty="trained-crews",
                party=FIRE,
                because="risk:wrong-hands",
                what=en("Train every crew that can look up an address, and keep the record."),
                evidence=en("The training record, seen by the head of information."),
                due=date(2026, 6, 30),
                on_miss={Pattern.LOOKUP: Effect.PUBLISH, Pattern.AGGREGATE: Effect.SUSPEND},
            ),
        )


def _sign(t: Teller) -> None:
    t.day("2026-01-12")
    for slug, custodian, *_ in MEMBERS:
        for role, organisation, post in (
            (Role.CUSTODIAN, custodian, "Chief executive"),
            (Role.OFFICER, FIRE, "Chief officer"),
        ):
            t.act(t.actor(role, organisation), SignAgreement(agreement=slug, post=en(post)))
    t.say("Two agreements, each signed by its custodian and by fire and rescue. The council's:")
    for sentence in explain(t.loop.state.get(Agreement, COUNCIL_AGREEMENT)):
        t.point(sentence)
