"""Secrets are nowhere but in the settings: a run over all channels, each failing in its way, under a real engine."""

import http.client
import smtplib
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from apprise.plugins.telegram import NotifyTelegram
from ledgers import make_ledger
from office import VI
from sinks import (
    CANARY,
    HERE,
    Hook,
    Mailbox,
    all_cells,
    ensure_unseen,
    hooked,
    knows_password,
    server_tls,
    serving,
    watching,
    write_certificate,
)

from models.store import migrate, open_engine
from reminders.posting import ZaloPost

pytestmark = [pytest.mark.xdist_group("prefect"), pytest.mark.slow]
ON = date(2021, 9, 24)
TOKEN = "123456789:c4n4rytoken-c4n4rytoken_c4n4rytok3n"  # noqa: S105  a canary
SIGNATURE = "c4n4rysignature_c4n4rysignature"
PASSWORD = f"{CANARY}-wrong"
SECRETS = (PASSWORD, CANARY, TOKEN, SIGNATURE)
ECHO = Hook(401, body=f'{{"error": -216, "description": "no {TOKEN}", "message": "no {TOKEN}"}}'.encode())
LEAK = Hook(401, body=f'{{"description": "wrong signature {SIGNATURE}"}}'.encode())
WORKFLOW = "/workflows/0123abc/triggers/manual/paths/invoke?api-version=2016-06-01&sv=1.0&sig="


def _settings(mail: int, secure: str, plain: str) -> str:
    return f"""
smtp_host = "{HERE}"
smtp_port = {mail}
smtp_security = "starttls"
smtp_user = "dondoc@example.invalid"
smtp_password = '{PASSWORD}'
telegram_token = "{TOKEN}"
telegram_chats = {{C0101 = "-100123456"}}
zalo_token = "{TOKEN}"
zalo_users = {{C0101 = "2468458835296117922"}}
teams_hooks = {{C0101 = "{secure}{WORKFLOW}{SIGNATURE}"}}
webhooks = {{C0101 = "{plain}/{SIGNATURE}"}}
webhook_token = "{TOKEN}"
"""


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace in which one return is late."""
    folder = tmp_path / "workspace"
    folder.mkdir()
    engine = open_engine(f"sqlite:///{folder / 'dondoc.db'}")
    migrate(engine)
    make_ledger(engine).owe("C0101", date(2021, 9, 23))
    engine.dispose()
    certificate = write_certificate(tmp_path)
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.setenv(name, str(certificate))
    return folder


def test_no_secret_is_anywhere_but_in_the_settings(
    prefect_server: None,
    office: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    from flows.remind import UNDELIVERED, remind

    monkeypatch.setattr(smtplib.SMTP, "debuglevel", 2)
    monkeypatch.setattr(http.client.HTTPConnection, "debuglevel", 1)
    tls = server_tls(tmp_path / "server.pem")
    how = {"require_starttls": True, "tls_context": tls, "authenticator": knows_password, "auth_required": True}
    with ExitStack() as stack, watching() as watch:
        mail = stack.enter_context(serving(Mailbox(), **how))
        secure = stack.enter_context(hooked(LEAK, tmp_path / "server.pem"))
        plain = stack.enter_context(hooked(ECHO))
        monkeypatch.setattr(NotifyTelegram, "notify_url", f"{plain}/bot")
        monkeypatch.setattr("reminders.posting.ZALO_PATH", "/zalo")
        monkeypatch.setattr(ZaloPost, "app_headers", {"User-Agent": "dondoc"})
        monkeypatch.setattr("flows.jobs.channels.ZaloAccount", _zalo_at(plain))
        (office / "dondoc.toml").write_text(_settings(mail, secure, plain), "utf-8")
        outcome = remind(ON, workspace=office)
        (office / "dondoc.toml").write_text(f'teams_hooks = ["{SIGNATURE}"]\nsmtp_port = "{PASSWORD}"\n', "utf-8")
        failed = remind(ON, workspace=office, return_state=True)
    assert {one.channel: one.state for one in outcome.notices} == {
        "mail": "pending",
        "telegram": "pending",
        "zalo": "pending",
        "teams": "pending",
        "webhook": "pending",
    }
    assert len(outcome.undelivered) == 5
    assert failed.is_failed()
    ensure_unseen(*watch.said, *capfd.readouterr(), repr(outcome), repr(failed), secrets=SECRETS)
    ensure_unseen(*all_cells(open_engine(f"sqlite:///{office / 'dondoc.db'}")), secrets=SECRETS)
    ensure_unseen(*(path.read_bytes() for path in _files(office) if path.name != "dondoc.toml"), secrets=SECRETS)
    told = _prefect_bytes()
    assert UNDELIVERED.encode() in b"".join(told)
    ensure_unseen(*told, secrets=SECRETS)
    assert "--resend" in VI("delivery.advice.unknown", number="N1")
    assert any("N000001" in str(table) for table in _tables(UNDELIVERED))  # other tests may have left some too


def _zalo_at(address: str) -> Any:
    from reminders.targets import ZaloAccount

    return lambda token: ZaloAccount(token, address)


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def _prefect_bytes() -> list[bytes]:
    """Give all that Prefect keeps of its runs on disk: its database and whatever lies beside it."""
    from prefect.settings import PREFECT_API_DATABASE_CONNECTION_URL, PREFECT_HOME

    url = str(PREFECT_API_DATABASE_CONNECTION_URL.value())
    database = Path(url.partition(":///")[2])
    beside = list(database.parent.glob(f"{database.name}*"))
    return [path.read_bytes() for path in [*beside, *_files(Path(PREFECT_HOME.value()))]]


def _tables(key: str) -> list[Any]:
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey

    with get_client(sync_client=True) as client:
        found = client.read_artifacts(artifact_filter=ArtifactFilter(key=ArtifactFilterKey(any_=[key])))
    return [one.data for one in found]
