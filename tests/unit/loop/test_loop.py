"""The Loop: all or nothing, once, in order, and in step with its private rooms."""

import errno
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import textwrap
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from pydantic import ValidationError
from tests.unit.loop.conftest import NOW, open_register
from tests.worlds import example

from answerable.audit.verify import verify
from answerable.evidence.source import DirectorySource
from answerable.loop import Loop, welcome
from answerable.model.actor import Role
from answerable.model.command import ACTIONS
from answerable.model.errors import Broken, Conflict, Forbidden, Invalid, Missing, Refused
from answerable.model.organisation import Organisation
from answerable.model.proposal import Proposal, ProposalMade
from answerable.model.signing import SigningKey
from answerable.model.text import Text, en
from answerable.model.vision import Vision
from answerable.stages.account import RotateOrganisationKey, Translate
from answerable.stages.catalogue import DescribeDataset
from answerable.stages.engage import CommitPool
from answerable.stages.envision import PublishVision, TellScenario
from answerable.store import files
from answerable.store.desk import Draft
from answerable.store.register import SqliteRegister
from answerable.store.vault import VaultRecord

LATER = datetime(2099, 1, 1, tzinfo=UTC)
"""After every seal here, some of which the machine's clock dates."""


def vision(name="a-vision", words="Picture"):
    return PublishVision(vision=name, title=en("Title"), picture=en(words), horizons=(2031,))


def test_an_act_gives_its_entries_and_is_public_at_once(loop, officer, workspace):
    (entry,) = loop.act(vision(), officer)
    assert entry.index == loop.state.size - 1
    assert loop.state.get(Vision, "a-vision").entry == entry.index
    assert loop.entry(entry.index).data == entry.data
    report = verify(DirectorySource(workspace / "public"), LATER)
    assert report.holds
    assert report.size == loop.state.size


def test_no_id_of_a_command_looks_like_a_telephone_number(workspace, clock):
    digits = bytes.fromhex("012345678901234567890123")
    with Loop(workspace, clock=clock, chance=lambda size: (digits * 3)[:size]) as loop:
        open_register(loop)
        assert loop.entry(0).envelope.command_id == f"c{digits[:12].hex()}"


def test_no_reference_of_a_steward_looks_like_a_telephone_number(workspace, clock, monkeypatch):
    monkeypatch.setattr("secrets.token_hex", lambda _size: "01414960040abcde")
    with Loop(workspace, clock=clock) as loop:
        open_register(loop)
        assert "01414960040abcde" in str(loop.entry(0).envelope.plain()["body"]["stewards"])


def test_the_same_command_again_changes_nothing(loop, officer):
    first = loop.act(vision(), officer, command_id="once-0001")
    again = loop.act(vision(), officer, command_id="once-0001")
    assert [entry.data for entry in first] == [entry.data for entry in again]


def test_another_command_under_the_same_id_is_refused(loop, officer):
    loop.act(vision(), officer, command_id="once-0001")
    with pytest.raises(Refused, match="command.reused"):
        loop.act(vision("another"), officer, command_id="once-0001")
    with pytest.raises(Refused, match="command.reused"):
        loop.act(vision(), loop.actor(Role.STEWARD, "trust"), command_id="once-0001")


def test_a_refused_command_may_be_mended_under_its_id(loop, officer):
    told = TellScenario(
        scenario="s-1", vision="a-vision", horizon=2031, title=en("T"), story=en("S")
    )
    with pytest.raises(Missing, match="vision.unknown"):
        loop.act(told, officer, command_id="once-0001")
    loop.act(vision(), officer)
    assert loop.act(told.with_(title=en("Mended")), officer, command_id="once-0001")


def test_a_rehearsal_refuses_what_would_be_refused_and_keeps_nothing(loop, officer):
    size, receipts = loop.state.size, loop.desk.receipt("rehearsal")
    loop.rehearse(vision(), officer)
    assert (loop.state.size, loop.desk.receipt("rehearsal")) == (size, receipts)
    assert loop.state.find(Vision, "a-vision") is None
    loop.act(vision(), officer)
    loop.act(vision("another"), officer, command_id="rehearsal")
    with pytest.raises(Refused, match="vision.taken"):
        loop.rehearse(vision(), officer)
    with pytest.raises(Refused, match="text.personal"):
        loop.rehearse(vision("third", words="Call 07700 900123"), officer)
    with pytest.raises(Forbidden, match="actor.role"):
        loop.rehearse(vision("third"), loop.actor(Role.FACILITATOR, "council"))


