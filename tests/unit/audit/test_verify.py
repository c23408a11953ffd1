"""Every claim fails for a register that lies, even when it is signed again with the right keys."""

import hashlib
import json
import shutil
import threading
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests import forge
from tests.forge import change, drop, envelope

from answerable.audit.claims import CLAIMS
from answerable.audit.verify import verify
from answerable.evidence.source import DirectorySource, WebSource, source_at
from answerable.loop import Loop, SetClock, begin
from answerable.model.actor import Role
from answerable.model.base import moment_text
from answerable.model.entry import read_entry
from answerable.model.errors import Broken
from answerable.model.organisation import OpenRegister
from answerable.model.signing import canonical
from answerable.model.text import en
from answerable.science.tlog import Cosigner, Signer
from answerable.stages import STAGES
from answerable.stages.account import RotateOrganisationKey, RotateRegisterKey

LATER = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture(scope="module")
def original(told):
    return forge.Original.of(told)


def check(place: Path, key: str | None = None):
    return verify(DirectorySource(place), LATER, key)


def test_a_true_register_holds(told):
    report = check(told / "public")
    assert report.holds
    assert not report.faults
    assert report.checked == report.size > 100
    assert report.nature == "invented"


def test_forging_nothing_still_holds(original, tmp_path):
    entries = list(forge.resigned(original, lambda _, said: [said]))
    assert entries == original.entries
    assert check(forge.sealed(original, entries, tmp_path)).holds


def limit_index(original, name):
    return next(
        index
        for index, said in enumerate(original.plain())
        if said["kind"] == "limit.added" and said["body"]["terms"]["limit"] == name
    )


def terms(original, name, **changes):
    index = limit_index(original, name)
    return change(index, terms={**original.plain()[index]["body"]["terms"], **changes})


def totals(original):
    index = original.first("panel.drawn")
    said = original.plain()[index]["body"]["totals"]
    said[0]["seats"] += 3
    said[1]["seats"] -= 3
    return change(index, totals=said)


def earlier(original, kind, before, **body):
    """Move an entry before another, with the same time."""
    edit = forge.move(original.first(kind, **body), original.first(before))
    return edit.prepare(original)


def twice(original, kind):
    index = original.first(kind)
    return lambda at, said: [said, {**said, "command_id": "again-0001"}] if at == index else [said]


def count_of(original, **changes):
    """Count one row of one day otherwise; nothing takes a field away."""
    wanted = original.first("releases.counted", day="2026-03-16")
    said = original.plain()[wanted]["body"]["counts"]
    told = {**said[0], **changes}
    row = {name: value for name, value in told.items() if value is not None}
    return change(wanted, counts=[row, *said[1:]])


