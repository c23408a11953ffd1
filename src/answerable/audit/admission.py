"""What every entry must be before it joins a register, and again whenever anybody checks one."""

import answerable.stages  # noqa: F401 - the rules register themselves
from answerable.evidence.entry import check_authority, check_known, check_place, check_signatures
from answerable.model.command import RULES, Said
from answerable.model.entry import Entry
from answerable.model.errors import Refused
from answerable.model.personal import CHECKERS
from answerable.model.state import State


def admit(state: State, entry: Entry) -> None:
    """Refuse an entry that may not follow what the state has taken in so far.

    Raises:
        Refused: out of order, unsigned, or against a rule.
        Forbidden: the actor may not say it.
        Missing: it is about something that does not exist.
    """
    check_place(state, entry)
    check_known(entry)
    check_authority(state, entry)
    check_words(entry)
    check_signatures(state, entry)
    check_rule(state, entry)


def check_words(entry: Entry) -> None:
    """Refuse public words that look like personal details.

    Raises:
        Refused: ``text.personal`` naming the field and the form found, never the words.
    """
    checker = CHECKERS[entry.envelope.v]
    chosen = ("command_id", entry.envelope.command_id)
    for pointer, words in (chosen, *entry.body.public_words()):
        found = list(checker(words))
        if found:
            raise Refused("text.personal", field=pointer, found=found)


def check_rule(state: State, entry: Entry) -> None:
    """Refuse what the rule for this kind and version does not allow."""
    said = entry.envelope
    _, check = RULES[type(entry.body)]
    check(state, entry.body, Said(said.org, said.at))
