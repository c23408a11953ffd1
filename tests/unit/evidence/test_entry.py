"""Place, authority and signatures: what can be checked of an entry without any rule."""

import dataclasses
from datetime import timedelta

import pytest
from tests.golden.examples import OPENED, STEWARDS, key, log_key
from tests.worlds import (
    COUNCIL,
    HEALTH,
    STORY,
    STRANGER,
    World,
    again,
    before,
    example,
    signed_by,
    story,
)

from answerable.evidence.entry import (
    check_authority,
    check_known,
    check_place,
    check_signatures,
    seal_key,
)
from answerable.model.actor import Role
from answerable.model.agreement import AgreementSigned, ProposalDecided
from answerable.model.entry import Envelope, Signature, read_entry
from answerable.model.errors import AnswerableError, Refused
from answerable.model.organisation import (
    OpenRegister,
    Organisation,
    OrganisationAdmitted,
    OrganisationKeyRotated,
    RegisterKeyRotated,
    RegisterOpened,
)
from answerable.model.roles import MAY, Signed
from answerable.model.signal import SignalDeclared
from answerable.model.signing import SigningKey, key_id, public_text
from answerable.model.text import en
from answerable.model.vision import MissionSet, VisionPublished

SECOND = timedelta(seconds=1)
LIBRARY = example(OrganisationAdmitted, organisation="library", public_key=key("library").public)


def check(state, entry):
    check_place(state, entry)
    check_known(entry)
    check_authority(state, entry)
    check_signatures(state, entry)


def refusal(world, entry):
    """Give the code with which an entry is refused; nothing of it stays."""
    size = world.state.size
    with pytest.raises(AnswerableError) as problem:
        check(world.state, entry)
    assert world.state.size == size
    return problem.value.code


def next_entry(world, **details):
    """The next entry of the story, made otherwise."""
    line = world.line
    usual = {"org": line.org, "role": line.role, "at": line.at}
    return world.entry(details.pop("body", None) or world.body(), **{**usual, **details})


def sealing(name="log"):
    return SigningKey(log_key(name).seed)


def in_order(*keys):
    return sorted(keys, key=lambda one: one.id)


def stewards(*numbers):
    return in_order(*(key(STEWARDS[number - 1]) for number in numbers))


# Place.


def test_an_entry_has_the_next_place():
    world = before(MissionSet)
    entry = next_entry(world)
    for index in (entry.index - 1, entry.index + 1, 0, -1):
        assert refusal(world, dataclasses.replace(entry, index=index)) == "entry.index"
    world.take(entry)
    assert refusal(world, entry) == "entry.index"


@pytest.mark.parametrize("own", ["0" * 32, "f" * 32])
def test_an_entry_of_another_register_is_refused(own):
    world = before(MissionSet)
    assert refusal(world, next_entry(world, register_id=own)) == "entry.register"


def test_a_register_vouches_for_its_own_name():
    world = before(RegisterOpened)
    assert refusal(world, next_entry(world, register_id="0" * 32)) == "entry.register"
    world.tell()
    assert world.state.get(OpenRegister, "register").register_id == story()[0].envelope.register_id


def test_nothing_comes_before_the_register_is_opened():
    world = World(next_line=before(MissionSet).line)
    for own in ("0" * 32, story()[0].envelope.register_id):
        assert refusal(world, next_entry(world, register_id=own)) == "entry.register"


def test_time_never_goes_back():
    world = before(MissionSet)
    last = world.state.last_at
    assert refusal(world, next_entry(world, at=last - SECOND)) == "entry.time"
    world.take(next_entry(world, at=last))
    assert world.state.last_at == last


def test_a_command_may_say_more_than_one_thing_but_only_at_once():
    world = before(MissionSet)
    for name in ("one", "two"):
        body = world.body(mission=f"{name}-mission")
        world.take(next_entry(world, body=body, command_id="the-command"))
    world.take(next_entry(world, command_id="another-command"))
    late = next_entry(world, body=world.body(mission="late"), command_id="the-command")
    assert refusal(world, late) == "command.repeated"


@pytest.mark.parametrize(
    "changes",
    [
        {"org": "council", "role": Role.OFFICER},
        {"actor_ref": "a-00000000"},
        {"at": before(MissionSet).line.at + SECOND},
    ],
    ids=["role", "person", "time"],
)
def test_a_command_has_one_actor_and_one_time(changes):
    world = before(MissionSet)
    world.take(next_entry(world, body=world.body(mission="first"), command_id="the-command"))
    other = next_entry(world, command_id="the-command", **changes)
    assert refusal(world, other) == "command.repeated"