FORGERIES = {
    # claim, name of the lie: (edit, code)
    ("order", "time goes back"): (
        lambda o: envelope(o.first("dataset.described"), at="2020-01-01T00:00:00Z"),
        "entry.time",
    ),
    ("order", "an entry of another register"): (
        lambda o: envelope(o.first("dataset.described"), register_id="0" * 32),
        "entry.register",
    ),
    ("order", "a command used twice"): (
        lambda o: envelope(
            o.first("proposal.made"),
            command_id=o.plain()[o.first("vision.published")]["command_id"],
        ),
        "command.repeated",
    ),
    ("authority", "an officer speaks as custodian"): (
        lambda o: envelope(o.first("dataset.described"), role="officer"),
        "actor.role",
    ),
    ("authority", "another organisation describes the columns"): (
        lambda o: envelope(o.first("column.described"), org="inverlarch-council"),
        "actor.organisation",
    ),
    ("authority", "a body that nobody admitted"): (
        lambda o: envelope(o.first("proposal.made"), org="stranger-council"),
        "organisation.unknown",
    ),
    ("words", "an address in a public sentence"): (
        lambda o: change(o.first("dissent.recorded"), words={"en": "Write to me@people.example"}),
        "text.personal",
    ),
    ("envision", "a future for a year nobody looks at"): (
        lambda o: change(o.first("scenario.told"), horizon=2050),
        "scenario.horizon",
    ),
    ("catalogue", "a personal column in open data"): (
        lambda o: change(o.first("column.described", dataset="flood-areas"), sensitivity="special"),
        "column.open",
    ),
    ("propose", "a column nobody described"): (
        lambda o: change(o.first("ask.added"), column="diagnosis"),
        "column.unknown",
    ),
    ("assess", "a softer route than the rule's"): (
        lambda o: change(o.first("proposal.routed", proposal="flood-help"), route="consultation"),
        "route.wrong",
    ),
    ("assess", "a test left out"): (
        lambda o: drop(o.first("test.judged", proposal="flood-help")),
        "assessment.unfinished",
    ),
    ("engage", "another seed"): (
        lambda o: change(o.first("panel.drawn"), seed="ab" * 32),
        "draw.seed",
    ),
    ("engage", "seats moved between groups"): (totals, "draw.totals"),
    ("engage", "more votes than members"): (
        lambda o: change(o.first("tally.counted"), agree=31),
        "tally.votes",
    ),
    ("engage", "a recommendation most were against"): (
        lambda o: change(o.first("recommendation.ratified"), agree=5, disagree=22, passed=0),
        "recommendation.support",
    ),
    ("engage", "the commissioner runs the panel"): (
        lambda o: change(o.first("engagement.opened"), facilitator="inverlarch-council"),
        "facilitator.commissioner",
    ),
    ("decide", "an answer left out"): (
        lambda o: drop(o.first("recommendation.answered", answer="rejected")),
        "decision.unanswered",
    ),
    ("decide", "a column the public was not told of"): (
        lambda o: change(
            o.first("agreement.drafted"), columns=["household", "address", "need", "note"]
        ),
        "grant.columns",
    ),
    ("decide", "a rule for no reason"): (
        lambda o: terms(o, "no-browsing", because="risk:nobody-named-it"),
        "risk.unknown",
    ),
    ("decide", "a rule because of what was rejected"): (
        lambda o: terms(o, "no-browsing", because="recommendation:a-letter-each-time"),
        "reason.rejected",
    ),
    ("decide", "a promise to the panel dropped"): (
        lambda o: drop(limit_index(o, "address-in-a-warning")),
        "recommendation.untraced",
    ),
    ("decide", "a decision before the public was heard"): (
        lambda o: earlier(o, "proposal.decided", "engagement.opened", proposal="flood-help"),
        "decision.unheard",
    ),
    ("share", "a warning that lasts all year"): (
        lambda o: change(o.first("signal.declared"), ends="2026-12-31T00:00:00Z"),
        "signal.long",
    ),
    ("share", "a rule that nobody agreed decided ten requests"): (
        lambda o: count_of(o, limits=["nobody-agreed-this"], requests=10),
        "releases.limit",
    ),
    ("share", "a count that is committed to nothing"): (
        lambda o: count_of(o, commitment=None),
        "releases.uncommitted",
    ),
    ("share", "a count that does not say what decided"): (
        lambda o: count_of(o, limits=None),
        "releases.uncommitted",
    ),
    ("account", "a key that another body has"): (
        lambda o: change(
            o.first("organisation.admitted", organisation="strathlarch-health-board"),
            public_key=o.plain()[o.first("organisation.admitted")]["body"]["public_key"],
        ),
        "key.used",
    ),
    ("learn", "a duty met on a day it is not due"): (
        lambda o: change(o.first("duty.met"), due="2026-03-03"),
        "duty.day",
    ),
    ("learn", "an outcome of a time to come"): (
        lambda o: change(o.first("outcome.reported"), until="2027-09-30"),
        "outcome.period",
    ),
}


@pytest.mark.parametrize(("claim", "lie"), FORGERIES, ids=lambda text: text.replace(" ", "-"))
def test_a_consistent_forgery_fails_its_claim(claim, lie, original, tmp_path):
    build, code = FORGERIES[claim, lie]
    entries = list(forge.resigned(original, build(original), strict=False))
    assert entries != original.entries
    report = check(forge.sealed(original, entries, tmp_path))
    assert not report.holds
    fault = report.faults[claim]
    assert fault.problem.code == code
    assert fault.place == f"entry {report.checked}"
    assert set(report.faults) <= {claim, "blobs"}


