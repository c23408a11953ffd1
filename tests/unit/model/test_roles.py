"""Who may say what: every kind, every role, and every organisation; the wrong one first.

The table is written out by hand, in the organisations of `tests.worlds`, so that a change in
`answerable.model.roles` must be made twice.
"""

from dataclasses import dataclass

import pytest
from tests.golden.examples import key
from tests.worlds import ORGANISATIONS, STRANGER, before, example

from answerable.audit.admission import admit
from answerable.evidence.entry import check_authority
from answerable.model.actor import Role
from answerable.model.command import ACTIONS, RULES, bodies_of
from answerable.model.entry import KINDS, newest
from answerable.model.errors import AnswerableError, Forbidden, Missing
from answerable.model.organisation import OrganisationAdmitted
from answerable.model.roles import MAY, Signed, check_may
from answerable.model.state import APPLIERS, Builder
from answerable.model.vision import VisionPublished

ANYBODY = " ".join(ORGANISATIONS)

TABLE = """
    | kind                     | as what                               | for whom     | signed by        | depends on     |
    | ------------------------ | ------------------------------------- | ------------ | ---------------- | -------------- |
    | register.opened          | steward                               | council      | stewards         |                |
    | register.key_rotated     | steward                               | council      | seal-or-stewards |                |
    | organisation.admitted    | steward                               | council      | stewards         |                |
    | organisation.key_rotated | custodian officer steward             | fire council | old-and-new      |                |
    | text.translated          | officer custodian facilitator steward | anybody      | no               |                |
    | vision.published         | steward officer                       | council      | no               |                |
    | scenario.told            | steward officer                       | council      | no               |                |
    | ambition.set             | steward officer                       | council      | no               |                |
    | principle.adopted        | steward officer                       | council      | no               |                |
    | mission.set              | steward officer                       | council      | no               |                |
    | dataset.described        | custodian                             | health       | no               |                |
    | column.described         | custodian                             | health       | no               | dataset        |
    | dataset.opened           | custodian                             | agency       | organisation     | dataset        |
    | proposal.made            | officer                               | anybody      | no               |                |
    | ask.added                | officer                               | fire         | no               | proposal       |
    | basis.stated             | officer                               | fire         | no               | proposal       |
    | benefit.claimed          | officer                               | fire         | no               | proposal       |
    | risk.named               | officer                               | fire         | no               | proposal       |
    | test.judged              | officer                               | fire         | no               | proposal       |
    | feature.judged           | officer                               | fire         | no               | proposal       |
    | benefit.scored           | officer                               | fire         | no               | benefit        |
    | risk.scored              | officer                               | fire         | no               | risk           |
    | dpia.recorded            | officer                               | fire         | no               | proposal       |
    | proposal.routed          | officer                               | fire         | no               | proposal       |
    | consultation.opened      | officer                               | agency       | no               | proposal       |
    | consultation.closed      | officer                               | agency       | no               | consultation   |
    | engagement.opened        | officer                               | fire         | no               | proposal       |
    | population.stated        | facilitator                           | facilitators | no               | engagement     |
    | registration.opened      | facilitator                           | facilitators | no               | engagement     |
    | recruitment.told         | facilitator                           | facilitators | no               | engagement     |
    | pool.committed           | facilitator                           | facilitators | organisation     | engagement     |
    | seed.promised            | officer custodian facilitator steward | agency facilitators | organisation | engagement |
    | seed.revealed            | officer custodian facilitator steward | agency facilitators | organisation | engagement |
    | panel.drawn              | facilitator                           | facilitators | organisation     | engagement     |
    | pool.published           | facilitator                           | facilitators | no               | engagement     |
    | members.confirmed        | facilitator                           | facilitators | no               | engagement     |
    | member.left              | facilitator                           | facilitators | no               | engagement     |
    | targets.relaxed          | facilitator                           | facilitators | no               | engagement     |
    | replacement.committed    | facilitator                           | facilitators | organisation     | engagement     |
    | workshop.held            | facilitator                           | facilitators | no               | engagement     |
    | panel.finished           | facilitator                           | facilitators | organisation     | engagement     |
    | statement.put            | facilitator                           | facilitators | no               | engagement     |
    | tally.counted            | facilitator                           | facilitators | no               | statement      |
    | recommendation.ratified  | facilitator                           | facilitators | organisation     | engagement     |
    | dissent.recorded         | facilitator                           | facilitators | no               | recommendation |
    | recommendation.answered  | officer custodian                     | fire         | organisation     | recommendation |
    | proposal.decided         | custodian                             | health       | organisation     | proposal       |
    | agreement.drafted        | custodian                             | health       | organisation     |                |
    | party.named              | custodian                             | health       | no               | agreement      |
    | limit.added              | custodian                             | health       | no               | agreement      |
    | duty.added               | custodian                             | health       | no               | agreement      |
    | agreement.signed         | custodian officer                     | health fire  | organisation     | agreement      |
    | agreement.suspended      | custodian                             | health       | organisation     | agreement      |
    | agreement.resumed        | custodian                             | health       | organisation     | agreement      |
    | signal.declared          | officer                               | anybody      | organisation     |                |
    | signal.ended             | officer                               | agency       | organisation     | declaration    |
    | service.listed           | officer custodian                     | anybody      | organisation     |                |
    | service.withdrawn        | officer custodian                     | fire         | organisation     | service        |
    | gateway.listed           | custodian                             | anybody      | organisation     |                |
    | optouts.sealed           | custodian                             | anybody      | organisation     |                |
    | releases.counted         | custodian                             | health       | organisation     | gateway        |
    | duty.met                 | officer custodian                     | fire         | organisation     | agreement      |
    | outcome.reported         | officer                               | fire         | no               | proposal       |
"""  # noqa: E501 - a row of a table is one line