def test_nothing_before_the_register_is_open(workspace, clock):
    with Loop(workspace, clock=clock) as loop:
        with pytest.raises(Missing, match="register.unknown"):
            loop.publish()
        with pytest.raises(Missing):
            loop.act(vision(), loop.actor(Role.OFFICER, "trust"))


def test_a_register_opens_once(loop):
    with pytest.raises(Refused, match="register.taken"):
        open_register(loop)


def test_the_wrong_organisation_and_the_wrong_role(loop):
    council = loop.actor(Role.CUSTODIAN, "council")
    dataset = DescribeDataset.model_validate(
        {
            "dataset": "rain",
            "custodian": "trust",
            "title": en("Rain"),
            "description": en("Rain"),
            "access": "closed",
            "updated": en("Daily"),
        },
        strict=False,
    )
    with pytest.raises(Forbidden, match="actor.organisation"):
        loop.act(dataset, council)
    with pytest.raises(Forbidden, match="actor.role"):
        loop.act(dataset, loop.actor(Role.OFFICER, "trust"))
    with pytest.raises(Missing, match="organisation.unknown"):
        loop.act(dataset.with_(custodian="ghost"), loop.actor(Role.CUSTODIAN, "ghost"))


def test_personal_details_never_become_public(loop, officer):
    size = loop.state.size
    with pytest.raises(Refused, match="text.personal") as problem:
        loop.act(vision(words="Call 07700 900123"), officer)
    assert problem.value.params == {"field": "/picture/en", "found": ["phone"]}
    assert loop.state.size == size


def test_an_entry_too_large_is_refused(loop, officer):
    words = dict.fromkeys(("en", "cy", "gd", "fr", "de", "es", "it", "pl", "ga"), "x" * 4000)
    with pytest.raises(Invalid, match="entry.long"):
        loop.act(vision().with_(picture=Text(words)), officer)


def test_time_never_goes_back_in_the_register(loop, officer, clock):
    loop.act(vision(), officer)
    clock.moment = NOW - timedelta(days=3)
    (entry,) = loop.act(vision("later"), officer)
    assert entry.envelope.at == NOW


def test_a_proof_is_checked_offline(loop, officer):
    (entry,) = loop.act(vision(), officer)
    receipt = loop.proof(entry.index)
    from answerable.model.organisation import OpenRegister
    from answerable.science.tlog import Verifier

    opened = loop.state.get(OpenRegister, "register")
    checkpoint = receipt.verify(entry.data, [Verifier.from_vkey(opened.log_key)])
    assert checkpoint.size == loop.state.size
    with pytest.raises(Missing, match="entry.unknown"):
        loop.proof(999)


# Keys.


def test_keys_are_private_files(loop, workspace):
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (workspace / "keys").iterdir()}
    assert modes == {0o600}
    assert stat.S_IMODE((workspace / "keys").stat().st_mode) == 0o700
    for name in ("register.sqlite3", "vault.sqlite3", "desk.sqlite3"):
        assert stat.S_IMODE((workspace / name).stat().st_mode) == 0o600


def test_an_organisation_whose_key_is_elsewhere_cannot_be_spoken_for(loop, workspace):
    next((workspace / "keys").glob("council.*.key")).unlink()
    with pytest.raises(Refused, match="signature.unavailable"):
        loop.act(
            RotateOrganisationKey(
                organisation="council",
                public_key=SigningKey(b"n" * 32).public,
                reason=en("Lost."),
            ),
            loop.actor(Role.CUSTODIAN, "council"),
        )


def test_stewards_replace_a_lost_key(loop, workspace):
    old = loop.state.get(Organisation, "council")
    next((workspace / "keys").glob("council.*.key")).unlink()
    new = loop.keyring.new("council")
    rotate = RotateOrganisationKey(
        organisation="council", public_key=new.public, reason=en("The old key was lost.")
    )
    loop.act(rotate, loop.actor(Role.STEWARD, "trust"))
    now = loop.state.get(Organisation, "council")
    assert now.public_key == new.public
    assert now.retired_keys == (old.public_key,)


