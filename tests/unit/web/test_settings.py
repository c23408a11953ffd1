"""What whoever runs the pages says about them: read whole, or every fault named at once."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.model.actor import Role
from answerable.model.errors import Invalid
from answerable.web.settings import FILE, Contact, Settings, read_settings

WHOLE = """
address = "https://sharing.example"

[contact]
post = "Register team"
email = "register@sharing.example"

[contacts.some-council]
phone = "01632 960 001"
hours = "Monday to Friday, 9 to 5"

[regulator]
name = "Somebody who supervises"
address = "https://regulator.example/complain"
phone = "01632 960 999"

[release_points]
council-gateway = "http://127.0.0.1:9000"

[provider]
title = "Some Council"
issuer = "https://login.sharing.example"
client = "answerable"
secret_file = "/run/secrets/provider"

[provider.parts]
sharing-officers = "officer@some-council"
"""


def read(place, text):
    (place / FILE).write_text(text, "utf-8")
    return read_settings(place)


def faults(place, text):
    with pytest.raises(Invalid) as refused:
        read(place, text)
    assert refused.value.code == "config.invalid"
    assert refused.value.params["file"] == FILE
    return {fault.field for fault in refused.value.faults}


def test_a_workspace_without_the_file_has_the_usual_settings(tmp_path):
    usual = read_settings(tmp_path)
    assert usual == Settings()
    assert usual.regulator.address.startswith("https://")
    assert usual.contact == Contact()
    assert usual.provider is None


def test_everything_that_can_be_said_is_read(tmp_path):
    said = read(tmp_path, WHOLE)
    assert said.address == "https://sharing.example"
    assert said.contact.post == "Register team"
    assert said.contacts["some-council"].phone == "01632 960 001"
    assert said.regulator.name == "Somebody who supervises"
    assert said.release_points == {"council-gateway": "http://127.0.0.1:9000"}
    part = said.provider.parts["sharing-officers"]
    assert (part.role, part.organisation) == (Role.OFFICER, "some-council")


def test_what_is_no_toml_is_refused_with_the_file(tmp_path):
    for text in ("contact = ", "[contact\n", "a = 1\na = 2\n"):
        with pytest.raises(Invalid, match=r"config\.toml") as refused:
            read(tmp_path, text)
        assert refused.value.params["file"] == FILE
    (tmp_path / FILE).write_bytes(b"\xff\xfe")
    with pytest.raises(Invalid, match=r"config\.toml"):
        read_settings(tmp_path)


def test_every_fault_is_named_at_once_by_its_field(tmp_path):
    found = faults(
        tmp_path,
        """
        address = "sharing.example"
        colour = "blue"

        [contact]
        email = "no address"
        phone = ""

        [contacts.some-council]
        fax = "1"

        [regulator]
        address = "javascript:alert(1)"

        [release_points]
        council-gateway = "ftp://127.0.0.1"

        [provider]
        title = "Some Council"
        issuer = "https://login.sharing.example"
        client = "answerable"

        [provider.parts]
        nobody = "king@some-council"
        """,
    )
    assert found == {
        "address",
        "colour",
        "contact.email",
        "contact.phone",
        "contacts.some-council.fax",
        "regulator.address",
        "release_points.council-gateway",
        "provider.secret_file",
        "provider.parts.nobody",
    }


@pytest.mark.parametrize(
    "part",
    ['"officer"', '"officer@"', '"@some-council"', '"Officer@some-council"', "1", '["officer"]'],
)
def test_a_part_names_a_role_and_an_organisation(tmp_path, part):
    text = WHOLE.replace('"officer@some-council"', part)
    assert any(
        each.startswith("provider.parts.sharing-officers") for each in faults(tmp_path, text)
    )


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "//else.where",
        "https://",
        'https://a"b',
        "https://a b",
        "https://<b>",
    ],
)
def test_an_address_leads_to_a_site_and_nowhere_else(tmp_path, address):
    text = f"[regulator]\naddress = {json.dumps(address)}\n"
    assert faults(tmp_path, text) == {"regulator.address"}


def test_the_file_in_the_documents_is_right_and_names_every_setting(tmp_path):
    page = Path(__file__).parents[3] / "docs" / "how-to" / "serve-the-pages.md"
    (example,) = re.findall(r"```toml\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    said = read(tmp_path, example)
    for part in (said, said.contact, said.regulator, said.provider, said.mail):
        assert part.model_fields_set == set(type(part).model_fields)


LINE = st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=300)
CONTACT = st.fixed_dictionaries(
    {},
    optional={
        "post": LINE,
        "phone": LINE,
        "letters": LINE,
        "hours": LINE,
        "email": st.sampled_from(["a@b", "data.protection@some-council.example"]),
    },
)


def written(table, said):
    lines = [f"{name} = {json.dumps(text, ensure_ascii=False)}" for name, text in said.items()]
    return "\n".join([f"[{table}]", *lines, ""])


@given(contact=CONTACT, other=CONTACT)
def test_what_was_written_is_what_is_read(tmp_path_factory, contact, other):
    place = tmp_path_factory.mktemp("pages")
    said = read(place, written("contact", contact) + written("contacts.some-council", other))
    assert said.contact == Contact(**contact)
    assert said.contacts == {"some-council": Contact(**other)}
