"""The release point: everything that an answer needs, put together once."""

from asyncio import Lock
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NoReturn

from answerable.gateway.connectors import Connector
from answerable.gateway.errors import Declined
from answerable.gateway.judge import Asked, Judge
from answerable.gateway.models import Models
from answerable.gateway.pseudonyms import Pseudonyms
from answerable.gateway.published import PublishedCells
from answerable.gateway.rates import Rates
from answerable.gateway.releases import Release, ReleaseLog
from answerable.gateway.vault import GatewayVault
from answerable.model.agreement import Agreement
from answerable.model.dataset import Dataset
from answerable.model.errors import Broken, Refused
from answerable.model.request import Refusal


@dataclass(frozen=True, slots=True)
class Point:
    """One gateway at work.

    Attributes:
        sources: how each dataset is reached, by its name in the catalogue.
        published: which counts were given before.
        now: tells the time, in whole seconds of UTC.
        counting: held while counts are made, so that each knows all that were given before.
    """

    judge: Judge
    log: ReleaseLog
    rates: Rates
    vault: GatewayVault
    pseudonyms: Pseudonyms
    sources: Mapping[str, Connector]
    models: Models
    published: PublishedCells
    now: Callable[[], datetime]
    counting: Lock = field(default_factory=Lock)

    def agreed(self, asked: Asked) -> tuple[Agreement, Dataset]:
        """Give an agreement that was allowed, and its dataset.

        Raises:
            Missing: it is not there; whoever asks was allowed, so it is.
        """
        state = self.judge.state
        agreement = state.get(Agreement, asked.agreement)
        return agreement, state.get(Dataset, agreement.dataset)

    def source(self, dataset: str) -> Connector:
        """Give the way to a dataset.

        Raises:
            Refused: ``source.unknown``.
        """
        found = self.sources.get(dataset)
        if found is None:
            raise Refused("source.unknown", dataset=dataset)
        return found

    def release(self, asked: Asked, **said: Any) -> Release:
        """Say what the log will of something asked. A name that nobody knows is left out."""
        known = self.judge.state.find(Agreement, asked.agreement)
        granted = known and asked.purpose in known.purposes
        return Release(
            agreement=known.agreement if known else None,
            dataset=known.dataset if known else None,
            pattern=asked.pattern,
            recipient=asked.recipient,
            purpose=asked.purpose if granted else None,
            **said,
        )

    @contextmanager
    def taking(self, asked: Asked, now: datetime) -> Iterator[None]:
        """Count a request that is about to be answered; not, if it is not after all."""
        self.rates.answered(asked.agreement, asked.pattern, now)
        try:
            yield
        except BaseException:
            self.rates.answered(asked.agreement, asked.pattern, now, times=-1)
            raise

    async def recorded(
        self,
        release: Release,
        private: Mapping[str, Any] | bytes | None,
        subject: tuple[str, str] | None = None,
    ) -> int:
        """Record an answer; give its number once it is durable.

        Raises:
            Broken: it could not be recorded, so nothing may be given.
        """
        number = await self.log.recorded(release, private, subject)
        if number is None:
            raise Broken("door.failed")
        return number

    async def decline(
        self, asked: Asked, refusals: Sequence[Refusal], private: Mapping[str, Any] | bytes
    ) -> NoReturn:
        """Record a refusal of a service that is known, then say so.

        Raises:
            Declined: always.
        """
        said = self.release(asked, **_because(refusals))
        raise Declined(refusals, await self.log.recorded(said, private))

    async def turn_away(self, refusals: Sequence[Refusal]) -> NoReturn:
        """Record a refusal of somebody unknown, then say so.

        Raises:
            Declined: always.
        """
        said = Release(**_because(refusals))
        raise Declined(refusals, await self.log.recorded(said, None))


def _because(refusals: Sequence[Refusal]) -> dict[str, Any]:
    return {
        "outcome": "refused",
        "codes": tuple(dict.fromkeys(refusal.code for refusal in refusals)),
        "by": tuple(dict.fromkeys(refusal.by for refusal in refusals)),
    }
