"""Servers in the test process that take messages, SMTP and HTTP, and answer as they are told; and what is heard."""

import asyncio
import base64
import logging
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import Engine, inspect, text

from models.store import reading

HERE = "127.0.0.1"
CANARY = "c4n4ry-p@ss/w:rd?#"
LOUD = ("", "apprise", "urllib3", "urllib3.connectionpool", "urllib3.util.retry", "smtplib", "http.client", "requests")


class Mailbox:
    """What the server took, and what it answers: `rcpt` and `data` are replies, None is a yes.

    `delay` is how long it thinks, `before` and `after` are called around the moment at which it has the content.
    """

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.rcpt: dict[str, str] = {}
        self.data: str | None = None
        self.hangs_up = False
        self.delay = 0.0
        self.before: Callable[[], None] = lambda: None
        self.after: Callable[[], None] = lambda: None

    async def handle_RCPT(  # noqa: N802  the name that aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.rcpt:
            return self.rcpt[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(self.delay)
        if self.data:
            return self.data
        self.before()
        content = envelope.content
        assert isinstance(content, bytes)
        mail = message_from_bytes(content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.after()
        if self.hangs_up:
            assert server.transport is not None
            server.transport.abort()
        return "250 OK"


class AnyPort(Controller):
    """A server on a port of the system's choice."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def serving(mailbox: Mailbox, **how: Any) -> Iterator[int]:
    """Give the port at which the mailbox takes mail."""
    controller = AnyPort(mailbox, hostname=HERE, port=0, **how)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def knows_password(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: LoginPassword
) -> AuthResult:
    return AuthResult(success=given.password == CANARY.encode(), handled=False)  # the server answers 235 or 535


@contextmanager
def talking(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """Give the port of a server that speaks with each caller as `talk` does."""
    with socket.create_server((HERE, 0)) as listener:

        def answer() -> None:
            while True:
                try:
                    caller, _ = listener.accept()
                    with caller:
                        talk(caller)
                except OSError:
                    return

        threading.Thread(target=answer, daemon=True).start()
        yield listener.getsockname()[1]


def crawl(caller: socket.socket) -> None:
    """Greet for ever, a letter at a time: no single wait is long."""
    caller.sendall(b"220-")
    for _ in range(100):
        time.sleep(0.1)
        caller.sendall(b".")


def break_off(caller: socket.socket) -> None:
    """Take a mail as far as its content, and break the line off in the middle of that."""
    caller.sendall(b"220 here\r\n")
    for line in caller.makefile("rb"):
        if line.startswith(b"DATA"):
            caller.sendall(b"354 go on\r\n")
            caller.recv(10)
            caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return
        caller.sendall(b"250 OK\r\n")


@dataclass
class Hook:
    """What an HTTP server was sent, and what it answers."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b'{"ok": true, "error": 0, "message": "Success"}'
    delay: float = 0.0
    got: list[tuple[str, Mapping[str, str], bytes]] = field(default_factory=list)


@contextmanager
def hooked(hook: Hook, certificate: Path | None = None) -> Iterator[str]:
    """Give the address at which the hook takes posts, with TLS where there is a certificate."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            hook.got.append((self.path, dict(self.headers), content))
            time.sleep(hook.delay)
            self.send_response(hook.status)
            for name, value in {**hook.headers, "Content-Length": str(len(hook.body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(hook.body)

        def log_message(self, *_said: Any) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer((HERE, 0), Handler)
    server.daemon_threads = True
    if certificate:
        server.socket = server_tls(certificate).wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http{'s' if certificate else ''}://{HERE}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def server_tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def write_certificate(folder: Path) -> Path:
    """Write a certificate of this very machine's address with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HERE)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address(HERE))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    form = serialization.Encoding.PEM
    private = key.private_bytes(form, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "server.pem"
    path.write_bytes(private + certificate.public_bytes(form))
    return path


class Watch(logging.Handler):
    """Hears every record of every level, wherever it is logged."""

    def __init__(self) -> None:
        super().__init__(1)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(f"{record.getMessage()} {record.args} {record.exc_info}")


@contextmanager
def watching() -> Iterator[Watch]:
    """Hear all that is logged, with every logger at its loudest."""
    watch = Watch()
    before = {name: logging.getLogger(name).level for name in LOUD}
    for name in LOUD:
        logging.getLogger(name).addHandler(watch)
        logging.getLogger(name).setLevel(1)
    yield watch
    for name, level in before.items():
        logging.getLogger(name).removeHandler(watch)
        logging.getLogger(name).setLevel(level)


def forms(secret: str) -> set[bytes]:
    """Give the ways in which a secret can stand in a text: as it is, in an address, as a log-in carries it."""
    plain = secret.encode()
    return {plain, quote(secret).encode(), quote(secret, safe="").encode(), base64.b64encode(plain)} | {
        base64.b64encode(b"\0" * pad + plain)[4:-4] for pad in (1, 2)
    }


def ensure_unseen(*seen: str | bytes, secrets: tuple[str, ...] = (CANARY,)) -> None:
    """Check that none of the texts holds a secret in any form."""
    wanted = {form for secret in secrets for form in forms(secret)}
    for one in seen:
        content = one.encode() if isinstance(one, str) else one
        found = [content[max(0, content.index(form) - 200) :][:400] for form in wanted if form in content]
        assert not found, found


def all_cells(engine: Engine) -> list[str]:
    tables = inspect(engine).get_table_names()
    with reading(engine) as session:
        connection = session.connection()
        return [str(row) for table in tables for row in connection.execute(text(f'SELECT * FROM "{table}"'))]  # noqa: S608
