"""Engage: consultations and panels, from the question to recommendations in their own words."""

from answerable.stages.engage import earlier
from answerable.stages.engage.consult import CloseConsultation, OpenConsultation
from answerable.stages.engage.deliberate import (
    CountTally,
    FinishPanel,
    HoldWorkshop,
    PutStatement,
    RatifyRecommendation,
    RecordDissent,
)
from answerable.stages.engage.draw import DrawPanel, PublishPool, export, slip
from answerable.stages.engage.lottery import CommitPool
from answerable.stages.engage.members import CommitReplacement, ConfirmMembers, RecordLeaving
from answerable.stages.engage.recruit import (
    OpenEngagement,
    OpenRegistration,
    StatePopulation,
    TellRecruitment,
)
from answerable.stages.engage.relax import RelaxTargets
from answerable.stages.engage.seeds import PromiseSeed, RevealSeed

__all__ = [
    "CloseConsultation",
    "CommitPool",
    "CommitReplacement",
    "ConfirmMembers",
    "CountTally",
    "DrawPanel",
    "FinishPanel",
    "HoldWorkshop",
    "OpenConsultation",
    "OpenEngagement",
    "OpenRegistration",
    "PromiseSeed",
    "PublishPool",
    "PutStatement",
    "RatifyRecommendation",
    "RecordDissent",
    "RecordLeaving",
    "RelaxTargets",
    "RevealSeed",
    "StatePopulation",
    "TellRecruitment",
    "earlier",
    "export",
    "slip",
]
