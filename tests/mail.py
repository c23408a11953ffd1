"""A mail server on this machine, for tests: takes what it is given, and refuses one address."""

import base64
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_string
from email.message import Message
from email.policy import default
from typing import Any, Final

HOST: Final = "127.0.0.1"
REFUSED: Final = "nobody@people.example"
USER, SECRET = "pages", "a-secret-of-the-mail-server"


class Server(socketserver.ThreadingTCPServer):
    """Speaks as much SMTP as is needed.

    Attributes:
        taken: whom each mail was to, and the mail.
        asks: whether it wants a name and a password.
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, *, asks: bool = False) -> None:
        super().__init__((HOST, 0), Talk)
        self.taken: list[tuple[str, Message]] = []
        self.asks = asks

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])


class Talk(socketserver.StreamRequestHandler):
    """One client."""

    server: Any

    def handle(self) -> None:
        """Answer line by line."""
        self.to, self.known = "", not self.server.asks
        self.say("220 here")
        while line := self.rfile.readline().decode().strip():
            verb = line.split(":")[0].split()[0].upper()
            if verb == "QUIT":
                self.say("221 bye")
                return
            getattr(self, f"on_{verb.lower()}", self.on_other)(line)

    def say(self, line: str) -> None:
        """Send a line."""
        self.wfile.write(f"{line}\r\n".encode())

    def on_ehlo(self, _line: str) -> None:
        self.say("250-here\r\n250 AUTH PLAIN" if self.server.asks else "250 here")

    def on_auth(self, line: str) -> None:
        said = base64.b64decode(line.split()[2]).decode().split("\0")[1:]
        self.known = said == [USER, SECRET]
        self.say("235 in" if self.known else "535 who is this")

    def on_mail(self, _line: str) -> None:
        self.say("250 yes" if self.known else "530 who is this")

    def on_rcpt(self, line: str) -> None:
        self.to = line.partition("<")[2].partition(">")[0]
        self.say(f"550 no {self.to}" if self.to == REFUSED else "250 yes")

    def on_data(self, _line: str) -> None:
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline().decode().rstrip("\r\n")) != ".":
            lines.append(line.removeprefix("."))
        self.server.taken.append((self.to, message_from_string("\n".join(lines), policy=default)))
        self.say("250 taken")

    def on_other(self, _line: str) -> None:
        self.say("250 well")


@contextmanager
def mail_server(*, asks: bool = False) -> Iterator[Server]:
    """Run one."""
    with Server(asks=asks) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join(5)
