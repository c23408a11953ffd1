"""Kinds of entry, and things in the register, in words for people."""

from answerable.web.call import Call


def kinds(call: Call) -> dict[str, str]:
    """Give what each kind of entry is called."""
    _ = call._
    return {
        "register.opened": _("Record opened"),
        "register.key_rotated": _("New seal of the record"),
        "organisation.admitted": _("Organisation admitted"),
        "organisation.key_rotated": _("New key of an organisation"),
        "text.translated": _("Translation"),
        "vision.published": _("Vision published"),
        "scenario.told": _("Possible future told"),
        "ambition.set": _("Ambition set"),
        "principle.adopted": _("Panel's principle adopted"),
        "mission.set": _("Public goal set"),
        "dataset.described": _("Dataset described"),
        "column.described": _("Column described"),
        "dataset.opened": _("Dataset opened to everyone"),
        "proposal.made": _("Proposal made"),
        "ask.added": _("Column asked for"),
        "basis.stated": _("Lawful basis stated"),
        "benefit.claimed": _("Benefit named"),
        "risk.named": _("Risk named"),
        "test.judged": _("Test judged"),
        "feature.judged": _("Public good judged"),
        "benefit.scored": _("Benefit weighed"),
        "risk.scored": _("Risk weighed"),
        "dpia.recorded": _("Data protection assessment recorded"),
        "proposal.routed": _("Way of asking the public chosen"),
        "consultation.opened": _("Consultation opened"),
        "consultation.closed": _("Consultation closed"),
        "engagement.opened": _("Panel asked for"),
        "population.stated": _("Population of a panel stated"),
        "registration.opened": _("Registration opened"),
        "recruitment.told": _("Recruitment told"),
        "pool.committed": _("Volunteers and lottery sealed"),
        "seed.promised": _("Number of a witness sealed"),
        "seed.revealed": _("Number of a witness opened"),
        "panel.drawn": _("Members drawn by lot"),
        "pool.published": _("Invented pool published"),
        "members.confirmed": _("Members confirmed"),
        "member.left": _("Member left"),
        "targets.relaxed": _("Targets of a panel gave way"),
        "replacement.committed": _("Lottery of replacements sealed"),
        "workshop.held": _("Workshop held"),
        "panel.finished": _("Panel finished"),
        "statement.put": _("Statement put to a panel"),
        "tally.counted": _("Votes counted"),
        "recommendation.ratified": _("Recommendation made"),
        "dissent.recorded": _("Disagreement recorded"),
        "recommendation.answered": _("Recommendation answered"),
        "proposal.decided": _("Proposal decided"),
        "agreement.drafted": _("Agreement drafted"),
        "party.named": _("Party to an agreement named"),
        "limit.added": _("Rule added to an agreement"),
        "duty.added": _("Promise added to an agreement"),
        "agreement.signed": _("Agreement signed"),
        "agreement.suspended": _("Agreement suspended"),
        "agreement.resumed": _("Agreement resumed"),
        "duty.met": _("Promise kept"),
        "signal.declared": _("Official warning given"),
        "signal.ended": _("Official warning ended"),
        "service.listed": _("Service listed"),
        "service.withdrawn": _("Service withdrawn"),
        "gateway.listed": _("Release point listed"),
        "optouts.sealed": _("List of people left out sealed"),
        "releases.counted": _("Releases of a day counted"),
        "outcome.reported": _("Outcome reported"),
    }


def nouns(call: Call) -> dict[str, str]:
    """Give what things in the register are called on pages, by their nouns in the code."""
    _ = call._
    return {
        "agreement": _("agreement"),
        "ambition": _("ambition"),
        "assessment": _("assessment"),
        "benefit": _("benefit"),
        "consultation": _("consultation"),
        "dataset": _("dataset"),
        "decision": _("decision"),
        "declaration": _("official warning"),
        "engagement": _("panel"),
        "gateway": _("release point"),
        "list": _("list of people left out"),
        "mission": _("mission"),
        "organisation": _("organisation"),
        "outcome": _("outcome"),
        "principle": _("principle"),
        "proposal": _("proposal"),
        "recommendation": _("recommendation"),
        "risk": _("risk"),
        "scenario": _("possible future"),
        "service": _("service"),
        "statement": _("statement"),
        "translation": _("translation"),
        "vision": _("vision"),
    }


def kind_of(call: Call, kind: str) -> str:
    """Say what kind of entry it is; the code where it is not known here."""
    return kinds(call).get(kind, kind)