def test_a_damaged_key_file_is_named(loop, workspace, officer):
    path = next((workspace / "keys").glob("council.*.key"))
    path.write_text("not a key\n")
    with pytest.raises(Broken, match="key.damaged"):
        list(loop.keyring.all())


def test_a_machine_without_the_seal_cannot_publish(loop, workspace, officer):
    next((workspace / "keys").glob("log.*.seal")).unlink()
    with pytest.raises(Broken, match="public.behind") as problem:
        loop.act(vision(), officer)
    assert problem.value.params == {"because": "key.missing"}
    assert loop.state.find(Vision, "a-vision")


def tamper(workspace, *statements):
    with closing(sqlite3.connect(workspace / "register.sqlite3")) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()


def test_a_register_cut_short_behind_our_back_is_never_sealed_again(loop, officer, workspace):
    loop.act(vision(), officer)
    loop.close()
    last = "WHERE number = (SELECT max(number) FROM leaf)"
    tamper(workspace, f"DELETE FROM entry {last}", f"DELETE FROM leaf {last}")  # noqa: S608
    with pytest.raises(Broken, match="seal.smaller|store.damaged"):
        Loop(workspace)
    assert verify(DirectorySource(workspace / "public"), LATER).holds


def test_a_rewritten_register_is_never_sealed_again(loop, officer, workspace, clock):
    """Even one whose hashes were made to fit: what was sealed before had another root."""
    loop.act(vision(), officer)
    other = workspace.parent / "other"
    with Loop(other, clock=clock) as rewritten:
        open_register(rewritten)
        for name in ("x-1", "x-2", "x-3"):
            rewritten.act(vision(name), rewritten.actor(Role.OFFICER, "trust"))
    loop.close()
    seals = list(rows(workspace, "SELECT size, root, note FROM seal ORDER BY size"))
    shutil.copy(other / "register.sqlite3", workspace / "register.sqlite3")
    tamper(workspace, "DELETE FROM seal")
    with closing(sqlite3.connect(workspace / "register.sqlite3")) as database:
        database.executemany("INSERT INTO seal (size, root, note) VALUES (?, ?, ?)", seals)
        database.commit()
    with pytest.raises(Broken, match="seal.different"):
        Loop(workspace, clock=clock)


def rows(workspace, query):
    with closing(sqlite3.connect(workspace / "register.sqlite3")) as database:
        return database.execute(query).fetchall()


# Races.


def test_a_lost_race_is_tried_again(loop, officer, workspace, clock, monkeypatch):
    raced = []
    append = SqliteRegister.append

    def racing(self, expected, records, blobs=None):
        if not raced:
            raced.append(True)
            with Loop(workspace, clock=clock, publishing=False) as other:
                other.act(vision("from-elsewhere"), officer)
        return append(self, expected, records, blobs or {})

    monkeypatch.setattr(SqliteRegister, "append", racing)
    (entry,) = loop.act(vision("mine"), officer)
    assert entry.index == loop.state.get(Vision, "from-elsewhere").entry + 1


def test_a_lost_race_for_the_same_name_is_refused(loop, officer, workspace, clock, monkeypatch):
    raced = []
    append = SqliteRegister.append

    def racing(self, expected, records, blobs=None):
        if not raced:
            raced.append(True)
            with Loop(workspace, clock=clock, publishing=False) as other:
                other.act(vision("wanted"), officer)
        return append(self, expected, records, blobs or {})

    monkeypatch.setattr(SqliteRegister, "append", racing)
    with pytest.raises(Refused, match="vision.taken"):
        loop.act(vision("wanted"), officer)


def test_whoever_always_loses_is_told(loop, officer, monkeypatch):
    def moved(self, expected, records, blobs=None):
        raise Conflict("register.moved", expected=expected, size=expected + 1)

    monkeypatch.setattr(SqliteRegister, "append", moved)
    with pytest.raises(Conflict, match="register.busy"):
        loop.act(vision(), officer)


