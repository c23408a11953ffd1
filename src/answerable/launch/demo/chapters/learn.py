"""Learn: one duty met, one missed, and what came of a benefit."""

from datetime import date

from answerable.cli.agreements import rehearsal
from answerable.launch.demo.cast import COUNCIL
from answerable.launch.demo.chapters.decide import COUNCIL_AGREEMENT
from answerable.launch.demo.chapters.propose import HELP
from answerable.launch.demo.chapters.share import BASE
from answerable.launch.demo.telling import Teller, en
from answerable.model.actor import Role
from answerable.model.agreement import Agreement
from answerable.model.limits import Pattern
from answerable.model.proposal import Benefit
from answerable.model.status import missed
from answerable.stages.learn import MeetDuty, ReportOutcome
from answerable.terms import decide


def learn(t: Teller) -> None:
    """Report what came of it, and let the time tell which duty was missed."""
    t.chapter("9. Learn: what came of it?")
    t.day("2026-08-28")
    t.act(
        t.actor(Role.CUSTODIAN, COUNCIL),
        MeetDuty(
            agreement=COUNCIL_AGREEMENT,
            duty="yearly-report-council",
            due=date(2026, 9, 1),
            evidence=en("The report for 2026 is published; 38 homes were looked up in one flood."),
        ),
    )
    t.say("Met: the council's yearly report.")
    t.day("2026-10-12")
    t.act(
        t.actor(Role.OFFICER, COUNCIL),
        ReportOutcome(
            outcome="reached-sooner-2026",
            proposal=HELP,
            of="benefit:reached-sooner",
            since=date(2026, 2, 1),
            until=date(2026, 9, 30),
            measured="41",
            words=en(
                """In the flood of March every home on the list was visited within 41 minutes of the
                warning, against 74 before. One flood is one flood: it may not be so next time."""
            ),
            source=en("Log of the fire and rescue service, checked by the council."),
        ),
    )
    benefit = t.loop.state.get(Benefit, "reached-sooner")
    t.say(f"Benefit: {benefit.title.say()}. Before: {benefit.baseline} minutes. Now: 41 minutes.")
    _missed(t)


def _missed(t: Teller) -> None:
    now = t.clock.now()
    agreement = t.loop.state.get(Agreement, COUNCIL_AGREEMENT)
    for miss in missed(agreement, now):
        t.say(f"Missed: {miss.duty.duty}, due {miss.due}: {miss.duty.what.say()}")
    t.say("Nobody pressed a button; it follows from the date. What it does:")
    facts = rehearsal(t.loop.state, COUNCIL_AGREEMENT, now)
    planning = BASE.with_(
        pattern=Pattern.AGGREGATE, purpose="flood_planning", columns=("flood_area", "need")
    )
    for title, request in (("planning counts", planning), ("a look-up in a flood", BASE)):
        t.say(f"{title}:", indent=2)
        t.verdict(decide(t.loop.state, request, facts))
