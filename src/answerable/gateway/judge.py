"""The decision on every request: the terms of the agreement, and what only a gateway can know.

A verdict is thought through once in a second for all requests of one form. Every moment that the
terms speak of is a whole second, so nobody is answered by a verdict that has lapsed.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol

from pydantic import ValidationError

from answerable.gateway.callers import Caller
from answerable.gateway.rates import Rates
from answerable.model.agreement import Agreement
from answerable.model.base import invalid
from answerable.model.dataset import Dataset
from answerable.model.exchange import OptOut, RecipientService
from answerable.model.limits import Pattern, Rate
from answerable.model.organisation import Organisation
from answerable.model.request import Refusal, Request, Verdict
from answerable.model.signing import key_id
from answerable.model.state import State
from answerable.terms import Facts, decide


class Followed(Protocol):
    """The register, as far as it is believed."""

    @property
    def state(self) -> State:
        """What its entries add up to."""

    @property
    def epoch(self) -> int:
        """Grows with every change."""

    @property
    def sealed_at(self) -> datetime | None:
        """When it was last seen to be looked after."""

    @property
    def forked(self) -> bool:
        """Whether it showed two faces: then nothing it says counts."""

    @property
    def unsound(self) -> bool:
        """Whether it goes on with what may not be there: then it is not heard any more."""

    @property
    def unknown_names(self) -> frozenset[str]:
        """What entries name that this software does not understand."""


class Fed(Protocol):
    """One version of an opt-out list, as the gateway was fed it."""

    @property
    def version(self) -> int:
        """From 1, without gaps."""

    @property
    def at(self) -> datetime:
        """When it was fed."""

    @property
    def commitment(self) -> str:
        """Its salted fingerprint."""


class Lists(Protocol):
    """The opt-out lists in the gateway's own vault."""

    @property
    def token(self) -> int:
        """Changes whenever a list does."""

    def lists(self) -> Mapping[str, Fed]:
        """Give every list."""


@dataclass(frozen=True, slots=True)
class House:
    """Whose gateway it is, and what it may serve.

    Attributes:
        keys: every public key that the organisation has or had, as its own people wrote them down.
            If the register knows of another, something may have been signed with it.
        datasets: those that have a source here.
        open_columns: by dataset, the columns that may be given to anyone once it is opened.
        greatest_age: of the register, whatever an agreement tolerates.
    """

    organisation: str
    keys: frozenset[str]
    datasets: frozenset[str]
    greatest_age: timedelta
    open_columns: Mapping[str, frozenset[str]] = field(default_factory=dict)


class Asked(NamedTuple):
    """What is asked, in a form that is quick to compare.

    Attributes:
        places: area columns and areas of the subject of a lookup; nothing where it is not known.
    """

    pattern: Pattern
    agreement: str
    recipient: str
    purpose: str
    columns: tuple[str, ...]
    places: tuple[tuple[str, str | None], ...] = ()
    emergency: bool = False

    @property
    def request(self) -> Request:
        """The same, as the terms know it.

        Raises:
            Invalid: ``request.invalid``.
        """
        said = self._asdict()
        try:
            areas = {column: area for column, area in said.pop("places") if area is not None}
            return Request(areas=areas, **said)
        except ValidationError as problem:
            raise invalid("request.invalid", problem) from None


@dataclass(frozen=True, slots=True)
class Ruling:
    """A verdict, and what was made of it: good for the second in which it was given.

    Attributes:
        rates: limits on how often may be asked so.
        made: whatever a pattern works out from the verdict alone, such as a query.
    """

    verdict: Verdict
    rates: tuple[Rate, ...] = ()
    made: dict[str, Any] = field(default_factory=dict)