def test_four_processes_act_on_one_register(loop, workspace):
    code = textwrap.dedent("""
        import sys
        from pathlib import Path
        from answerable.loop import Loop
        from answerable.model.actor import Role
        from answerable.model.text import en
        from answerable.stages.envision import PublishVision
        with Loop(Path(sys.argv[1])) as loop:
            for n in range(12):
                loop.act(
                    PublishVision(
                        vision=f"v-{sys.argv[2]}-{n}", title=en("T"), picture=en("P"),
                        horizons=(2031,),
                    ),
                    loop.actor(Role.OFFICER, "trust"),
                )
    """)
    crowd = [
        subprocess.Popen([sys.executable, "-c", code, str(workspace), f"w{n}"]) for n in range(4)
    ]
    assert [process.wait(60) for process in crowd] == [0] * 4
    assert len(list(loop.state.each(Vision))) == 48
    report = verify(DirectorySource(workspace / "public"), LATER)
    assert report.holds
    assert report.size == loop.state.size


# Trouble with the disk.


def test_a_full_disk_records_nothing_and_recovers(loop, officer, monkeypatch):
    size = loop.state.size
    register = loop._register

    def full(*_args, **_kwargs):
        raise Broken("store.full", path="register.sqlite3")

    monkeypatch.setattr(register, "append", full)
    with pytest.raises(Broken, match="store.full"):
        loop.act(vision(), officer, command_id="once-0001")
    monkeypatch.undo()
    assert loop.state.size == size
    assert loop.act(vision(), officer, command_id="once-0001")[0].index == size


def test_a_full_disk_while_publishing_keeps_the_entry(loop, officer, workspace, monkeypatch):
    """The register has it; the public files follow as soon as there is room."""
    real = os.write

    def full(descriptor, data):
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(files.os, "write", full)
    with pytest.raises(Broken, match="public.behind") as problem:
        loop.act(vision(), officer, command_id="once-0001")
    assert problem.value.params == {"because": "store.full"}
    monkeypatch.setattr(files.os, "write", real)
    assert loop.state.find(Vision, "a-vision")
    assert loop.act(vision(), officer, command_id="once-0001")
    loop.publish()
    assert verify(DirectorySource(workspace / "public"), LATER).size == loop.state.size


def test_a_seal_is_renewed_with_the_time_although_nothing_was_added(loop, workspace, clock):
    first = loop.publish()
    assert loop.publish() == first
    clock.moment += timedelta(hours=1)
    again = loop.publish(renew=True)
    assert (again.size, again.root) == (first.size, first.root)
    assert again.note != first.note
    assert (workspace / "public" / "checkpoint").read_bytes() == again.note
    assert verify(DirectorySource(workspace / "public"), LATER).holds


def test_opening_again_mends_the_public_files(loop, officer, workspace, clock):
    loop.act(vision(), officer)
    (workspace / "public" / "stray.txt").write_text("?")
    next((workspace / "public" / "tile").rglob("*.p")).rename(workspace / "elsewhere")
    with Loop(workspace, clock=clock):
        pass
    assert verify(DirectorySource(workspace / "public"), LATER).holds


@pytest.mark.parametrize("name", ["register.sqlite3", "vault.sqlite3", "desk.sqlite3"])
def test_a_half_written_workspace_is_named(loop, workspace, name):
    loop.close()
    (workspace / name).write_bytes(b"SQLite format 3\x00 and then the power went")
    with pytest.raises(Broken, match="store.damaged"):
        Loop(workspace)


# The vault and the desk.

POOL = "id,sex,name\n" + "".join(
    f"{n},{'Female' if n % 2 else 'Male'},Canary Name {n:03}\n" for n in range(1, 41)
)
TARGETS = "feature,value,min,max\nsex,Female,2,4\nsex,Male,2,4\n"


@pytest.fixture
def recruiting(loop, monkeypatch):
    """A register in which a panel was asked for, built without the stages before it."""
    from answerable.model.engagement import Engagement

    welcome(loop, loop.actor(Role.STEWARD, "trust"), "runners", en("Runners"), invented=True)
    state = loop.state
    engagement = Engagement(
        engagement="a-panel",
        proposal="a-proposal",
        facilitator="runners",
        commissioner="council",
        title=en("T"),
        question=en("Q"),
        oversight=en("O"),
        seats=6,
        workshops=1,
        entry=0,
        at=NOW,
    )
    state.put(engagement)
    said = {"proposal": "a-proposal", "made_by": "council", "entry": 0, "at": NOW}
    state.put(Proposal.from_(example(ProposalMade), **said))
    return loop


def commit(loop, respondents=POOL, targets=TARGETS, **changes):
    command = CommitPool(
        engagement="a-panel",
        respondents=respondents,
        targets=targets,
        witnesses=("trust", "runners"),
        reveal_by=NOW + timedelta(days=3),
        **changes,
    )
    return loop.act(command, loop.actor(Role.FACILITATOR, "runners"))


