"""Account: the register as it stands, one proof, and every rule traced to its reason and back."""

from answerable.launch.demo.chapters.decide import COUNCIL_AGREEMENT
from answerable.launch.demo.telling import Teller
from answerable.model.agreement import Agreement, Duty
from answerable.model.engagement import Recommendation
from answerable.terms import became, why


def account(t: Teller) -> None:
    """Seal, prove, and walk from rules to reasons and back."""
    t.chapter("8. Account: who can check this?")
    seal = t.loop.publish()
    t.say(f"The register has {seal.size} entries under one seal. Its checkpoint:")
    for line in seal.note.decode().splitlines():
        t.verbatim(line)
    state = t.loop.state
    agreement = state.get(Agreement, COUNCIL_AGREEMENT)
    receipt = t.loop.proof(agreement.entry)
    t.say(
        f"That entry {agreement.entry}, the agreement, is in it takes {len(receipt.proof)} hashes "
        "to prove; anyone can check them without asking us."
    )
    t.say("From each rule and duty to its reason:")
    for term in (*agreement.limits, *agreement.duties):
        name = term.duty if isinstance(term, Duty) else term.limit
        trace = why(state, COUNCIL_AGREEMENT, name)
        t.point(f"{name} <- {trace.reason} (entry {trace.entry}): {trace.words.say()}")
    t.say("And back, from each recommendation to what became of it:")
    for recommendation in state.each(Recommendation):
        answered = recommendation.answered
        terms = became(state, recommendation.recommendation)
        names = [t_.duty if isinstance(t_, Duty) else t_.limit for _, t_ in terms]
        result = ", ".join(dict.fromkeys(names)) or "nothing"
        said = answered.answer if answered else "unanswered"
        t.point(f"{recommendation.recommendation} ({said}) -> {result}")
