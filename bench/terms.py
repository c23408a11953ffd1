"""How long it takes from an agreement to the statement that is asked of a database."""

import tempfile
from pathlib import Path

from answerable.gateway.compile import Dialect, rows_query
from answerable.gateway.judge import Asked
from answerable.model.limits import Pattern
from answerable.terms import Facts, decide, plan
from bench.agreed import GIVEN, LIMITED, LIST, NOW, agreed, at_work
from bench.figures import Figure, Say, at_most, seen
from bench.watch import Watch

NAME = "terms"
DESCRIPTION = "Terms: from an agreement with every kind of limit to one statement"

TIMES = 300
RUNS = 5


def run(say: Say) -> list[Figure]:
    """Measure it; some seconds."""
    with tempfile.TemporaryDirectory(prefix="bench-terms-") as folder:
        say("making a register")
        with agreed(Path(folder), 1000) as (made, table), at_work(made.configure(table)) as running:
            point = running.point
            asked = Asked(Pattern.BULK, LIMITED, "rivers", "flood_relief", GIVEN)
            agreement, dataset = point.agreed(asked)
            source = point.source(dataset.dataset)
            age = point.now() - point.vault.lists()[LIST].at
            facts = Facts(NOW, list_ages={LIST: age})
            decided, planned, compiled = [], [], []
            for _ in range(RUNS):
                one, two, three = Watch(), Watch(), Watch()
                for _ in range(TIMES):
                    with one.running():
                        verdict = decide(point.judge.state, asked.request, facts)
                    with two.running():
                        made_plan = plan(dataset, agreement, asked.request, verdict)
                    with three.running():
                        rows_query(made_plan, source.table, Dialect.DUCKDB, subject=True)
                decided.append(one.cpu)
                planned.append(two.cpu)
                compiled.append(three.cpu)
    each = [min(runs) / TIMES * 1000 for runs in (decided, planned, compiled)]
    return [
        seen("request to verdict", each[0], "ms", RUNS * TIMES),
        seen("verdict to plan", each[1], "ms", RUNS * TIMES),
        seen("plan to statement", each[2], "ms", RUNS * TIMES),
        at_most("agreement to statement", sum(each), "ms", 5, RUNS * TIMES),
    ]