def test_a_command_of_the_first_entry_is_remembered_too():
    world = before(MissionSet)
    first = story()[0].envelope.command_id
    assert refusal(world, next_entry(world, command_id=first)) == "command.repeated"


# Kinds.


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        (b'"mission.set"', b'"toy.made"', {"kind": "toy.made", "version": 1}),
        (b'"kind_version":1', b'"kind_version":2', {"kind": "mission.set", "version": 2}),
    ],
)
def test_an_unknown_kind_is_not_admitted(old, new, wanted):
    world = before(MissionSet)
    entry = read_entry(next_entry(world).data.replace(old, new), world.state.size)
    assert refusal(world, entry) == "entry.unknown_kind"
    with pytest.raises(Refused) as problem:
        check_known(entry)
    assert problem.value.params == wanted


# Authority: the table is in the tests of `answerable.model.roles`.


def test_an_organisation_that_was_not_admitted_says_nothing_even_signed():
    world = before(SignalDeclared)
    assert refusal(world, next_entry(world, org=STRANGER)) == "organisation.unknown"


def test_only_the_operator_of_the_body_opens_a_register():
    world = before(RegisterOpened)
    assert refusal(world, next_entry(world, org="health")) == "actor.organisation"
    assert refusal(world, next_entry(world, role=Role.OFFICER)) == "actor.role"


# Signatures.

BY_ORGANISATION = sorted(
    {line.kind for line in STORY if MAY[line.kind.kind.name].signed is Signed.ORGANISATION},
    key=lambda kind: kind.kind.name,
)
UNSIGNED = sorted(
    {line.kind for line in STORY if MAY[line.kind.kind.name].signed is Signed.NO},
    key=lambda kind: kind.kind.name,
)


@pytest.mark.parametrize("kind", BY_ORGANISATION, ids=lambda kind: kind.kind.name)
def test_what_binds_an_organisation_is_signed_by_it_and_nobody_else(kind):
    world = before(kind)
    org = world.line.org
    own, other, body = key(org), key("council"), world.body()
    assert refusal(world, next_entry(world, body=body, sign=False)) == "signature.missing"
    assert refusal(world, next_entry(world, body=body, keys=[other])) == "signature.stranger"
    assert (
        refusal(world, next_entry(world, body=body, keys=[key("steward-1")]))
        == "signature.stranger"
    )
    assert (
        refusal(world, next_entry(world, body=body, keys=in_order(own, other)))
        == "signature.stranger"
    )
    assert refusal(world, next_entry(world, body=body, keys=[own, own])) == "signature.order"
    changed = next_entry(world, body=body, command_id="another-command").envelope
    forged = next_entry(world, body=body, sign=False).envelope.signed(*changed.signatures)
    entry = dataclasses.replace(next_entry(world, body=body), envelope=forged)
    assert refusal(world, entry) == "signature.wrong"
    world.take(next_entry(world, body=body, keys=[own]))


@pytest.mark.parametrize("kind", UNSIGNED, ids=lambda kind: kind.kind.name)
def test_what_needs_no_signature_has_none(kind):
    world = before(kind)
    body, own = world.body(), key(world.line.org)
    for keys in ([own], stewards(1, 2), [sealing()]):
        assert refusal(world, next_entry(world, body=body, keys=keys)) == "signature.unwanted"
    world.take(next_entry(world, body=body, sign=False))


def test_a_signature_under_the_name_of_another_key_is_wrong():
    world = before(ProposalDecided)
    envelope = next_entry(world, sign=False).envelope
    sig = key("council").sign(envelope.to_sign())
    forged = envelope.signed(Signature(key=key("health").id, sig=sig))
    entry = dataclasses.replace(next_entry(world), envelope=forged)
    assert refusal(world, entry) == "signature.wrong"


def test_a_signature_over_the_bare_words_is_wrong():
    """The prefix keeps a signature for an entry from being one for anything else."""
    world = before(ProposalDecided)
    envelope = next_entry(world, sign=False).envelope
    bare = envelope.to_sign().partition(b"\n")[2]
    forged = envelope.signed(Signature(key=key("health").id, sig=key("health").sign(bare)))
    entry = dataclasses.replace(next_entry(world), envelope=forged)
    assert refusal(world, entry) == "signature.wrong"