def test_a_pool_goes_to_the_vault_and_only_fingerprints_become_public(recruiting, workspace):
    (entry,) = commit(recruiting)
    assert entry.body.volunteers == 40
    records = recruiting.reveal(recruiting.actor(Role.FACILITATOR, "runners"), "pool:a-panel")
    assert len(records) == 40
    for path in [*(workspace / "public").rglob("*"), workspace / "register.sqlite3"]:
        if path.is_file():
            assert b"Canary Name" not in path.read_bytes()
    assert b"Canary Name 007" in (workspace / "vault.sqlite3").read_bytes()


def test_while_a_lottery_is_made_others_may_act(recruiting, monkeypatch):
    usual = ACTIONS["commit-pool"]
    said = []

    def slow(state, command, context):
        other = Thread(target=lambda: said.append(publish(recruiting)))
        other.start()
        other.join(10)
        usual.prepare(state, command, context)

    def publish(loop):
        vision = PublishVision(vision="meanwhile", title=en("A"), picture=en("B"), horizons=(2031,))
        return loop.act(vision, loop.actor(Role.OFFICER, "trust"))

    monkeypatch.setitem(ACTIONS, "commit-pool", replace(usual, prepare=slow))
    (pool,) = commit(recruiting)
    ((vision,),) = said
    assert vision.index == pool.index - 1


def test_nothing_long_is_done_for_who_may_not_act_nor_for_what_was_done(recruiting, monkeypatch):
    usual, done = ACTIONS["commit-pool"], []
    monkeypatch.setitem(
        ACTIONS, "commit-pool", replace(usual, prepare=lambda *_how: done.append(1))
    )
    command = CommitPool(
        engagement="a-panel",
        respondents=POOL,
        targets=TARGETS,
        witnesses=("trust", "runners"),
        reveal_by=NOW + timedelta(days=3),
    )
    for role, organisation in ((Role.OFFICER, "runners"), (Role.FACILITATOR, "council")):
        with pytest.raises((Forbidden, Missing)):
            recruiting.act(command, recruiting.actor(role, organisation))
    assert not done
    facilitator = recruiting.actor(Role.FACILITATOR, "runners")
    first = recruiting.act(command, facilitator, command_id="commit-0001")
    assert recruiting.act(command, facilitator, command_id="commit-0001") == first
    assert len(done) == 1


def test_a_refused_pool_leaves_nothing_in_the_vault(recruiting, workspace):
    with pytest.raises(Invalid, match="people.repeated"):
        commit(recruiting, respondents=POOL + "7,Male,Canary Name 999\n")
    assert b"Canary Name" not in (workspace / "vault.sqlite3").read_bytes()


def test_a_pool_that_could_not_be_appended_leaves_nothing(recruiting, workspace, monkeypatch):
    def full(*_args, **_kwargs):
        raise Broken("store.full", path="register.sqlite3")

    monkeypatch.setattr(recruiting._register, "append", full)
    with pytest.raises(Broken, match="store.full"):
        commit(recruiting)
    assert b"Canary Name" not in (workspace / "vault.sqlite3").read_bytes()


def test_an_erased_person_leaves_no_trace_and_the_register_verifies(recruiting, workspace):
    commit(recruiting)
    facilitator = recruiting.actor(Role.FACILITATOR, "runners")
    record = recruiting.reveal(facilitator, "pool:a-panel")[0]
    (contact,) = [
        each
        for each in recruiting.reveal(facilitator, "volunteer:a-panel")
        if each.ref == record.body["volunteer"]
    ]
    name = contact.body["contact"]["name"].encode()
    before = (workspace / "public/checkpoint").read_bytes()
    assert recruiting.erase(facilitator, record.ref)
    for path in workspace.rglob("*"):
        if path.is_file():
            assert name not in path.read_bytes(), path
            assert record.salt not in path.read_bytes(), path
    assert (workspace / "public/checkpoint").read_bytes() == before


