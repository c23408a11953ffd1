"""Figures for whoever runs the gateway, as Prometheus reads them. Never about a person."""

from datetime import timedelta

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest


class Figures:
    """Counts since the start, and how things stand."""

    def __init__(self) -> None:
        """Begin at nought."""
        own = self.registry = CollectorRegistry()
        self.answered = Counter(
            "answerable_answered", "Answers given, by pattern.", ["pattern"], registry=own
        )
        self.rows = Counter("answerable_rows", "Rows given, by pattern.", ["pattern"], registry=own)
        self.refused = Counter("answerable_refused", "Refusals, by code.", ["code"], registry=own)
        self.stopped = Counter(
            "answerable_streams_stopped", "Streams that lost their permission.", registry=own
        )
        self.hung_up = Counter(
            "answerable_hung_up", "Callers that went away before the end.", registry=own
        )
        self.troubles = Counter(
            "answerable_register_troubles",
            "Troubles with mirrors, by code.",
            ["code"],
            registry=own,
        )
        self.register_age = Gauge(
            "answerable_register_age_seconds", "Age of the register's seal.", registry=own
        )
        self.register_size = Gauge(
            "answerable_register_entries",
            "Entries of the register that are believed.",
            registry=own,
        )
        self.list_age = Gauge(
            "answerable_list_age_seconds", "Age of an opt-out list.", ["list"], registry=own
        )
        self.fork = Gauge(
            "answerable_register_fork", "1 when the register showed two faces.", registry=own
        )

    def stand(self, age: timedelta | None, size: int, *, forked: bool) -> None:
        """Take down how the register stands."""
        self.register_age.set(age.total_seconds() if age is not None else float("inf"))
        self.register_size.set(size)
        self.fork.set(forked)

    def text(self) -> bytes:
        """Write everything down."""
        return generate_latest(self.registry)