def test_a_signature_does_not_move_to_another_register_or_time():
    world = before(ProposalDecided)
    entry = next_entry(world)
    later = entry.envelope.with_(at=entry.envelope.at + SECOND)
    assert refusal(world, dataclasses.replace(entry, envelope=later)) == "signature.wrong"
    check_signatures(world.state, entry)


# Stewards.


@pytest.mark.parametrize("who", [(1, 2), (1, 3), (2, 3), (1, 2, 3)])
def test_a_quorum_of_stewards_admits(who):
    world = before(VisionPublished)
    world.take(next_entry(world, body=LIBRARY, keys=stewards(*who)))
    assert world.state.get(Organisation, "library").invented


@pytest.mark.parametrize(
    ("keys", "wanted"),
    [
        ([], "signature.missing"),
        (stewards(1), "signature.missing"),
        (stewards(1, 1), "signature.order"),
        (list(reversed(stewards(1, 2))), "signature.order"),
        (in_order(key("steward-1"), key("council")), "signature.stranger"),
        (in_order(key("steward-1"), key("steward-2"), key("library")), "signature.stranger"),
        ([key("council")], "signature.stranger"),
        ([key("library")], "signature.stranger"),
        ([sealing()], "signature.stranger"),
    ],
    ids=["nobody", "one", "one twice", "order", "operator", "itself too", "o", "itself", "seal"],
)
def test_less_than_a_quorum_of_stewards_admits_nobody(keys, wanted):
    world = before(VisionPublished)
    assert refusal(world, next_entry(world, body=LIBRARY, keys=keys)) == wanted


def test_a_quorum_is_of_people_not_of_names():
    """Two names with one key are one steward, who alone is no quorum."""
    world = before(RegisterOpened)
    twice = (*OPENED.stewards, OPENED.stewards[0].with_(ref="a-00000009"))
    body = world.body(stewards=twice)
    assert refusal(world, next_entry(world, body=body, keys=stewards(1))) == "signature.missing"
    world.take(next_entry(world, body=body, keys=stewards(1, 2)))
    entry = next_entry(before(VisionPublished), body=LIBRARY, keys=stewards(1))
    assert refusal(before(VisionPublished), entry) == "signature.missing"


def test_a_register_is_opened_by_its_own_stewards():
    world = before(RegisterOpened)
    assert refusal(world, next_entry(world, sign=False)) == "signature.missing"
    assert refusal(world, next_entry(world, keys=stewards(2))) == "signature.missing"
    assert refusal(world, next_entry(world, keys=[key("council")])) == "signature.stranger"
    world.take(next_entry(world, keys=stewards(1, 2, 3)))


# New keys.

OLD, NEW = key("fire"), key("fire-2")


@pytest.mark.parametrize(
    "keys",
    [
        in_order(OLD, NEW),
        in_order(NEW, *stewards(1, 2)),
        in_order(NEW, *stewards(1, 2, 3)),
        in_order(OLD, NEW, *stewards(1)),
    ],
    ids=["old", "stewards", "all stewards", "old and one steward"],
)
def test_a_key_is_replaced_by_the_old_one_or_the_stewards(keys):
    world = before(OrganisationKeyRotated)
    world.take(next_entry(world, keys=keys))
    assert world.state.get(Organisation, "fire").public_key == NEW.public


@pytest.mark.parametrize(
    ("keys", "wanted"),
    [
        ([], "signature.missing"),
        ([NEW], "signature.missing"),
        ([OLD], "signature.missing"),
        (stewards(1, 2), "signature.missing"),
        (in_order(NEW, *stewards(1)), "signature.missing"),
        (in_order(NEW, key("council")), "signature.stranger"),
        (in_order(NEW, OLD, key("council")), "signature.stranger"),
        (in_order(NEW, sealing()), "signature.stranger"),
        (list(reversed(in_order(OLD, NEW))), "signature.order"),
    ],
    ids=["nobody", "new", "old", "no new", "one steward", "operator", "more", "seal", "order"],
)
def test_a_key_is_not_replaced_otherwise(keys, wanted):
    world = before(OrganisationKeyRotated)
    assert refusal(world, next_entry(world, keys=keys)) == wanted


