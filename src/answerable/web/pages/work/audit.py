"""The auditor's pages: every agreement with its evidence, to be taken away and checked."""

from dataclasses import dataclass

from answerable.model.agreement import Agreement
from answerable.model.status import Standing, standing
from answerable.web.call import Call, Later, Page, Raw
from answerable.web.pack import Pack


@dataclass(frozen=True, slots=True)
class Audited:
    """An agreement in a list."""

    agreement: Agreement
    standing: Standing


def audit(call: Call) -> Page:
    """List the agreements."""
    found = [Audited(each, standing(each, call.now)) for each in call.state.each(Agreement)]
    return Page("work/audit.html", {"agreements": found[::-1]})


def evidence(call: Call) -> Later:
    """Give everything that the record holds about an agreement, with proofs, in one file."""
    found = call.state.get(Agreement, call.named("agreement"))
    name = f"{found.agreement}-evidence.zip"
    pack = Pack.of(call.state, found, call.tongue.code)
    return Later(lambda: pack.data(call.loop), lambda data: Raw("application/zip", data, name))
