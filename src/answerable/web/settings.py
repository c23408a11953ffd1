"""What whoever runs the pages says about them: one TOML file, every fault in it named at once."""

from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from answerable.model.actor import Role
from answerable.model.base import Frozen, Slug, invalid
from answerable.model.told import parse_toml

FILE: Final = "pages.toml"
"""Where it is, in the workspace."""

_Line = Annotated[str, StringConstraints(min_length=1, max_length=300)]
_Web = Annotated[str, StringConstraints(pattern=r"^https?://[^\s<>\"]{1,300}$")]
_Mail = Annotated[str, StringConstraints(pattern=r"^[^\s<>\"@]{1,100}@[^\s<>\"@]{1,200}$")]


_HERE: Final = ("127.0.0.1", "localhost")


class Contact(Frozen):
    """Whom people ring or write to: a post, never a person's name.

    Attributes:
        post: who answers, such as "Data protection team".
        email: the address that is read.
        phone: the number, as people write it.
        letters: the postal address, in one line.
        hours: when somebody answers.
    """

    post: _Line = ""
    email: _Mail | None = None
    phone: _Line | None = None
    letters: _Line | None = None
    hours: _Line | None = None


class Regulator(Frozen):
    """Who supervises data protection, and hears complaints that were not settled.

    Attributes:
        name: what it is called.
        address: of the page on which it takes complaints.
        phone: the number, as people write it.
    """

    name: _Line = "Information Commissioner's Office"
    address: _Web = "https://ico.org.uk/make-a-complaint/"
    phone: _Line = "0303 123 1113"


class Part(Frozen):
    """In what role somebody acts, and for whom."""

    role: Role
    organisation: Slug


def _part(said: Any) -> Any:
    """Read ``officer@some-council``."""
    role, at, organisation = said.partition("@") if isinstance(said, str) else ("", "", "")
    if not at or role not in set(Role):
        raise PydanticCustomError("actor.text", "needs a role and an organisation")
    return Part(role=Role(role), organisation=organisation)


def _over_closed_lines(address: str) -> str:
    """Refuse an open line, unless it does not leave this machine."""
    parts = urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in _HERE:
        raise PydanticCustomError("address.open", "needs an address that begins with https://")
    return address


class Provider(Frozen):
    """Who knows the staff: a provider of OpenID Connect (Core 1.0), such as a council's own.

    Attributes:
        title: what people call it.
        issuer: its address, as in its tokens.
        client: what it calls these pages.
        secret_file: holds what it gave these pages to prove themselves with; read at start.
        claim: which of its claims tells what somebody does.
        parts: by a value of that claim: the role, and for whom.
    """

    title: _Line
    issuer: Annotated[_Web, AfterValidator(_over_closed_lines)]
    client: _Line
    secret_file: Path
    claim: _Line = "groups"
    parts: dict[str, Annotated[Part, BeforeValidator(_part)]] = Field(min_length=1)


class Mail(Frozen):
    """The mail server that takes messages to people, over SMTP.

    Without it, and for telephone numbers in any case, messages wait in the folder ``outbox`` of
    the workspace: read them with ``answerable outbox``, and pass them on.

    Attributes:
        host: the name of the server.
        port: where it listens.
        security: how the line is closed; ``none`` only for a server on this machine.
        user: how these pages sign in there; nothing where it asks for no name.
        password_file: holds the password; read at start. Without one, it is taken from
            ``ANSWERABLE_MAIL_PASSWORD`` in the environment.
        sender: whom messages come from.
        texts: the domain of a gateway that sends a mail to ``07700900001@DOMAIN`` on as a text
            message; without one, messages to telephone numbers wait in the outbox.
    """

    host: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.:-]{1,250}$")]
    port: int = Field(default=587, ge=1, le=65_535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: _Line | None = None
    password_file: Path | None = None
    sender: _Mail
    texts: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.-]{1,200}$")] | None = None

    @model_validator(mode="after")
    def _closed(self) -> Self:
        """Refuse an open line that leaves this machine."""
        if self.security == "none" and self.host not in _HERE:
            raise PydanticCustomError("mail.open", "needs a closed line")
        return self


class Settings(Frozen):
    """What the pages cannot know from the register.

    Attributes:
        address: where people find this site, if it stands behind another server.
        contact: of whoever runs this site.
        contacts: of an organisation, for people whose data it holds or uses.
        regulator: who hears complaints that were not settled.
        release_points: their addresses, where they are not those in the register.
        provider: who knows the staff; without one people sign in with links only.
        mail: what takes messages to people; without it they wait in the outbox.
    """

    address: _Web | None = None
    contact: Contact = Contact()
    contacts: dict[Slug, Contact] = Field(default={})
    regulator: Regulator = Regulator()
    release_points: dict[Slug, _Web] = Field(default={})
    provider: Provider | None = None
    mail: Mail | None = None


def read_settings(workspace: Path) -> Settings:
    """Read the settings of a workspace; the usual ones where there is no file.

    Raises:
        Invalid: ``config.toml``, or ``config.invalid`` with every fault, by field.
    """
    try:
        data = (workspace / FILE).read_bytes()
    except FileNotFoundError:
        return Settings()
    said = parse_toml(data, FILE)
    try:
        return Settings.model_validate(said, strict=False)
    except ValidationError as problem:
        raise invalid("config.invalid", problem, file=FILE) from None