def test_the_operator_cannot_replace_a_key_alone():
    """It may ask for it, as when a key is lost; the stewards decide."""
    world = before(OrganisationKeyRotated)
    asked = {"org": "council", "role": Role.STEWARD}
    alone = in_order(NEW, key("council"))
    assert refusal(world, next_entry(world, keys=alone, **asked)) == "signature.stranger"
    world.take(next_entry(world, keys=in_order(NEW, *stewards(1, 3)), **asked))


def test_a_retired_key_signs_nothing_more():
    world = before(RegisterKeyRotated)
    signal = example(SignalDeclared, ends=world.line.at + SECOND, begins=world.line.at)
    asked = {"body": signal, "org": "fire", "role": Role.OFFICER}
    assert refusal(world, next_entry(world, keys=[OLD], **asked)) == "signature.retired"
    both = in_order(OLD, NEW)
    assert refusal(world, next_entry(world, keys=both, **asked)) == "signature.retired"
    body = again(signal, declaration="warning-2")
    world.take(next_entry(world, keys=[NEW], **{**asked, "body": body}))


def test_a_retired_key_does_not_bring_back_another():
    world = before(RegisterKeyRotated)
    body = example(OrganisationKeyRotated, public_key=key("fire-3").public)
    keys = in_order(OLD, key("fire-3"))
    entry = next_entry(world, body=body, org="fire", role=Role.OFFICER, keys=keys)
    assert refusal(world, entry) == "signature.stranger"


@pytest.mark.parametrize(
    "keys",
    [[sealing()], stewards(1, 2), in_order(sealing(), *stewards(2))],
    ids=["old", "stewards", "old and one steward"],
)
def test_the_seal_is_replaced_by_the_old_one_or_the_stewards(keys):
    world = before(RegisterKeyRotated)
    world.take(next_entry(world, keys=keys))
    assert world.state.get(OpenRegister, "register").log_key == log_key("log-2").verifier.vkey


@pytest.mark.parametrize(
    ("keys", "wanted"),
    [
        ([], "signature.missing"),
        (stewards(3), "signature.missing"),
        ([sealing("log-2")], "signature.stranger"),
        ([key("council")], "signature.stranger"),
        (in_order(sealing(), sealing("log-2")), "signature.stranger"),
        ([sealing("time")], "signature.stranger"),
    ],
    ids=["nobody", "one steward", "new", "operator", "old and new", "time"],
)
def test_the_seal_is_not_replaced_otherwise(keys, wanted):
    world = before(RegisterKeyRotated)
    assert refusal(world, next_entry(world, keys=keys)) == wanted


def test_a_retired_seal_replaces_nothing():
    world = before(RegisterKeyRotated)
    world.tell()
    body = world.body(
        log_key=log_key("log-3").verifier.vkey, time_key=OPENED.time_key, reason=en("Again.")
    )
    assert refusal(world, next_entry(world, body=body, keys=[sealing()])) == "signature.stranger"
    world.take(next_entry(world, body=body, keys=[sealing("log-2")]))


def test_the_key_inside_a_seal():
    public = seal_key(log_key().verifier.vkey)
    assert public == sealing().public == public_text(log_key().public)
    assert key_id(public) == sealing().id


def test_check_place_of_the_first_entry():
    world = World()
    check_place(world.state, story()[0])
    with pytest.raises(Refused, match=r"entry\.index"):
        check_place(world.state, story()[1])


def test_an_organisation_cannot_be_spoken_for_by_an_operator_with_the_register():
    """Whoever runs the register can write any bytes; it lacks the key."""
    world = before(AgreementSigned)
    org, role = HEALTH
    for keys in ([key("council")], stewards(1, 2), [sealing()], []):
        entry = world.entry(world.body(), org=org, role=role, at=world.line.at, keys=keys)
        assert refusal(world, entry).startswith("signature.")


def test_signatures_may_be_written_in_one_order_only():
    world = before(VisionPublished)
    envelope = world.entry(LIBRARY, org="council", role=COUNCIL[1], sign=False).envelope
    one, two = stewards(1, 2)
    assert one.id < two.id
    assert isinstance(envelope, Envelope)
    entry = world.entry(LIBRARY, org="council", role=COUNCIL[1], keys=[one, two])
    turned = signed_by(envelope, two, one)
    assert refusal(world, dataclasses.replace(entry, envelope=turned)) == "signature.order"
    world.take(entry)