def test_a_proposal_changed_after_the_panel_was_called(original, tmp_path):
    risk = original.plain()[original.first("risk.named", proposal="flood-help")]
    opened = original.first("engagement.opened")

    def edit(index, said):
        late = {**risk, "at": said["at"], "command_id": "late-00001"}
        late["body"] = {**risk["body"], "risk": "one-more"}
        return [said, late] if index == opened else [said]

    entries = list(forge.resigned(original, edit))
    report = check(forge.sealed(original, entries, tmp_path))
    assert report.faults["propose"].problem.code == "proposal.routed"
    assert report.faults["propose"].place == f"entry {opened + 1}"


def raw(original, index, change_bytes):
    entries = list(original.entries)
    entries[index] = change_bytes(entries[index])
    return entries


def test_an_entry_in_another_form_fails(original, tmp_path):
    entries = raw(original, 20, lambda data: data.replace(b'":"', b'": "', 1))
    report = check(forge.sealed(original, entries, tmp_path))
    assert report.faults["form"].problem.code == "entry.canonical"
    assert report.faults["form"].place == "entry 20"


def test_an_entry_with_one_more_field_fails(original, tmp_path):
    entries = raw(original, 20, lambda data: data.replace(b'"v":1', b'"v":1,"w":1'))
    report = check(forge.sealed(original, entries, tmp_path))
    assert report.faults["form"].problem.code == "entry.form"


def test_an_unknown_kind_cannot_be_vouched_for(original, tmp_path):
    entries = raw(original, 20, lambda d: d.replace(b'"kind":"', b'"kind":"future.', 1))
    report = check(forge.sealed(original, entries, tmp_path))
    assert report.faults["form"].problem.code == "entry.unknown_kind"


def test_a_binding_act_signed_by_the_operator_fails(original, tmp_path):
    """The operator of a register holds its seal, but cannot speak for an organisation."""
    index = original.first("agreement.signed")
    own = next(key for label, key in original.keyring.all() if label == "inverlarch-data-commons")

    def with_own_key(data):
        said = read_entry(data, index).envelope.with_(signatures=())
        from answerable.model.entry import Signature

        return said.signed(Signature(key=own.id, sig=own.sign(said.to_sign()))).to_bytes()

    entries = raw(original, index, with_own_key)
    report = check(forge.sealed(original, entries, tmp_path))
    assert report.faults["signatures"].problem.code == "signature.stranger"
    assert report.faults["signatures"].place == f"entry {index}"


def test_an_organisation_admitted_by_one_steward_fails(original, tmp_path):
    index = original.first("organisation.admitted")

    def with_one(data):
        said = read_entry(data, index).envelope
        return said.with_(signatures=said.signatures[:1]).to_bytes()

    report = check(forge.sealed(original, raw(original, index, with_one), tmp_path))
    assert report.faults["signatures"].problem.code == "signature.missing"


def test_a_seal_older_than_the_last_entry_fails(original, tmp_path):
    place = forge.sealed(original, original.entries, tmp_path, at=datetime(2026, 1, 1, tzinfo=UTC))
    assert check(place).faults["seal"].problem.code == "seal.time"


def test_a_seal_over_another_root_fails(original, tmp_path):
    place = forge.sealed(original, original.entries, tmp_path, root=b"\x00" * 32)
    assert check(place).faults["tree"].problem.code == "tree.root"


def test_a_seal_of_another_origin_fails(original, tmp_path):
    place = forge.sealed(original, original.entries, tmp_path, origin="elsewhere.example")
    assert check(place).faults["seal"].problem.code == "seal.origin"


