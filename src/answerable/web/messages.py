"""How somebody is told something away from the pages: by mail, or by whoever empties the outbox."""

import os
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from answerable.model.errors import Invalid
from answerable.store.outbox import FOLDER, Message, Outbox
from answerable.web.mail import Mailer
from answerable.web.settings import Mail

PASSWORD: Final = "ANSWERABLE_MAIL_PASSWORD"  # noqa: S105 - the name of a variable
"""The variable with the password of the mail server, where no file has it."""


@dataclass(frozen=True, slots=True)
class Messages:
    """Where messages go.

    Attributes:
        outbox: takes what no server does.
        mailer: takes what is to an e-mail address, if there is a mail server.
        texts: the domain of a gateway that makes text messages of mail.
    """

    outbox: Outbox
    mailer: Mailer | None = None
    texts: str | None = None

    def send(self, message: Message, now: datetime) -> None:
        """Send a message, or keep it for somebody to pass on.

        Raises:
            Invalid: ``mail.refused``.
            Broken: ``mail.silent``, ``store.full``, ``store.unwritable``.
        """
        address = self._address(message.to)
        if self.mailer and address:
            self.mailer.send(message, address, now)
        else:
            self.outbox.put(message, now)

    def by_hand(self, to: str) -> bool:
        """Tell whether somebody has to pass messages on."""
        return not (self.mailer and self._address(to))

    def _address(self, to: str) -> str:
        if "@" in to:
            return to
        return f"{re.sub('[^0-9]', '', to)}@{self.texts}" if self.texts else ""


def messages_of(workspace: Path, mail: Mail | None) -> Messages:
    """Make ready to send, with the password of the mail server if it asks for one.

    Raises:
        Invalid: ``config.password`` when there is none where it should be.
    """
    outbox = Outbox(workspace / FOLDER)
    if mail is None:
        return Messages(outbox)
    return Messages(outbox, Mailer(mail, _password(mail)), mail.texts)


def _password(mail: Mail) -> str:
    if mail.user is None:
        return ""
    try:
        kept = mail.password_file
        password = kept.read_text("utf-8").strip() if kept else os.environ.get(PASSWORD, "")
    except (OSError, UnicodeDecodeError):
        password = ""
    if not password:
        raise Invalid("config.password", file=str(mail.password_file or PASSWORD))
    return password