@dataclass(frozen=True)
class Row:
    kind: str
    roles: frozenset[Role]
    right: tuple[str, ...]
    signed: Signed
    about: str

    @property
    def wrong(self):
        return [name for name in ORGANISATIONS if name not in self.right]

    @property
    def opens(self):
        return self.kind == "register.opened"


def _row(line):
    kind, roles, right, signed, about = (cell.strip() for cell in line.split("|")[1:-1])
    return Row(
        kind,
        frozenset(map(Role, roles.split())),
        tuple(right.replace("anybody", ANYBODY).split()),
        Signed(signed),
        about,
    )


ROWS = [_row(line) for line in TABLE.strip().splitlines()[2:]]
BODIES = {kind.name: newest(kind.name) for kind in KINDS}

each_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.kind)


def just_before(row):
    """Give a world in which the kind can be said next, and what would be said."""
    kind = BODIES[row.kind]
    if kind is OrganisationAdmitted:  # the others must be there to be wrong
        world = before(VisionPublished)
        return world, example(kind, organisation="library", public_key=key("library").public)
    world = before(kind)
    return world, world.body()


def answer(world, body, role, org):
    """Give the code with which an actor is turned away, or nothing."""
    entry = world.entry(body, org=org, role=role, at=world.line.at, sign=False)
    try:
        check_authority(world.state, entry)
    except AnswerableError as problem:
        return problem.code
    return None


@each_row
def test_the_wrong_organisation_is_turned_away_whatever_its_role(row):
    world, body = just_before(row)
    for org in row.wrong:
        for role in Role:
            wanted = "actor.organisation" if role in row.roles else "actor.role"
            assert answer(world, body, role, org) == wanted, (role, org)


@each_row
def test_the_wrong_organisation_gains_nothing_by_signing(row):
    world, body = just_before(row)
    for org in row.wrong:
        entry = world.entry(body, org=org, role=min(row.roles), at=world.line.at)
        with pytest.raises(Forbidden) as refusal:
            admit(world.state, entry)
        assert refusal.value.code == "actor.organisation"
        assert refusal.value.params["organisation"] == org
        assert set(refusal.value.params["wanted"]) == set(row.right)


@each_row
def test_an_organisation_that_was_not_admitted_may_say_nothing(row):
    world, body = just_before(row)
    if row.opens:
        assert answer(world, body, Role.STEWARD, STRANGER) == "actor.organisation"
        return
    for role in Role:
        assert answer(world, body, role, STRANGER) == "organisation.unknown"
        with pytest.raises(Missing, match=r"organisation\.unknown"):
            world.say(body, org=STRANGER, role=role, at=world.line.at)


@each_row
def test_the_right_organisation_needs_a_right_role(row):
    world, body = just_before(row)
    for org in row.right:
        for role in Role:
            wanted = None if role in row.roles else "actor.role"
            assert answer(world, body, role, org) == wanted, (role, org)


@each_row
def test_who_signs(row):
    assert MAY[row.kind].signed is row.signed