def test_a_pool_with_too_few_fingerprints_fails(original, tmp_path):
    index = original.first("pool.committed")
    digest = original.plain()[index]["body"]["pool"]["sha256"]
    pool = json.loads(original.blobs[digest])
    pool["commitments"].pop()
    data = json.dumps(pool).encode()
    ref = {
        "sha256": hashlib.sha256(data).hexdigest(),
        "size": len(data),
        "media": "application/json",
    }
    entries = list(forge.resigned(original, change(index, pool=ref)))
    place = forge.sealed(original, entries, tmp_path, blobs={ref["sha256"]: data})
    assert check(place).faults["blobs"].problem.code == "pool.fingerprints"


def test_every_claim_has_a_forgery():
    """The files are forged below, bit by bit; form, seal, tree, signatures and blobs above."""
    by_hand = {"files", "form", "seal", "tree", "signatures", "blobs"}
    assert {claim.name for claim in CLAIMS} == by_hand | {claim for claim, _ in FORGERIES}
    assert set(STAGES) <= {claim.name for claim in CLAIMS}
    for claim in CLAIMS:
        assert claim.kinds
        assert claim.cannot


# Files: missing, more, and every bit.


@pytest.fixture
def copy(told, tmp_path):
    shutil.copytree(told / "public", tmp_path / "public")
    return tmp_path / "public"


def public_files(public):
    return sorted(path for path in public.rglob("*") if path.is_file())


def test_every_missing_file_is_named(told, copy):
    for path in public_files(copy):
        data = path.read_bytes()
        path.unlink()
        report = check(copy)
        assert not report.holds
        name = path.relative_to(copy).as_posix()
        assert name in {fault.place for fault in report.faults.values()}
        path.write_bytes(data)
    assert check(copy).holds


@pytest.mark.parametrize(
    "name", ["index.html", "tile/0/001", "blob/" + "0" * 64, "tile/entries/000.p/3", ".hidden"]
)
def test_an_unexpected_file_is_named(copy, name):
    path = copy / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")
    report = check(copy)
    assert report.faults["files"].place == name
    assert report.faults["files"].problem.code == "file.unexpected"


def test_a_link_is_no_file(copy):
    target = copy / "checkpoint"
    target.rename(copy.parent / "elsewhere")
    target.symlink_to(copy.parent / "elsewhere")
    assert not check(copy).holds


def flips(data, step):
    """Give copies with one bit changed, every ``step`` bits."""
    for bit in range(0, len(data) * 8, step):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        yield bit, bytes(changed)


