"""What is waiting, and for whom, for anybody to see."""

from answerable.model.organisation import Organisation
from answerable.web.call import Call, Page
from answerable.web.waiting import Waits
from answerable.web.waiting import waiting as all_waiting


def waiting(call: Call) -> Page:
    """List what each organisation is expected to do, those with something late first.

    Raises:
        Missing: ``organisation.unknown`` for one that was asked for.
    """
    asked = call.asked("organisation")
    if asked:
        call.state.get(Organisation, asked)
    by: dict[str, list[Waits]] = {}
    for each in all_waiting(call.state, call.now):
        if asked in ("", each.organisation):
            by.setdefault(each.organisation, []).append(each)
    late = sum(each.late for own in by.values() for each in own)
    return Page("waiting.html", {"organisation": asked, "late": late, "waiting": by})
