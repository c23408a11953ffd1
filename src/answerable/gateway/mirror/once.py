"""What an honest register says once: no later entry puts another thing under the same name.

The rules of the stages see to it, and everybody who verifies checks them. A gateway knows no
stages; it asks for what matters to it: nothing that was agreed on is swapped afterwards.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from answerable.model.agreement import Agreement, AgreementDrafted
from answerable.model.dataset import ColumnDescribed, Dataset, DatasetDescribed
from answerable.model.entry import Body
from answerable.model.errors import Refused
from answerable.model.exchange import RecipientService, ServiceListed, used_keys
from answerable.model.organisation import (
    OpenRegister,
    Organisation,
    OrganisationAdmitted,
    OrganisationKeyRotated,
    RegisterOpened,
)
from answerable.model.signal import Signal, SignalDeclared
from answerable.model.signing import key_id
from answerable.model.state import Record, State

_NAMED: Final[Mapping[type[Body], tuple[type[Record], Callable[[Any], str]]]] = {
    RegisterOpened: (OpenRegister, lambda _: "register"),
    OrganisationAdmitted: (Organisation, lambda body: body.organisation),
    DatasetDescribed: (Dataset, lambda body: body.dataset),
    AgreementDrafted: (Agreement, lambda body: body.agreement),
    ServiceListed: (RecipientService, lambda body: body.service),
    SignalDeclared: (Signal, lambda body: body.declaration),
}
_KEYED: Final = (OrganisationAdmitted, OrganisationKeyRotated, ServiceListed)


def check_once(state: State, body: Body) -> None:
    """Refuse a name, a column or a key that was given before.

    Raises:
        Refused: ``<noun>.taken``, ``column.taken``, ``key.used``.
    """
    if type(body) in _NAMED:
        kind, key = _NAMED[type(body)]
        state.free(kind, key(body))
    if isinstance(body, ColumnDescribed):
        dataset = state.get(Dataset, body.dataset)
        if dataset.column(body.column):
            raise Refused("column.taken", dataset=body.dataset, column=body.column)
    if isinstance(body, _KEYED) and body.public_key in used_keys(state):
        raise Refused("key.used", key=key_id(body.public_key))