def test_a_changed_bit_in_any_file_is_found(copy):
    for path in public_files(copy):
        data = path.read_bytes()
        for bit, changed in flips(data, len(data) * 8 // 11):
            path.write_bytes(changed)
            report = check(copy)
            assert not report.holds, (path, bit)
            assert all(fault.place for fault in report.faults.values())
        path.write_bytes(data)


def test_every_bit_of_a_small_register_counts(tmp_path):
    """Each bit of the checkpoint and of the hashes, and one in each byte of the entries."""
    with Loop(tmp_path / "small", clock=SetClock(datetime(2026, 11, 2, tzinfo=UTC))) as loop:
        begin(
            loop,
            origin="small.example",
            title=en("Small"),
            operator="operator",
            operator_title=en("Operator"),
            stewards=1,
            quorum=1,
            languages=("en",),
            nature="live",
        )
    public = tmp_path / "small/public"
    assert check(public).holds
    for path in public_files(public):
        data = path.read_bytes()
        for bit, changed in flips(data, 9 if "entries" in path.parts else 1):
            path.write_bytes(changed)
            assert not check(public).holds, (path, bit)
        path.write_bytes(data)


def test_trailing_bytes_are_found(copy):
    for path in public_files(copy):
        data = path.read_bytes()
        path.write_bytes(data + b"\n")
        assert not check(copy).holds, path
        path.write_bytes(data)


# Keys.


def test_a_key_that_is_given_must_be_the_registers(told):
    trusted = check(told / "public").trusted
    assert trusted
    good = check(told / "public", trusted)
    assert good.holds
    assert good.trusted is None
    other = Signer.generate("register.inverlarch.example").verifier.vkey
    assert check(told / "public", other).faults["seal"].problem.code == "seal.stranger"


@pytest.fixture
def rotated(told, tmp_path):
    """A copy of the demo whose seal was replaced, with the old key's word or without."""

    def rotate(*, vouched: bool):
        workspace = tmp_path / "workspace"
        shutil.copytree(told, workspace)
        with Loop(workspace, clock=SetClock(datetime(2026, 11, 2, tzinfo=UTC))) as loop:
            old = loop.state.get(OpenRegister, "register").log_key
            log = Signer.generate("register.inverlarch.example")
            time = Cosigner.generate("register.inverlarch.example/time")
            loop.keyring.add_seal(log, time)
            if not vouched:
                seal = next((workspace / "keys").glob(f"log.{old.split('+')[1]}.seal"))
                seal.unlink()
            steward = loop.actor(Role.STEWARD, "inverlarch-data-commons")
            command = RotateRegisterKey(
                log_key=log.verifier.vkey, time_key=time.verifier.vkey, reason=en("Routine.")
            )
            loop.act(command, steward)
        return workspace / "public", old, log.verifier.vkey

    return rotate


def test_the_old_key_vouches_for_the_new(rotated):
    public, old, new = rotated(vouched=True)
    assert check(public).holds
    assert check(public, old).holds
    assert check(public, new).holds


def test_a_seal_replaced_by_stewards_must_be_pinned_anew(rotated):
    public, old, new = rotated(vouched=False)
    assert check(public, new).holds
    assert check(public, old).faults["seal"].problem.code == "seal.unvouched"


def test_a_rotated_organisation_signs_with_its_new_key(told, tmp_path):
    workspace = tmp_path / "workspace"
    shutil.copytree(told, workspace)
    with Loop(workspace, clock=SetClock(datetime(2026, 11, 2, tzinfo=UTC))) as loop:
        key = loop.keyring.new("strathlarch-health-board")
        actor = loop.actor(Role.CUSTODIAN, "strathlarch-health-board")
        command = RotateOrganisationKey(
            organisation="strathlarch-health-board", public_key=key.public, reason=en("Routine.")
        )
        loop.act(command, actor)
    assert check(workspace / "public").holds


# Where the files are.


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture
def web():
    servers = []

    def serve(directory):
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=directory))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_register_on_the_web_is_checked_the_same(told, web):
    assert verify(source_at(web(told / "public")), LATER).holds


def test_a_missing_file_on_the_web_is_named(copy, web):
    next((copy / "blob").iterdir()).unlink()
    report = verify(WebSource(web(copy)), LATER)
    assert report.faults["files"].place.startswith("blob/")


def test_an_address_where_nobody_answers():
    with pytest.raises(Broken, match="source.unreachable"):
        verify(WebSource("http://127.0.0.1:9"), LATER)


def test_an_empty_directory_has_no_register(tmp_path):
    report = check(tmp_path)
    assert report.faults["files"].place == "checkpoint"
    assert not report.holds


def test_a_register_published_while_it_is_read(told, tmp_path):
    """What looks like a fault because the files moved on is read again."""
    workspace = tmp_path / "workspace"
    shutil.copytree(told, workspace)
    moved = []

    class Moving(DirectorySource):
        def read(self, path):
            data = super().read(path)
            if path == "checkpoint" and not moved:
                moved.append(path)
                with Loop(workspace, clock=SetClock(datetime(2026, 11, 2, tzinfo=UTC))) as loop:
                    from answerable.stages.envision import PublishVision

                    actor = loop.actor(Role.OFFICER, "inverlarch-data-commons")
                    loop.act(
                        PublishVision(
                            vision="another", title=en("A"), picture=en("B"), horizons=(2030,)
                        ),
                        actor,
                    )
            return data

    report = verify(Moving(workspace / "public"), LATER)
    assert moved
    assert report.holds
    assert moment_text(datetime(2026, 11, 2, tzinfo=UTC)) == report.sealed_at


# What the holder of the seal alone may not do: signatures stand, and the words under them move.