SIGHT = [
    # role, organisation, subject, may see
    (Role.FACILITATOR, "council", "pool:a-panel", False),
    (Role.OFFICER, "council", "pool:a-panel", False),
    (Role.CUSTODIAN, "runners", "pool:a-panel", False),
    (Role.PUBLIC, "runners", "pool:a-panel", False),
    (Role.FACILITATOR, "runners", "pool:a-panel", True),
    (Role.FACILITATOR, "runners", "pool:a-panel/2", True),
    (Role.FACILITATOR, "runners", "lottery:a-panel", True),
    (Role.FACILITATOR, "runners", "volunteer:a-panel", True),
    (Role.FACILITATOR, "council", "volunteer:a-panel", False),
    (Role.AUDITOR, "trust", "lottery:a-panel", True),
    (Role.AUDITOR, "trust", "volunteer:a-panel", False),
    (Role.AUDITOR, "trust", "pool:a-panel", True),
    (Role.AUDITOR, "nobody", "pool:a-panel", False),
    (Role.AUDITOR, "council", "pool:a-panel", False),
    (Role.RECIPIENT, "trust", "person:trust", False),
    (Role.PANELLIST, "trust", "person:trust", False),
    (Role.FACILITATOR, "runners", "seed:a-panel", False),
    (Role.AUDITOR, "trust", "seed:a-panel", False),
    (Role.STEWARD, "trust", "seed:a-panel", False),
    (Role.OFFICER, "council", "person:trust", False),
    (Role.CITIZEN, "trust", "person:trust", False),
    (Role.OFFICER, "trust", "person:trust", True),
    (Role.STEWARD, "trust", "anything:else", False),
]


@pytest.mark.parametrize(("role", "organisation", "subject", "may"), SIGHT)
def test_who_may_see_what(recruiting, role, organisation, subject, may):
    commit(recruiting)
    actor = recruiting.actor(role, organisation)
    if may:
        recruiting.reveal(actor, subject)
    else:
        with pytest.raises(Forbidden, match="actor.sight"):
            recruiting.reveal(actor, subject)


def test_an_auditor_looks_but_does_not_erase(recruiting):
    commit(recruiting)
    with pytest.raises(Forbidden, match="actor.sight"):
        recruiting.erase(recruiting.actor(Role.AUDITOR, "trust"), "a-panel-1-1")


def test_opening_sweeps_what_a_crash_left_in_the_vault(loop, workspace, clock):
    orphan = VaultRecord("orphan", "pool:x", {"name": "Canary Orphan"}, b"\x01" * 16)
    loop._vault.put([orphan], pending="never-appended")
    loop.close()
    with Loop(workspace, clock=clock):
        pass
    assert b"Canary Orphan" not in (workspace / "vault.sqlite3").read_bytes()


def test_names_of_officers_are_for_their_own_organisation(loop, officer):
    loop.introduce(officer, "Canary Officer", "Secretary")
    loop.introduce(officer, "Canary Officer", "Secretary")
    (record,) = loop.reveal(officer, "person:trust")
    assert record.body == {"name": "Canary Officer", "post": "Secretary"}


def test_a_draft_of_another_organisation_is_not_there(loop, officer):
    loop.desk.save(Draft("d-1", "council", "publish-vision", {}, 0))
    assert loop.draft(loop.actor(Role.OFFICER, "council"), "d-1")
    with pytest.raises(Missing, match="draft.unknown"):
        loop.draft(officer, "d-1")


# Translations.


def translate(loop, actor, **changes):
    said = {
        "of": changes.pop("of", loop.state.size - 1),
        "language": "cy",
        "words": {"/title": "Teitl"},
        "made_by": "machine",
        "reviewed": False,
        **changes,
    }
    return loop.act(Translate(**said), actor)


def test_a_draft_translation_is_shown_and_marked(loop, officer):
    loop.act(vision(), officer)
    translate(loop, officer)
    assert loop.told_in("cy").get(Vision, "a-vision").title.say("cy") == "Teitl *"
    assert loop.state.get(Vision, "a-vision").title.say("cy") == "Title"


def test_a_reviewed_translation_is_not_marked_and_stays(loop, officer):
    (entry,) = loop.act(vision(), officer)
    translate(loop, officer)
    translate(loop, officer, of=entry.index, reviewed=True, words={"/title": "Y teitl"})
    assert loop.told_in("cy").get(Vision, "a-vision").title.say("cy") == "Y teitl"
    with pytest.raises(Refused, match="translation.reviewed"):
        translate(loop, officer, of=entry.index)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"words": {"/nothing": "x"}}, "translation.pointer"),
        ({"words": {"/horizons/0": "x"}}, "translation.pointer"),
        ({"language": "en"}, "translation.pointer"),
        ({"language": "fr"}, "translation.language"),
        ({"reviewed": True}, "translation.machine"),
        ({"words": {"/title": "me@people.example"}}, "text.personal"),
    ],
)
def test_a_wrong_translation_is_refused(loop, officer, changes, code):
    loop.act(vision(), officer)
    with pytest.raises(Refused, match=code):
        translate(loop, officer, **changes)


