"""Messages by mail: what is sent, what a server that fails does to whoever waits, what is kept."""

import socket
from contextlib import closing, contextmanager

import pytest
from pydantic import ValidationError
from tests.mail import HOST, REFUSED, SECRET, USER, mail_server
from tests.pages import Reader, served
from tests.volunteering import (
    ANN,
    BOB,
    CANARY,
    CODE,
    FORM,
    PANEL,
    code_in,
    facilitator,
    open_registration,
    reference_in,
)

from answerable.model.errors import Broken, Invalid
from answerable.store.outbox import Message
from answerable.web import mail
from answerable.web.app import Site
from answerable.web.mail import Mailer
from answerable.web.messages import PASSWORD, messages_of
from answerable.web.settings import Mail

SENDER = "panels@council.example"


def settings_for(port, **changes):
    return Mail(**{"host": HOST, "port": port, "security": "none", "sender": SENDER, **changes})


@contextmanager
def sending(story, settings):
    """Serve a story whose messages go by mail."""
    open_registration(story)
    told = story.settings.model_copy(update={"mail": settings})
    story.site = Site(story.loop, registrations=story.registrations, settings=told)
    with served(story.site.app()) as address, closing(Reader(address, story)) as reader:
        yield reader


def outbox(story):
    return [each for _, each in story.site._registering.outgoing().outbox.list()]


def read(message):
    to, mail_ = message
    text = mail_.get_content()
    return Message(to, mail_["Subject"], text, None)


def test_code_and_reference_come_by_mail(story):
    with mail_server() as server, sending(story, settings_for(server.port)) as reader:
        assert reader.post(FORM, ANN).status_code == 303
        page = reader.get(CODE)
        assert "We have sent a message to" in page.text
        ((to, sent),) = server.taken
        assert to == sent["To"] == ANN["email"]
        assert sent["From"] == SENDER
        assert "Help at the door" in sent["Subject"]
        assert sent["Auto-Submitted"] == "auto-generated"
        answer = reader.post(CODE, {"code": code_in(read(server.taken[0]))})
        assert reference_in(answer.text) == reference_in(read(server.taken[1]).text)
        assert outbox(story) == []


def test_telephone_numbers_wait_in_the_outbox(story):
    with mail_server() as server, sending(story, settings_for(server.port)) as reader:
        assert reader.post(FORM, BOB).status_code == 303
        assert "This site cannot send it by itself" in reader.get(CODE).text
        assert server.taken == []
        assert [each.to for each in outbox(story)] == [BOB["phone"]]


def test_a_gateway_for_text_messages_is_reached_by_mail(story):
    with mail_server() as server:
        settings = settings_for(server.port, texts="sms.example")
        with sending(story, settings) as reader:
            assert reader.post(FORM, BOB).status_code == 303
            assert [to for to, _ in server.taken] == ["01632960042@sms.example"]


def closed_port():
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def test_a_server_that_is_not_there_keeps_what_was_typed(story, capfd):
    with sending(story, settings_for(closed_port())) as reader:
        answer = reader.post(FORM, ANN)
        assert answer.status_code == 503
        assert "does not answer as it should" in answer.text
        for typed in (ANN["name"], ANN["email"]):
            assert f'value="{typed}"' in answer.text
        assert "set-cookie" not in answer.headers
        with story.registrations._database.reading() as connection:
            assert connection.execute("SELECT count(*) FROM begun").fetchone() == (0,)
    said = capfd.readouterr()
    assert CANARY not in said.out + said.err


def test_an_address_that_the_server_refuses_is_a_fault_of_that_field(story):
    with mail_server() as server, sending(story, settings_for(server.port)) as reader:
        answer = reader.post(FORM, {**ANN, "email": REFUSED})
        assert answer.status_code == 400
        assert 'href="#email"' in answer.text


def test_a_server_that_fails_when_somebody_is_in_the_pool_takes_nobody_out(story):
    with mail_server() as server, sending(story, settings_for(server.port)) as reader:
        reader.post(FORM, ANN)
        code = code_in(read(server.taken[0]))
        server.asks = True
        answer = reader.post(CODE, {"code": code})
        assert answer.status_code == 200
        assert "could not be sent" in answer.text
        assert reference_in(answer.text)
        assert len(story.loop.volunteers(facilitator(story), PANEL)) == 1
        page = reader.post(CODE, {"_step": "again"})
        assert "You are in the pool" in page.text


def test_another_code_that_cannot_be_sent_leaves_the_first(story):
    with mail_server() as server, sending(story, settings_for(server.port)) as reader:
        reader.post(FORM, ANN)
        server.asks = True
        assert reader.post(CODE, {"_step": "again"}).status_code == 503
        server.asks = False
        assert reader.post(CODE, {"code": code_in(read(server.taken[0]))}).status_code == 200


def test_a_server_that_asks_for_a_password_gets_it(tmp_path, story):
    kept = tmp_path / "password"
    kept.write_text(f"{SECRET}\n", "utf-8")
    with mail_server(asks=True) as server:
        settings = settings_for(server.port, user=USER, password_file=kept)
        with sending(story, settings) as reader:
            assert reader.post(FORM, ANN).status_code == 303
            assert len(server.taken) == 1


def test_the_password_may_be_in_the_environment(tmp_path, monkeypatch):
    settings = settings_for(25, user=USER)
    with pytest.raises(Invalid) as missing:
        messages_of(tmp_path, settings)
    assert missing.value.code == "config.password"
    monkeypatch.setenv(PASSWORD, SECRET)
    assert messages_of(tmp_path, settings).mailer._password == SECRET
    assert SECRET not in repr(messages_of(tmp_path, settings))
    with pytest.raises(Invalid):
        messages_of(tmp_path, settings_for(25, user=USER, password_file=tmp_path / "nothing"))


def test_a_wrong_password_and_an_open_line_send_nothing(tmp_path, story):
    message = Message("ann@people.example", "Subject", "Words", story.clock.now())
    with mail_server(asks=True) as server:
        for mailer in (
            Mailer(settings_for(server.port, user=USER), "wrong"),
            Mailer(settings_for(server.port, security="starttls"), ""),
            Mailer(settings_for(server.port, security="tls"), ""),
        ):
            with pytest.raises(Broken) as trouble:
                mailer.send(message, message.to, story.clock.now())
            assert trouble.value.code == "mail.silent"
            assert trouble.value.__cause__ is None
        assert server.taken == []


def test_a_server_that_says_nothing_is_not_waited_for(monkeypatch, story):
    monkeypatch.setattr(mail, "_PATIENCE", 0.2)
    message = Message("ann@people.example", "Subject", "Words", story.clock.now())
    with socket.create_server((HOST, 0)) as silent:
        mailer = Mailer(settings_for(silent.getsockname()[1]), "")
        with pytest.raises(Broken):
            mailer.send(message, message.to, story.clock.now())


@pytest.mark.parametrize(
    "changes",
    [
        {"host": "mail.council.example"},
        {"host": "a b"},
        {"sender": "nobody"},
        {"texts": "x@y"},
        {"port": 0},
    ],
)
def test_settings_that_would_not_do_are_refused(changes):
    with pytest.raises(ValidationError):
        settings_for(25, **changes) if "port" not in changes else settings_for(**changes)