def resealed(original, change_bytes):
    """Edit stored entries and sign nothing again."""
    return [change_bytes(data, json.loads(data)) for data in original.entries]


def rewrite(kind, edit, **body):
    def change_bytes(data, said):
        if said["kind"] == kind and body.items() <= said["body"].items():
            edit(said["body"])
            return canonical(said)
        return data

    return change_bytes


REWRITTEN = {
    "a recommendation": (
        rewrite(
            "recommendation.ratified",
            lambda body: body["words"].update(en="Share everything with everybody."),
            recommendation="floods-only",
        ),
        "signature.wrong",
    ),
    "a dissent": (
        rewrite("dissent.recorded", lambda body: body["words"].update(en="I changed my mind.")),
        "answer.of",
    ),
    "a risk": (
        rewrite("risk.scored", lambda body: body.update(severity=1), risk="wrong-hands"),
        "decision.of",
    ),
    "the advice": (
        rewrite("dpia.recorded", lambda body: body["advice"].update(en="Go ahead.")),
        "decision.of",
    ),
    "a basis": (
        rewrite(
            "basis.stated",
            lambda body: body["discloser_power"].update(en="None is needed."),
            organisation="inverlarch-council",
        ),
        "decision.of",
    ),
    "a vote": (
        rewrite("tally.counted", lambda body: body.update(agree=1), statement="trust-the-crews"),
        "decision.of",
    ),
}


@pytest.mark.parametrize("what", REWRITTEN)
def test_what_was_answered_or_decided_on_cannot_change_under_the_signature(
    what, original, tmp_path
):
    change_bytes, code = REWRITTEN[what]
    entries = resealed(original, change_bytes)
    assert entries != original.entries
    report = check(forge.sealed(original, entries, tmp_path))
    assert {fault.problem.code for fault in report.faults.values()} == {code}
    assert set(report.faults) <= {"decide", "signatures"}


# Pools that say more, or less, than fingerprints.


def pool_with(original, tmp_path, edit):
    index = original.first("pool.committed")
    digest = original.plain()[index]["body"]["pool"]["sha256"]
    pool = json.loads(original.blobs[digest])
    data = canonical(edit(pool) or pool)
    ref = {
        "sha256": hashlib.sha256(data).hexdigest(),
        "size": len(data),
        "media": "application/json",
    }
    entries = list(forge.resigned(original, change(index, pool=ref)))
    return check(forge.sealed(original, entries, tmp_path, blobs={ref["sha256"]: data}))


@pytest.mark.parametrize(
    "edit",
    [
        lambda pool: pool.update(names=["Jane Canary"]),
        lambda pool: pool.update(engagement="another-panel"),
        lambda pool: pool.update(commitments=[f"Jane Canary {n}" for n in range(1_500)]),
        lambda pool: pool.update(commitments="a" * 1_500),
        lambda pool: pool["commitments"].__setitem__(0, pool["commitments"][1]),
        lambda pool: pool["commitments"],
    ],
    ids=["names", "another panel", "no digests", "a string", "twice", "a list"],
)
def test_a_pool_is_fingerprints_and_nothing_else(original, tmp_path, edit):
    report = pool_with(original, tmp_path, edit)
    assert report.faults["blobs"].problem.code == "pool.fingerprints"


# Files made to hurt.


def test_a_size_that_nobody_has_is_no_work(copy):
    checkpoint = copy / "checkpoint"
    lines = checkpoint.read_text().split("\n")
    lines[1] = "9000000000000000000"
    checkpoint.write_text("\n".join(lines))
    assert not check(copy).holds


def test_a_file_larger_than_any_is_not_read(copy):
    with (copy / "checkpoint").open("r+b") as file:
        file.truncate(1 << 40)
    with pytest.raises(Broken, match="source.large"):
        check(copy)


def test_a_seal_from_the_future_fails(original, tmp_path):
    place = forge.sealed(
        original, original.entries, tmp_path, at=datetime(9999, 12, 31, tzinfo=UTC)
    )
    assert check(place).faults["seal"].problem.code == "seal.time"
