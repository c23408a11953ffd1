"""Figures that a monitor can read, and that are never about a person."""

from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families
from tests.town import HOUR, MARK

from answerable.gateway.door.figures import Figures
from answerable.gateway.patterns.bulk import Stream
from answerable.model.errors import Refused


def read(figures):
    families = text_string_to_metric_families(figures.text().decode())
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


def test_how_the_register_stands():
    figures = Figures()
    figures.stand(timedelta(minutes=3), 240, forked=False)
    said = read(figures)
    assert said["answerable_register_age_seconds",] == 180
    assert said["answerable_register_entries",] == 240
    assert said["answerable_register_fork",] == 0
    figures.stand(None, 0, forked=True)
    said = read(figures)
    assert said["answerable_register_age_seconds",] == float("inf")
    assert said["answerable_register_fork",] == 1


def test_what_was_done_is_counted():
    figures = Figures()
    figures.answered.labels("lookup").inc()
    figures.rows.labels("bulk").inc(7)
    figures.refused.labels("request.rate").inc()
    figures.hung_up.inc()
    figures.troubles.labels("mirror.unreachable").inc()
    said = read(figures)
    assert said["answerable_answered_total", "lookup"] == 1
    assert said["answerable_rows_total", "bulk"] == 7
    assert said["answerable_refused_total", "request.rate"] == 1
    assert said["answerable_hung_up_total",] == 1
    assert said["answerable_register_troubles_total", "mirror.unreachable"] == 1


def test_each_gateway_counts_for_itself():
    one, two = Figures(), Figures()
    one.hung_up.inc()
    assert read(two)["answerable_hung_up_total",] == 0


def test_the_age_of_the_register_is_that_of_its_seal(gate):
    gate.later(HOUR)
    gate.running.follow()
    assert read(gate.running.figures)["answerable_register_age_seconds",] == 3600
    gate.catch_up()
    assert read(gate.running.figures)["answerable_register_age_seconds",] == 0


def test_troubles_of_mirrors_are_counted_when_they_begin(gate):
    checkpoint = gate.place / "public/checkpoint"
    checkpoint.write_bytes(b"no checkpoint at all")
    for _ in range(3):
        gate.later(HOUR / 60)
        gate.running.follow()
    said = read(gate.running.figures)
    found = {name: value for name, value in said.items() if "troubles_total" in name[0]}
    assert list(found.values()) == [1]


def test_nothing_is_counted_by_what_somebody_said(gate):
    gate.lookup(f"{MARK}-somebody", agreement=MARK, purpose=MARK)
    gate.ask("GET", f"/{MARK}")
    assert MARK not in gate.running.figures.text().decode()


@pytest.mark.parametrize(
    "figure",
    [
        ("answerable_list_age_seconds", "said-no"),
        ("answerable_streams_stopped_total",),
    ],
)
def test_every_figure_is_counted(gate, monkeypatch, figure):
    monkeypatch.setattr(Stream, "may_go_on", lambda stream: False)
    gate.running.follow()
    with pytest.raises(Refused, match=r"door\.stopped"):
        gate.bulk()
    assert read(gate.running.figures).get(figure)
