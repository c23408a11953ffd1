"""The methods by name. Leximin is the default.

The plain lottery is no rule of what is best: it only respects the targets. See ``plain``. A single
draw by random keys is ``draw``; its chances are not known, and no certificate goes with it.
"""

from types import MappingProxyType

from answerable.science.sortition.instance import Instance
from answerable.science.sortition.lottery import Rule
from answerable.science.sortition.nash import nash
from answerable.science.sortition.relaxed import Relaxed, leximin


def maximin(instance: Instance) -> Relaxed:
    """Make the least chance as great as it can be, and stop there.

    Raises:
        SortitionError: as `leximin`.
    """
    return leximin(instance, levels=1)


METHODS: MappingProxyType[str, Rule] = MappingProxyType(
    {"leximin": leximin, "maximin": maximin, "nash": nash}
)
"""What each method finds best; for ``lottery``."""
