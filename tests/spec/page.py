"""The page of the manual that is made from the tables."""

from tests.spec import duties, grant, limits
from tests.spec.world import agreement
from tools.spec import Spec

from answerable.terms import explain

INTRO = """\
# What limits do

An agreement is one grant, any number of limits, and any number of duties. Nothing outside the
grant exists. Each limit narrows what is left: it can refuse a request, leave rows or people out,
or make a column less exact. None can do the opposite, so adding a limit never permits more.

Each table here is run as a test, row by row: what it says is what the software does. Every table
asks one small agreement of an invented place, which says by itself:
"""

USUAL = """\
Unless a table says otherwise, Larchside asks on 15 January 2027 at noon to look up the address of
one home in Larchfoot for rescue, with no warning in force. An answer names the columns that are
given and how, then what holds for all of it; or it is refused, with the code of each reason and
the part of the grant, the limit or the duty that refuses.
"""

CHAPTERS: dict[str, dict[str, Spec]] = {
    "The grant": {
        "Purposes": grant.PURPOSE,
        "Columns": grant.COLUMN,
        "Recipients": grant.RECIPIENT,
        "Ways of asking": grant.PATTERN,
        "Start and end": grant.WINDOW,
        "Signatures": grant.SIGNATURES,
        "Suspension": grant.SUSPENDED,
        "Age of the register": grant.REGISTER_AGE,
        "No agreement": grant.AGREEMENT,
        "Several reasons": grant.ALL_AT_ONCE,
    },
    "Limits": {
        "Only these columns": limits.ONLY_COLUMNS,
        "Only these columns, twice": limits.ONLY_COLUMNS_TWICE,
        "Only for these purposes": limits.ONLY_PURPOSES,
        "Only these rows": limits.ONLY_ROWS,
        "Less exact": limits.COARSEN,
        "Less exact, unless a warning is in force": limits.COARSEN_UNLESS,
        "Less exact, for no one place": limits.COARSEN_NOWHERE,
        "Less exact, twice": limits.COARSEN_TWICE,
        "People who said no": limits.OPT_OUT,
        "Not too often": limits.RATE,
        "A code instead": limits.PSEUDONYMISE,
        "A code instead, and less exact": limits.PSEUDONYMISE_AND_COARSEN,
        "Only while a warning is in force": limits.WHILE_SIGNAL,
        "No small counts": limits.MINIMUM_COUNT,
        "For some ways of asking only": limits.PATTERNS,
        "Several limits": limits.TOGETHER,
    },
    "Duties": {
        "What a miss does": duties.EFFECTS,
        "Each effect": duties.NO_EFFECT,
        "Duties that come back": duties.REPEATED,
        "Several duties": duties.SEVERAL,
    },
}


def terms_page() -> str:
    """Write ``docs/reference/terms.md``."""
    said = "\n".join(f"- {sentence}" for sentence in explain(agreement()))
    parts = [INTRO, said + "\n", USUAL]
    for chapter, specs in CHAPTERS.items():
        parts.append(f"## {chapter}\n")
        parts += [f"### {title}\n\n{spec.markdown()}\n" for title, spec in specs.items()]
    return "\n".join(parts)
