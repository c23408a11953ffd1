"""What a check of the public files claims, what feeds each claim, and what it cannot prove."""

from collections.abc import Iterator
from dataclasses import dataclass

import answerable.stages
from answerable.model.command import RULES
from answerable.model.roles import MAY, Signed


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing a check establishes.

    Attributes:
        name: short and stable; what a fault is filed under.
        says: the claim in plain words.
        cannot: what it does not prove.
    """

    name: str
    says: str
    cannot: str

    @property
    def fed_by(self) -> str:
        """Say which kinds of entry feed the claim."""
        return "every kind of entry" if len(self.kinds) == len(MAY) else ", ".join(self.kinds)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of entry that feed the claim, in alphabetical order."""
        return tuple(sorted(set(_feeding(self.name))))


def _feeding(claim: str) -> Iterator[str]:
    if claim == "signatures":
        yield from (kind for kind, permit in MAY.items() if permit.signed is not Signed.NO)
    elif claim == "seal":
        yield from ("register.key_rotated", "register.opened")
    elif claim == "blobs":
        yield "pool.committed"
    elif claim in answerable.stages.STAGES:
        yield from (body.kind.name for body, (stage, _) in RULES.items() if stage == claim)
    else:
        yield from MAY


CLAIMS = (
    Claim(
        "files",
        "The files are exactly those that a register of this size has: none missing, "
        "none changed, none more.",
        "Over http only the files that should be there can be seen; a web server may hold others.",
    ),
    Claim(
        "seal",
        "The checkpoint is sealed by the register's own key, and says when.",
        "That you were shown the same register as everybody else: compare checkpoints with others.",
    ),
    Claim(
        "tree",
        "Every entry is under the seal, in its place, unchanged.",
        "That something which happened was entered at all.",
    ),
    Claim(
        "form",
        "Every entry is written in the one canonical form of a kind that is known.",
        "That what an entry says is true.",
    ),
    Claim(
        "order",
        "All entries belong to this register; time never goes back; no command counts twice.",
        "That a time is right: only that it is not before the entry above.",
    ),
    Claim(
        "authority",
        "Every entry was made for an admitted organisation, in a role that may make it.",
        "Which person acted: the register holds a reference, the name is private.",
    ),
    Claim(
        "signatures",
        "Every binding act is signed by its organisation's key of that time; stewards signed "
        "admissions.",
        "That the right person in the organisation used the key. That nothing unsigned (a tally, "
        "a workshop, a risk before the decision) was said otherwise at the time, or that "
        "nothing after the last signature is left out: keep checkpoints and compare.",
    ),
    Claim(
        "words",
        "No public words have the form of a postcode, phone, e-mail or personal number.",
        "That no words identify a person in another way: somebody must read them.",
    ),
    Claim(
        "envision",
        "Futures, ambitions, principles and missions belong to a vision or panel in the register.",
        "That the people who made the vision were many, or different.",
    ),
    Claim(
        "catalogue",
        "Datasets are described by their custodians, each column once; open data tells of no one.",
        "That the data is as described.",
    ),
    Claim(
        "propose",
        "Proposals ask for described columns, column by column, and change no more once judged.",
        "That the lawful basis stated is good in law.",
    ),
    Claim(
        "assess",
        "Each proposal was fully weighed before the published rule, and nothing else, chose how "
        "the public was asked.",
        "That the scores are wise.",
    ),
    Claim(
        "engage",
        "Pool, targets and sealed seed came before the draw; the draw opens that seed and meets "
        "the targets; votes add up; recommendations had a quorum and support.",
        "Who is in the pool, or that the panel follows from the seed: an auditor can check "
        "that with the vault. That the facilitator sealed the first seed and not one picked from "
        "many. That a tally was counted right.",
    ),
    Claim(
        "decide",
        "Every recommendation was answered before a decision; agreements stay inside the "
        "proposal; every rule and duty has a reason; nothing promised to a panel is missing.",
        "That a rule is the best reading of what the panel meant.",
    ),
    Claim(
        "share",
        "Every signal is declared by an organisation, for a time with an end. Each day of a "
        "gateway's releases is counted once, in order, rounded, by its own organisation, names "
        "only rules that were agreed, and anchors a log that never got shorter.",
        "That there was a flood. That a gateway counted right: an auditor with its log counts "
        "again, and compares with the root and the commitments anchored here. That no data moved "
        "outside the gateways.",
    ),
    Claim(
        "account",
        "The register opened once; keys are new, and replaced in order; translations are of "
        "entries that exist.",
        "That a translation is good.",
    ),
    Claim(
        "learn",
        "Duties were met by those who owe them, for days on which they are due; outcomes are of "
        "benefits and risks named before.",
        "That a measurement is right.",
    ),
    Claim(
        "blobs",
        "Larger content is exactly what the entries name, and a pool holds one sealed "
        "fingerprint for each volunteer.",
        "That a fingerprint belongs to a person.",
    ),
)
