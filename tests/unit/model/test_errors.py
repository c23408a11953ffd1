import pickle

import pytest

from answerable.model.errors import (
    AnswerableError,
    Broken,
    Conflict,
    Fault,
    Forbidden,
    Invalid,
    Missing,
    Refused,
)

TREE = (Invalid, Missing, Forbidden, Refused, Conflict, Broken)


@pytest.mark.parametrize("kind", TREE)
def test_an_error_is_a_code_and_parameters(kind):
    problem = kind("a.code", name="flood", many=["a", "b"], count=3)
    assert isinstance(problem, AnswerableError)
    assert problem.code == "a.code"
    assert problem.params == {"name": "flood", "many": ["a", "b"], "count": 3}
    assert str(problem) == "a.code(name='flood', many=['a', 'b'], count=3)"


@pytest.mark.parametrize("kind", TREE)
def test_an_error_survives_a_process_boundary(kind):
    problem = kind("a.code", name="flood", code_name="x")
    back = pickle.loads(pickle.dumps(problem))  # noqa: S301 - our own
    assert type(back) is kind
    assert (back.code, back.params) == (problem.code, problem.params)


def test_faults_survive_a_process_boundary():
    problem = Invalid("a.code", [Fault("title", "text.empty", {"wanted": "words"})], index="3")
    back = pickle.loads(pickle.dumps(problem))  # noqa: S301 - our own
    assert (back.code, back.params, back.faults) == (problem.code, problem.params, problem.faults)
    assert str(back) == "a.code(index='3') [title: text.empty]"
    assert str(Invalid("a.code")) == "a.code()"


def test_each_kind_of_error_ends_a_program_in_its_own_way():
    statuses = [kind.exit_status for kind in (AnswerableError, *TREE)]
    assert sorted(statuses) == [1, 2, 3, 4, 5, 6, 7]


def test_a_code_may_be_a_parameter_too():
    assert Refused("a.code", code="another").params == {"code": "another"}
