"""``answerable sign-in-link``: who is let in, and every mistake in the command."""

import io
import shutil

import pytest

from answerable.cli.app import build
from answerable.cli.running import run
from answerable.launch.serve import address_of, sessions_of
from answerable.launch.sign_in import sign_in_link
from answerable.loop import SystemClock
from answerable.model.actor import Role

CITIZEN = ("--role", "citizen", "--dataset", "extra-help")
OFFICER = ("--role", "officer", "--organisation", "inverlarch-council")


@pytest.fixture(scope="module")
def workspace(told, tmp_path_factory):
    place = tmp_path_factory.mktemp("links") / "story"
    shutil.copytree(told, place)
    return place


@pytest.fixture
def answerable(workspace, capsys, monkeypatch):
    program = build()
    program.put("Work", sign_in_link)

    def call(*arguments, typed=""):
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        status = run(program, ["--workspace", str(workspace), "sign-in-link", *arguments])
        said = capsys.readouterr()
        return status, said.out, said.err

    return call


def visitor(workspace, out):
    """Use a link up; give who it let in."""
    token = out.strip().rpartition("/sign-in/")[2]
    now = SystemClock().now()
    with sessions_of(workspace) as sessions:
        return sessions.visitor(sessions.enter(token, now), now)


def test_an_officer_gets_a_link_that_works_once(answerable, workspace):
    status, out, err = answerable(*OFFICER, "--person", "first desk")
    assert (status, err) == (0, "")
    assert out.startswith("http://127.0.0.1:8000/sign-in/")
    found = visitor(workspace, out)
    assert (found.role, found.organisation, found.person) == (
        Role.OFFICER,
        "inverlarch-council",
        "first desk",
    )
    with pytest.raises(Exception, match=r"link\.over"):
        visitor(workspace, out)


def test_the_link_leads_where_people_find_the_site(answerable, workspace):
    settings = workspace / "pages.toml"
    settings.write_text('address = "https://sharing.example/"\n', "utf-8")
    try:
        assert address_of(workspace) == "https://sharing.example"
        _, out, _ = answerable(*OFFICER)
        assert out.startswith("https://sharing.example/sign-in/")
    finally:
        settings.unlink()


def test_a_citizens_id_is_asked_for_and_shown_nowhere(answerable, workspace):
    status, out, err = answerable(*CITIZEN, typed="INV000000217\n")
    assert status == 0
    assert "Their id in the dataset" in err
    assert "INV000000217" not in out + err
    found = visitor(workspace, out.splitlines()[-1])
    assert (found.role, found.organisation) == (Role.CITIZEN, "inverlarch-council")
    assert found.subject == ("extra-help", "INV000000217")


def test_a_program_gets_the_token_of_a_session(answerable, workspace):
    _, out, _ = answerable(*OFFICER, "--token")
    with sessions_of(workspace) as sessions:
        assert sessions.visitor(out.strip(), SystemClock().now()).role is Role.OFFICER


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--role", "public"), "public"),
        (("--role", "officer"), "--organisation"),
        ((*OFFICER, "--dataset", "extra-help"), "--organisation"),
        (("--role", "officer", "--organisation", "nobody"), "nobody"),
        (("--role", "citizen"), "--dataset"),
        ((*CITIZEN, "--organisation", "inverlarch-council"), "--dataset"),
        (("--role", "citizen", "--dataset", "nothing"), "nothing"),
        ((*OFFICER, "--hours", "0"), "hours"),
        ((*OFFICER, "--hours", "100000"), "hours"),
    ],
)
def test_a_mistake_is_told_with_its_remedy(answerable, arguments, says):
    status, out, err = answerable(*arguments, typed="INV000000217\n")
    assert status != 0
    assert "/sign-in/" not in out
    assert says in err
