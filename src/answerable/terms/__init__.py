"""What an agreement permits: decide, explain, compare, trace. Pure: no I/O, no clock."""

from answerable.terms.compare import Change, diff
from answerable.terms.decide import Facts, decide
from answerable.terms.explain import explain
from answerable.terms.trace import Trace, became, why

__all__ = ["Change", "Facts", "Trace", "became", "decide", "diff", "explain", "why"]