@each_row
def test_what_it_is_about_must_exist(row):
    nothing = Builder()
    body = before(BODIES[row.kind]).body()
    if not row.about:
        return
    for role in row.roles:
        with pytest.raises(Missing) as refusal:
            check_may(nothing, row.kind, body, role, "council")
        assert refusal.value.code == f"{row.about}.unknown"


@each_row
def test_a_role_is_refused_before_anything_is_looked_up(row):
    with pytest.raises(Forbidden, match=r"actor\.role"):
        check_may(Builder(), row.kind, None, Role.PUBLIC, "council")


def test_the_public_citizens_panellists_recipients_and_auditors_add_no_entries():
    roles = frozenset().union(*(permit.roles for permit in MAY.values()))
    assert roles == {Role.OFFICER, Role.CUSTODIAN, Role.FACILITATOR, Role.STEWARD}


def test_every_kind_has_a_row_here_and_in_the_source():
    names = {kind.name for kind in KINDS}
    assert names == set(MAY) == {row.kind for row in ROWS}
    assert len(ROWS) == len(set(ROWS))


def test_every_kind_has_a_rule():
    assert set(RULES) == set(KINDS.values())


def test_every_kind_changes_the_state():
    assert set(APPLIERS) == set(BODIES.values())


def test_every_kind_is_said_by_some_action_and_every_action_says_only_known_kinds():
    said = bodies_of(ACTIONS.values())
    assert said <= set(RULES)
    assert said == set(BODIES.values()), "an earlier version is said no more"


@pytest.mark.parametrize("verb", sorted(ACTIONS))
def test_a_door_can_ask_before_it_acts(verb):
    """`check_may` is asked with a command: it has every field that the row looks at."""
    action = ACTIONS[verb]
    for kind in action.yields:
        row = next(row for row in ROWS if row.kind == kind.kind.name)
        world = before(kind)
        said = world.body()
        shared = action.command.model_fields.keys() & kind.model_fields.keys()
        command = action.command.model_construct(**{name: getattr(said, name) for name in shared})
        check_may(world.state, row.kind, command, min(row.roles), row.right[0])
        for org in row.wrong:
            with pytest.raises(Forbidden, match=r"actor\.organisation"):
                check_may(world.state, row.kind, command, min(row.roles), org)


@pytest.mark.parametrize("verb", sorted(ACTIONS))
def test_every_action_is_in_the_stage_of_the_rule_for_what_it_says(verb):
    action = ACTIONS[verb]
    assert {RULES[body][0] for body in action.yields} == {action.stage}


# What depends on more than one row.


def test_either_party_may_sign_and_nobody_else():
    world = before(BODIES["party.named"])
    body = before(BODIES["agreement.signed"]).body()
    assert answer(world, body, Role.CUSTODIAN, "health") == "actor.organisation"
    world.tell()
    assert answer(world, body, Role.CUSTODIAN, "health") is None
    assert answer(world, body, Role.OFFICER, "fire") == "actor.organisation"
    world.tell(organisation="fire")
    assert answer(world, body, Role.OFFICER, "fire") is None
    assert answer(world, body, Role.CUSTODIAN, "agency") == "actor.organisation"


def test_the_recipient_of_a_proposal_may_not_change_it_nor_the_custodian_of_its_data():
    world = before(BODIES["ask.added"])
    world.tell()
    said = world.body(proposal="rain-for-fire", dataset="home-needs")
    made = before(BODIES["proposal.made"]).body(proposal="rain-for-fire")
    world.say(made, org="agency", role=Role.OFFICER)
    assert answer(world, said, Role.OFFICER, "fire") == "actor.organisation"
    assert answer(world, said, Role.OFFICER, "health") == "actor.organisation"
    assert answer(world, said, Role.OFFICER, "agency") is None


def test_only_the_custodian_of_data_asked_for_decides():
    world = before(BODIES["proposal.decided"])
    body = world.body(proposal="open-rain", decision="refuse")
    assert answer(world, body, Role.CUSTODIAN, "health") == "actor.organisation"
    assert answer(world, body, Role.CUSTODIAN, "agency") is None


def test_the_operator_may_not_speak_for_others_although_it_runs_the_register():
    allowed = {row.kind for row in ROWS if "council" in row.right}
    assert allowed == {
        "register.opened",
        "register.key_rotated",
        "organisation.admitted",
        "organisation.key_rotated",
        "text.translated",
        "vision.published",
        "scenario.told",
        "ambition.set",
        "principle.adopted",
        "mission.set",
        "proposal.made",
        "signal.declared",
        "service.listed",
        "gateway.listed",
        "optouts.sealed",
    }