class Judge:
    """Decides requests, the same way for every door."""

    def __init__(self, house: House, register: Followed, lists: Lists, rates: Rates) -> None:
        self._house = house
        self._register = register
        self._lists = lists
        self._rates = rates
        self._memory: tuple[Hashable, dict[Asked, Ruling]] = ((), {})

    @property
    def state(self) -> State:
        """The register as it is believed now."""
        return self._register.state

    @property
    def sealed_at(self) -> datetime | None:
        """When the register's seal was last renewed, as far as is known."""
        return self._register.sealed_at

    def fork(self) -> list[Refusal]:
        """Say that the register showed two faces, if it did: then not even its keys count."""
        return [Refusal(code="request.fork", by="register")] if self._register.forked else []

    def is_own(self, caller: Caller) -> bool:
        """Tell whether a caller belongs to the organisation whose gateway this is."""
        return caller.organisation == self._house.organisation

    def age(self, now: datetime) -> timedelta | None:
        """Tell how old the register's seal is; nothing if it was never seen."""
        sealed = self._register.sealed_at
        return max(now - sealed, timedelta(0)) if sealed else None

    def ruling(self, asked: Asked, now: datetime) -> Ruling:
        """Say whether something asked is allowed, in what form, and what decided.

        Raises:
            Invalid: ``request.invalid`` for what is no request at all.
        """
        standing = self.standing(asked, now)
        often = self.too_often(standing, asked, now) if standing.verdict.allowed else ()
        return Ruling(standing.verdict.with_(refusals=often, gives=())) if often else standing

    def too_often(self, ruling: Ruling, asked: Asked, now: datetime) -> tuple[Refusal, ...]:
        """Give the limits that were reached by asking so often."""
        if not ruling.rates:
            return ()
        counts = self._rates.of(self.state.get(Agreement, asked.agreement), now)
        return tuple(
            Refusal(code="request.rate", by=limit.limit)
            for limit in ruling.rates
            if counts[limit.limit] >= limit.requests
        )

    def standing(self, asked: Asked, now: datetime) -> Ruling:
        """Give the ruling but for how often was asked: whether an answer that began may go on."""
        register = self._register
        valid = (register.epoch, register.forked, register.unsound, self._lists.token, now)
        memory = self._memory
        if memory[0] != valid:
            memory = self._memory = (valid, {})  # at once: other threads may ask
        known = memory[1].get(asked)
        if known is None:
            verdict = self._judge(asked.request, now)
            known = memory[1][asked] = Ruling(verdict, self._rates_of(asked))
        return known

    def _rates_of(self, asked: Asked) -> tuple[Rate, ...]:
        agreement = self.state.find(Agreement, asked.agreement)
        limits = agreement.limits if agreement else ()
        return tuple(
            each for each in limits if isinstance(each, Rate) and each.narrows(asked.pattern)
        )

    def _judge(self, request: Request, now: datetime) -> Verdict:
        refusals = tuple(self._outside(request, now))
        if refusals:
            return Verdict(refusals=refusals)
        facts = Facts(now, self.age(now) or timedelta(0), self._list_ages(now))
        return decide(self.state, request, facts)

    def _outside(self, request: Request, now: datetime) -> list[Refusal]:
        """Refuse what the terms know nothing of."""
        found = self.register_refusals(now)
        agreement = self.state.find(Agreement, request.agreement)
        if agreement is None or agreement.custodian != self._house.organisation:
            return [*found, Refusal(code="request.agreement", by="grant")]
        if agreement.dataset not in self._house.datasets:
            found.append(Refusal(code="request.source", by="gateway"))
        if self._named(agreement, request.recipient) & self._register.unknown_names:
            found.append(Refusal(code="request.unknown", by="register"))
        return found

    def register_refusals(self, now: datetime) -> list[Refusal]:
        """Say why nothing at all can be served, if so: no register, a fork, a stranger's key.

        What is sealed and not understood may suspend anything, so the older state does not count.
        """
        if forked := self.fork():
            return forked
        if self._register.unsound:
            return [Refusal(code="request.unsound", by="register")]
        age = self.age(now)
        if age is None or age > self._house.greatest_age:
            return [Refusal(code="request.stale", by="register age")]
        own = self.state.find(Organisation, self._house.organisation)
        if own is None or not {own.public_key, *own.retired_keys} <= self._house.keys:
            return [Refusal(code="request.own-key", by="register")]
        return []

    def may_open(self, dataset: str, now: datetime) -> list[Refusal]:
        """Say why a dataset is not given to everyone, if so."""
        found = self.register_refusals(now)
        known = self.state.find(Dataset, dataset)
        mine = known and known.custodian == self._house.organisation
        mine = mine and bool(self._house.open_columns.get(dataset))
        if not (known and mine and dataset in self._house.datasets and known.opened):
            found.append(Refusal(code="request.dataset", by="catalogue"))
        names = {dataset, *self._own_names()}
        if names & self._register.unknown_names:
            found.append(Refusal(code="request.unknown", by="register"))
        return found

    def open_columns(self, dataset: str) -> frozenset[str]:
        """Give the columns that the gateway's own people let anyone have."""
        return self._house.open_columns.get(dataset, frozenset())

    def _own_names(self) -> set[str]:
        own = self.state.find(Organisation, self._house.organisation)
        keys = {own.public_key, own.key_id} if own else set()
        return {self._house.organisation, *keys}

    def _named(self, agreement: Agreement, recipient: str) -> set[str]:
        """Give every name by which an entry could mean this agreement or its keys."""
        names = {agreement.agreement, agreement.dataset, recipient, *self._own_names()}
        other = self.state.find(Organisation, recipient)
        keys = [other.public_key] if other else []
        for service in self.state.each(RecipientService):
            if service.organisation == recipient:
                names.add(service.service)
                keys.append(service.public_key)
        return {*names, *keys, *map(key_id, keys)}

    def _list_ages(self, now: datetime) -> dict[str, timedelta]:
        """Give the ages of the lists that are what the register's seal says, or newer."""
        return {
            name: now - fed.at
            for name, fed in self._lists.lists().items()
            if self._is_as_sealed(name, fed)
        }

    def _is_as_sealed(self, name: str, fed: Fed) -> bool:
        sealed = self.state.find(OptOut, f"{self._house.organisation}/{name}")
        if sealed is None or sealed.version < fed.version:
            return True
        return sealed.version == fed.version and sealed.seal == fed.commitment
