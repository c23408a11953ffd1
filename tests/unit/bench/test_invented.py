"""The invented register is one that anybody would accept, and its peer says the same."""

from itertools import islice

from bench import invented, plain

from answerable.audit.admission import admit
from answerable.model.entry import check_exact, read_entry
from answerable.model.proposal import Proposal
from answerable.model.state import Builder

CHAPTERS = 3
OPENING = 3


def said():
    return islice(invented.statements(), OPENING + 20 * CHAPTERS)


def test_every_entry_is_admitted():
    state = Builder()
    for index, statement in enumerate(said()):
        entry = read_entry(invented.entry(index, statement).data, index)
        check_exact(entry)
        admit(state, entry)
        state.apply(entry)
    proposals = list(state.each(Proposal))
    assert len(proposals) == CHAPTERS
    assert [ask.column for ask in proposals[0].asks] == list(invented.COLUMNS)


def test_the_peer_files_every_statement(tmp_path):
    lines = tmp_path / "plain.jsonl"
    statements = [
        {"kind": each.body.kind.name, "body": each.body.model_dump(mode="json")} for each in said()
    ]
    plain.append(lines, statements[:30])
    plain.append(lines, statements[30:])
    ledger = plain.fold(lines)
    assert len(ledger["proposal"]) == CHAPTERS
    filed = [one for subject in ledger.values() for about in subject.values() for one in about]
    assert sorted(map(repr, filed)) == sorted(map(repr, statements))
