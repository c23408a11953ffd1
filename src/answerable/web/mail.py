"""Messages over SMTP. Neither whom they are to nor what they say shows in any trouble."""

import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import Final

from answerable.model.errors import Broken, Invalid
from answerable.store.outbox import Message
from answerable.web.settings import Mail

_PATIENCE: Final = 15.0


class Mailer:
    """A mail server."""

    def __init__(self, settings: Mail, password: str) -> None:
        self._settings = settings
        self._password = password

    def send(self, message: Message, to: str, now: datetime) -> None:
        """Send a message, or say that it cannot be.

        Raises:
            Invalid: ``mail.refused`` when the server takes nothing for that address.
            Broken: ``mail.silent`` for anything else.
        """
        try:
            with self._connected() as server:
                server.send_message(self._mail(message, to, now))
        except smtplib.SMTPRecipientsRefused:
            raise Invalid("mail.refused") from None
        except (OSError, smtplib.SMTPException, ValueError):
            raise Broken("mail.silent") from None

    def _connected(self) -> smtplib.SMTP:
        said = self._settings
        context = ssl.create_default_context()
        if said.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                said.host, said.port, timeout=_PATIENCE, context=context
            )
        else:
            server = smtplib.SMTP(said.host, said.port, timeout=_PATIENCE)
        try:
            if said.security == "starttls":
                server.starttls(context=context)
            if said.user is not None:
                server.login(said.user, self._password)
        except BaseException:
            server.close()
            raise
        return server

    def _mail(self, message: Message, to: str, now: datetime) -> EmailMessage:
        made = EmailMessage()
        made["From"], made["To"], made["Subject"] = self._settings.sender, to, message.subject
        made["Date"] = format_datetime(now)
        made["Message-ID"] = make_msgid(domain=self._settings.sender.partition("@")[2])
        made["Auto-Submitted"] = "auto-generated"
        made.set_content(message.text)
        return made
