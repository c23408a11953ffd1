"""What a gateway is told: every fault in the file at once, and no secret in any of them."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.golden.examples import key, log_key

from answerable.evidence.source import DirectorySource
from answerable.gateway.config import read_config
from answerable.model.errors import Broken, Invalid
from answerable.words import say

ORIGIN = log_key().verifier.name
TOLD = {
    "gateway": '"council-gateway"',
    "organisation": '"council"',
    "organisation_keys": f'["{key("council").public}"]',
    "directory": '"state"',
    "listen": '"127.0.0.1:8443"',
}
REGISTER = {
    "origin": f'"{ORIGIN}"',
    "key": f'"{log_key().verifier.vkey}"',
    "mirrors": '["file:public", "https://mirror.example/register"]',
}
SOURCE = {"dataset": '"homes"', "kind": '"sqlite"', "path": '"homes.sqlite3"', "table": '"homes"'}
SECRET = "hunter2-of-the-council"  # noqa: S105 - it opens nothing


def table(name, fields):
    said = "\n".join(f"{key} = {value}" for key, value in fields.items() if value is not None)
    return f"{name}\n{said}\n"


@pytest.fixture
def told(tmp_path):
    """Read a file that says the usual, with changes; ``None`` leaves a field out."""

    def read(text=None, *, register=None, sources=(SOURCE,), **changes):
        if text is None:
            text = table("", {**TOLD, **changes})
            text += table("[register]", {**REGISTER, **(register or {})})
            text += "".join(table("[[sources]]", source) for source in sources)
        path = tmp_path / "gateway.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_config(path)

    return read


def faults(told, *said, **how):
    with pytest.raises(Invalid) as caught:
        told(*said, **how)
    problem = caught.value
    assert problem.code == "config.invalid"
    assert SECRET not in f"{problem!r} {problem} {problem.faults}"
    for each in problem.faults:
        words = say(each.code, {"field": each.field, **each.params})
        assert "(" not in words.says.split(" ")[0]
        assert words.says != each.code, each
    return {each.field: each.code for each in problem.faults}


def test_what_is_told_is_read(told, tmp_path):
    config = told()
    assert (config.told.gateway, config.told.organisation) == ("council-gateway", "council")
    assert config.told.organisation_keys == (key("council").public,)
    assert config.directory == tmp_path / "state"
    assert config.log_name == f"{ORIGIN}/council-gateway"
    assert config.address == ("127.0.0.1", 8443)
    assert [name for name, _ in config.mirrors] == [
        "file:public",
        "https://mirror.example/register",
    ]
    assert set(config.sources) == {"homes"}


def test_what_is_not_told_has_a_usual_value(told):
    config = told()
    assert config.greatest_age == timedelta(days=31)
    assert config.told.register_.look_every == 0.2
    assert config.told.renew_every == 1


def test_paths_are_relative_to_the_file(told, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path.parent)
    (tmp_path / "public").mkdir()
    (tmp_path / "public/checkpoint").write_text("here")
    for place in ("file:public", "public", f"file:{tmp_path}/public", str(tmp_path / "public")):
        config = told(register={"mirrors": f'["{place}"]'}, directory=f'"{tmp_path}/elsewhere"')
        ((_, source),) = config.mirrors
        assert isinstance(source, DirectorySource)
        assert source.read("checkpoint") == b"here"
        assert config.directory == tmp_path / "elsewhere"
    with pytest.raises(Broken, match=r"source\.unreachable"):
        config.sources["homes"].version()
    (tmp_path / "homes.sqlite3").touch()
    assert config.sources["homes"].version()


@pytest.mark.parametrize(
    ("listen", "address"),
    [
        ("localhost:1", ("localhost", 1)),
        ("[::1]:8443", ("::1", 8443)),
        ("0.0.0.0:0", ("0.0.0.0", 0)),  # noqa: S104 - read, not bound
    ],
)
def test_where_it_listens(told, listen, address):
    assert told(listen=f'"{listen}"').address == address


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("gateway", None, "field.missing"),
        ("gateway", '"Council Gateway"', "field.pattern"),
        ("gateway", "7", "field.wrong"),
        ("organisation", None, "field.missing"),
        ("organisation_keys", None, "field.missing"),
        ("organisation_keys", "[]", "field.short"),
        ("organisation_keys", '"key"', None),
        ("directory", None, "field.missing"),
        ("directory", "1", "field.wrong"),
        ("listen", None, "field.missing"),
        ("listen", '"8443"', "field.pattern"),
        ("listen", '"localhost"', "field.pattern"),
        ("listen", '"localhost:https"', "field.pattern"),
        ("listen", "8443", "field.wrong"),
        ("listen", '"localhost:99999"', None),
        ("greatest_age_minutes", "0", "field.wrong"),
        ("greatest_age_minutes", "44641", "field.wrong"),
        ("renew_every", "0", "field.wrong"),
        ("renew_every", "nan", "field.wrong"),
        ("colour", '"red"', "field.unknown"),
    ],
)
def test_a_fault_is_named_by_its_field(told, field, value, code):
    found = faults(told, **{field: value})
    assert [name.split(".")[0] for name in found] == [field]
    if code:
        assert found[field] == code


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("origin", None, "field.missing"),
        ("key", None, "field.missing"),
        ("key", '"not a key"', "key.form"),
        ("key", f'"{SECRET}"', "key.form"),
        ("origin", '"another.example"', "config.key"),
        ("mirrors", None, "field.missing"),
        ("mirrors", "[]", "field.short"),
        ("mirrors", '["ftp://mirror.example"]', "source.scheme"),
        ("mirrors", '["http://mirror.example/\\u00e9"]', "source.scheme"),
        ("look_every", "0.01", "field.wrong"),
        ("look_every", "61", "field.wrong"),
        ("color", "1", "field.unknown"),
    ],
)
def test_a_fault_in_the_register_is_named_by_its_field(told, field, value, code):
    found = faults(told, register={field: value})
    if code == "config.key":
        assert found == {"register.key": code}
    else:
        (name,) = found
        assert name.startswith(f"register.{field}")
        assert found[name] == code


OPENED = "sources.0.sqlite.open_columns"


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"kind": '"oracle"'}, "sources.0.(whole)", "field.choice"),
        ({"kind": None}, "sources.0.(whole)", "field.choice"),
        ({"dataset": None}, "sources.0.sqlite.dataset", "field.missing"),
        ({"dataset": '"Homes!"'}, "sources.0.sqlite.dataset", "field.pattern"),
        ({"path": None}, "sources.0.sqlite.path", "field.missing"),
        ({"table": '""'}, "sources.0.sqlite.table", "field.short"),
        ({"password": f'"{SECRET}"'}, "sources.0.sqlite.password", "field.unknown"),
        ({"columns": '["a"]'}, "sources.0.sqlite.columns", "field.wrong"),
        ({"columns": '{ a = "A" }', "open_columns": '["a", "b"]'}, OPENED, "source.open"),
    ],
)
def test_a_fault_in_a_source_is_named_by_its_number(told, changes, field, code):
    assert faults(told, sources=[{**SOURCE, **changes}]) == {field: code}


@pytest.mark.parametrize("columns", ['{ a = "A", b = "B" }', "{}", None])
def test_open_columns_may_be_any_that_can_be_read(told, columns):
    changes = {"columns": columns, "open_columns": '["a", "b"]'}
    assert told(sources=[{**SOURCE, **changes}]).open_columns == {"homes": {"a", "b"}}


POSTGRES = {"dataset": '"beds"', "kind": '"postgres"', "table": '"beds"'}


@pytest.mark.parametrize(
    "address",
    [
        {},
        {"address_variable": '"ADDRESS"', "address_file": '"address"'},
        {"address": f'"postgresql://council:{SECRET}@db/beds"'},
        {"address_variable": f'"postgresql://council:{SECRET}@db/beds"'},
    ],
)
def test_the_address_of_a_database_is_kept_elsewhere(told, address):
    assert faults(told, sources=[{**POSTGRES, **address}])


def test_two_sources_of_one_dataset_are_one_too_many(told):
    assert faults(told, sources=[SOURCE, SOURCE]) == {"sources.1.dataset": "config.twice"}


@pytest.mark.parametrize("said", ['"homes"', "[1, 2]", "true"])
def test_sources_that_are_none(told, said):
    found = faults(told, f"sources = {said}\n" + table("", TOLD) + table("[register]", REGISTER))
    assert all(name.startswith("sources.") for name in found)


def test_every_fault_of_one_part_is_named_at_once(told):
    found = faults(
        told,
        gateway=None,
        listen='"nowhere"',
        register={"look_every": "0"},
        sources=[{**SOURCE, "kind": '"oracle"'}, {**SOURCE, "path": None}, SOURCE, SOURCE],
    )
    assert set(found) == {
        "gateway",
        "listen",
        "register.look_every",
        "sources.0.(whole)",
        "sources.1.sqlite.path",
        "sources.3.dataset",
    }


@pytest.mark.parametrize(
    "register", [{"mirrors": '["ftp://mirror.example"]'}, {"key": '"not a key"'}]
)
def test_every_fault_of_all_parts_is_named_at_once(told, register):
    found = faults(told, gateway=None, register=register)
    assert len(found) == 2


def test_nothing_at_all_is_many_faults(told):
    assert set(faults(told, "")) >= {"gateway", "organisation", "directory", "listen", "register"}


@pytest.mark.parametrize("text", ["gateway", "= 1", "[register", b"\xff\xfe", "a = 1\na = 2"])
def test_what_is_no_toml_is_said_to_be_none(told, text):
    with pytest.raises(Invalid, match=r"config\.toml"):
        told(text)


def test_a_file_that_is_not_there(tmp_path):
    for path in (tmp_path / "nothing.toml", tmp_path):
        with pytest.raises(Invalid, match=r"config\.file"):
            read_config(path)


@pytest.mark.parametrize(
    "place",
    [
        f"ftp://council:{SECRET}@mirror.example",
        f"https://council:{SECRET}@mirror.example/\u00e9",
    ],
)
def test_a_password_in_the_address_of_a_mirror_is_not_repeated(told, place):
    faults(told, register={"mirrors": f'["{place}"]'})


def test_a_gateway_may_have_no_source_yet(told):
    assert told(sources=()).sources == {}


def test_home_is_where_the_file_is(told, tmp_path):
    assert told().home == Path(tmp_path)
