"""What an agreement permits: decide, explain, compare, trace, plan. Pure: no I/O, no clock."""

from answerable.terms.compare import Change, diff
from answerable.terms.decide import Facts, decide
from answerable.terms.explain import (
    Manner,
    explain,
    explain_duty,
    explain_grant,
    explain_limit,
)
from answerable.terms.plan import FITS, Plan, open_plan, plan
from answerable.terms.trace import Trace, became, why

__all__ = [
    "FITS",
    "Change",
    "Facts",
    "Manner",
    "Plan",
    "Trace",
    "became",
    "decide",
    "diff",
    "explain",
    "explain_duty",
    "explain_grant",
    "explain_limit",
    "open_plan",
    "plan",
    "why",
]