def test_a_translation_without_words_is_no_command():
    with pytest.raises(ValidationError, match="text.empty"):
        Translate(of=0, language="cy", words={"/title": "  "}, made_by="machine", reviewed=False)


def test_a_translation_of_nothing_is_refused(loop, officer):
    with pytest.raises(Missing, match="entry.unknown"):
        translate(loop, officer, of=999)


def test_actors_have_opaque_references(loop):
    one = loop.actor(Role.OFFICER, "trust", "Ann Canary")
    assert one == loop.actor(Role.OFFICER, "trust", "Ann Canary")
    assert one.ref != loop.actor(Role.OFFICER, "trust", "Bob Canary").ref
    assert "anary" not in one.ref


# What a hostile reader tried.


def test_many_threads_on_one_loop(loop, officer, workspace):
    def act(worker):
        for number in range(8):
            loop.act(vision(f"v-{worker}-{number}"), officer)

    crowd = [Thread(target=act, args=(worker,)) for worker in range(4)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    assert len(list(loop.state.each(Vision))) == 32
    report = verify(DirectorySource(workspace / "public"), LATER)
    assert report.holds
    assert report.size == loop.state.size


def test_a_tree_that_is_not_the_registers_is_never_sealed(loop, officer):
    loop.act(vision(), officer)
    loop._tree.append(b"\x00" * 32)
    with pytest.raises(Broken, match="seal.ahead"):
        loop.publish()


def test_without_a_receipt_only_the_same_actor_gets_the_entries_again(loop, officer, workspace):
    loop.act(vision(), officer, command_id="once-0001")
    with closing(sqlite3.connect(workspace / "desk.sqlite3")) as database:
        database.execute("DELETE FROM receipt")
        database.commit()
    assert loop.act(vision(), officer, command_id="once-0001")
    with closing(sqlite3.connect(workspace / "desk.sqlite3")) as database:
        database.execute("DELETE FROM receipt")
        database.commit()
    for other in (loop.actor(Role.STEWARD, "trust"), loop.actor(Role.OFFICER, "nobody")):
        with pytest.raises(Refused, match="command.reused"):
            loop.act(vision(), other, command_id="once-0001")


def test_a_lost_seal_can_be_replaced_by_the_stewards(loop, workspace, clock):
    from answerable.model.organisation import OpenRegister
    from answerable.science.tlog import Cosigner, Signer
    from answerable.stages.account import RotateRegisterKey

    opened = loop.state.get(OpenRegister, "register")
    loop.close()
    next((workspace / "keys").glob("log.*.seal")).unlink()
    with Loop(workspace, clock=clock) as again:
        log, time = Signer.generate(opened.origin), Cosigner.generate(f"{opened.origin}/time")
        again.keyring.add_seal(log, time)
        command = RotateRegisterKey(
            log_key=log.verifier.vkey, time_key=time.verifier.vkey, reason=en("Lost.")
        )
        again.act(command, again.actor(Role.STEWARD, "trust"))
    assert verify(DirectorySource(workspace / "public"), LATER, log.verifier.vkey).holds


@pytest.mark.parametrize("label", ["../public/x", "a/b", "", "UPPER", "a.b"])
def test_a_key_stays_among_the_keys(loop, workspace, label):
    before = sorted(workspace.rglob("*"))
    with pytest.raises(Invalid, match="key.label"):
        loop.keyring.new(label)
    assert sorted(workspace.rglob("*")) == before


def test_a_refused_welcome_makes_no_key(loop, workspace):
    before = sorted((workspace / "keys").iterdir())
    with pytest.raises(Forbidden):
        welcome(loop, loop.actor(Role.OFFICER, "trust"), "other", en("Other"), invented=True)
    with pytest.raises(Refused):
        open_register(loop)
    assert sorted((workspace / "keys").iterdir()) == before
