"""How many requests were answered in the present minute, hour or day."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from answerable.model.agreement import Agreement
from answerable.model.limits import Pattern, Rate

PERIODS = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
}
LONGEST = max(PERIODS.values())


class Rates:
    """Counts what was answered, by agreement and pattern, in periods of the clock (UTC)."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str, str, int]] = Counter()
        self._day = 0

    def answered(self, agreement: str, pattern: Pattern, at: datetime, times: int = 1) -> None:
        """Count a request that is about to be answered; -1 when it was not after all."""
        second = int(at.timestamp())
        if (day := _period("day", second)) > self._day:
            self._day = day
            self._counts = Counter(
                {
                    key: count
                    for key, count in self._counts.items()
                    if key[3] >= _period(key[2], second)
                }
            )
        for period in PERIODS:
            self._counts[agreement, pattern, period, _period(period, second)] += times

    def restore(self, answered: Iterable[tuple[str, Pattern, datetime]]) -> None:
        """Count what the log says was answered before the gateway started."""
        for agreement, pattern, at in answered:
            self.answered(agreement, pattern, at)

    def of(self, agreement: Agreement, now: datetime) -> dict[str, int]:
        """Give the count that each rate limit of an agreement is about, by its name."""
        second = int(now.timestamp())
        return {
            limit.limit: sum(
                self._counts[agreement.agreement, pattern, limit.per, _period(limit.per, second)]
                for pattern in limit.patterns or agreement.patterns
            )
            for limit in agreement.limits
            if isinstance(limit, Rate)
        }


def _period(name: str, second: int) -> int:
    return second // int(PERIODS[name].total_seconds())
