"""The steps of a panel, from whom it is to resemble to its end, with what may be said next."""

from collections.abc import Iterator

from answerable.model.draw import Draw, WitnessedSeed
from answerable.model.engagement import Engagement
from answerable.web.call import Call
from answerable.web.lines import title_of
from answerable.web.pages.work.parts import Item, Part, offer


def steps(call: Call, found: Engagement) -> Part:
    """Give the steps in their order."""
    items = (
        *_people(call, found),
        *_pool(call, found),
        *_members(call, found),
        *_meetings(call, found),
    )
    return Part("steps", call._("Steps"), items)


def _step(
    call: Call, found: Engagement, words: str, *, done: bool, verb: str = "", path: str = ""
) -> Item:
    known = {"engagement": found.engagement}
    return Item(words=words, done=done, path=path, offer=offer(call, verb, known) if verb else None)


def _people(call: Call, found: Engagement) -> Iterator[Item]:
    """How people are found; it cannot be made up for afterwards."""
    _, drawn = call._, found.drawn is not None
    if found.population or not drawn:
        done = found.population is not None
        words, verb = _("It is stated whom the panel is to resemble"), "state-population"
        yield _step(call, found, words, done=done, verb="" if done else verb)
    if found.registration:
        day = call.tongue.day(found.registration.closes)
        yield _step(call, found, _("Anybody may register, until %(day)s", day=day), done=True)
    elif found.pool is None:
        words, verb = _("Anybody may register here"), "open-registration"
        yield _step(call, found, words, done=False, verb=verb)
    if found.recruitment or not drawn:
        verb = "" if drawn else "tell-recruitment"
        words = _("It is told how people were found")
        yield _step(call, found, words, done=bool(found.recruitment), verb=verb)


def _pool(call: Call, found: Engagement) -> Iterator[Item]:
    _, pool, page = call._, found.pool, f"/work/panels/{found.engagement}/pool"
    if pool is None:
        words = _("Fill the pool, set the targets and fix them")
        yield _step(call, found, words, done=False, path=page)
    elif pool.void(call.now):
        words = _(
            "The draw is void, because a number was withheld: %(who)s. Fix the pool again.",
            who=_names(call, pool.awaited),
        )
        yield _step(call, found, words, done=False, path=page)
        pool = None
    else:
        words = _("The pool of volunteers and the targets are fixed")
        yield _step(call, found, words, done=True, path=page)
    if pool:
        yield from _seed(call, found, pool)
    done, ready = found.drawn is not None, bool(pool and pool.promised and not pool.awaited)
    verb = "draw-panel" if ready and not done else ""
    yield _step(call, found, _("The panel is drawn by lot"), done=done, verb=verb)


def _seed(call: Call, found: Engagement, draw: Draw) -> Iterator[Item]:
    """The numbers of the witnesses, sealed and then opened; draws of earlier days had none."""
    _, seed = call._, draw.seed
    if not isinstance(seed, WitnessedSeed):
        return
    said = {"who": _names(call, draw.awaited), "time": call.tongue.time(seed.reveal_by)}
    if not draw.promised:
        words = _("Numbers are sealed; awaited by %(time)s (UTC): %(who)s", **said)
        yield _step(call, found, words, done=False)
        return
    yield _step(call, found, _("Every witness has sealed a number"), done=True)
    if draw.awaited:
        words = _("Numbers are opened; awaited by %(time)s (UTC): %(who)s", **said)
        yield _step(call, found, words, done=False)
    else:
        yield _step(call, found, _("Every witness has opened its number"), done=True)


def _members(call: Call, found: Engagement) -> Iterator[Item]:
    if found.drawn is None:
        return
    _, members, page = call._, found.members, f"/work/panels/{found.engagement}/members"
    sure = len(set(members) & set(found.confirmed))
    words = _("Members confirmed: %(sure)s of %(all)s", sure=sure, all=len(members))
    yield _step(call, found, words, done=sure == len(members), path=page)
    if found.left:
        yield from _replaced(call, found)


def _replaced(call: Call, found: Engagement) -> Iterator[Item]:
    _, empty, last = call._, found.seats - len(found.members), found.draws[-1]
    over = found.finished is not None
    words = _(
        "Members who left: %(left)s; empty seats: %(empty)s", left=len(found.left), empty=empty
    )
    waits = last.replaces and last.drawn is None and not last.void(call.now)
    verb = "commit-replacement" if empty and not waits and not over else ""
    yield _step(call, found, words, done=not empty, verb=verb)
    if not last.replaces or last.drawn or not empty:
        return
    if last.void(call.now):
        words = _(
            "The draw of replacements is void, because a number was withheld: %(who)s",
            who=_names(call, last.awaited),
        )
        yield _step(call, found, words, done=False)
        return
    yield from _seed(call, found, last)
    ready = last.promised and not last.awaited
    words = _("Replacements are drawn by lot")
    yield _step(call, found, words, done=False, verb="draw-panel" if ready else "")


def _meetings(call: Call, found: Engagement) -> Iterator[Item]:
    _, drawn, over = call._, found.drawn is not None, found.finished is not None
    met = len(found.held) >= found.workshops
    verb = "hold-workshop" if drawn and not met and not over else ""
    yield _step(call, found, _("All meetings were held"), done=met, verb=verb)
    verb = "finish-panel" if drawn and met and not over else ""
    yield _step(call, found, _("The panel has ended"), done=over, verb=verb)


def _names(call: Call, organisations: tuple[str, ...]) -> str:
    return ", ".join(title_of(call, each) for each in organisations)
