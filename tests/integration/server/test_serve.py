"""`varsam check` and `varsam serve`: faults at once, honest words at the start, several processes, and silent logs."""

import asyncio
import os
import secrets
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import psutil

from chat.app import Addresses, running, stores
from chat.client.counsellor import Counsellor
from chat.client.visitor import Visitor
from chat.config import Config
from chat.configured import Organisation as Whose
from chat.crypto.encoding import b64, digest
from chat.demo.organisation import REALM, Organisation
from chat.demo.sign_in import Registry
from chat.store.sessions import Session
from chat.web.assets import Assets
from tests.integration.server.commands import Command, gone, run, varsam
from tests.integration.server.house import free_port

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "config" / "varsam.example.toml"
WORDS = "det här får ingen se i loggen"


def settings(port: int, **more: str) -> dict[str, str]:
    return {
        "VARSAM_LISTEN__PORT": str(port),
        "VARSAM_VISITOR__ORIGIN": f"http://127.0.0.1:{port}",
        "VARSAM_STAFF__ORIGIN": f"http://localhost:{port}",
        **more,
    }


def test_check_says_that_a_good_file_is_good_and_what_comes_next() -> None:
    ended = run("check", "--config", str(EXAMPLE))
    assert ended.returncode == 0
    assert "varsam serve" in ended.stdout


def test_check_warns_of_numbers_that_nobody_has_called() -> None:
    ended = run("check", "--config", str(ROOT / "config" / "sjuharad.toml"))
    assert ended.returncode == 0
    assert "Warning" in ended.stderr
    assert "numbers[1].verified_on" in ended.stderr
    assert "call SOS Alarm" in ended.stderr


def test_check_tells_all_faults_at_once(tmp_path: Path) -> None:
    path = tmp_path / "varsam.toml"
    path.write_text('mode = "production"\n[listen]\nport = -1\n[colour]\n')
    ended = run("check", "--config", str(path))
    assert ended.returncode == 1
    for key in (
        "listen.port",
        "colour",
        "live.url",
        "ledger.url",
        "visitor.origin",
        "staff.origin",
        "retention.decision",
    ):
        assert key in ended.stderr
    assert "Traceback" not in ended.stderr


def test_embed_prints_the_pinned_snippet_and_the_lines_of_the_policy(tmp_path: Path) -> None:
    environment = {
        "VARSAM_ORGANISATION__ROOT": "R" * 43,
        "VARSAM_VISITOR__ORIGIN": "https://chat.example.org",
        "VARSAM_MUNICIPALITIES__1490": "Borås",
    }
    ended = run("embed", "--municipality", "1490", "--language", "en", environment=environment)
    assert ended.returncode == 0, ended.stderr
    loader = Assets.load().index.loader["en"]
    for part in (
        '<a href="https://chat.example.org/?lang=en" data-varsam>Talk to us</a>',
        f'src="https://chat.example.org/{loader.path}" integrity="{loader.integrity}" crossorigin="anonymous" async',
        f'data-root="{"R" * 43}" data-municipality="1490" data-lang="en"',
        "script-src https://chat.example.org/w/ https://chat.example.org/f/",
        "connect-src https://chat.example.org wss://chat.example.org",
    ):
        assert part in ended.stdout, part


def test_embed_names_everything_that_is_missing_or_unknown() -> None:
    ended = run("embed", "--municipality", "149", "--language", "xx")
    assert ended.returncode == 1
    for key in ("organisation.root", "--municipality", "--language"):
        assert key in ended.stderr
    assert "Traceback" not in ended.stderr


def test_serve_refuses_what_check_refuses() -> None:
    ended = run("serve", "--config", str(EXAMPLE), environment={"VARSAM_MODE": "production"})
    assert ended.returncode == 1
    assert "live.url" in ended.stderr


def test_serve_says_that_nobody_can_sign_in_and_that_it_starts_stores() -> None:
    port, figures = free_port(), free_port()
    environment = settings(port, VARSAM_LISTEN__METRICS_PORT=str(figures))
    with varsam("serve", "--config", str(EXAMPLE), environment=environment) as command:
        command.answers(f"http://127.0.0.1:{port}/readyz")
        assert "Nobody can sign in" in command.said()
        assert "embedded stores are started" in command.said()
        assert httpx.get(f"http://127.0.0.1:{port}/v1/availability.json").json()["open"] is False
        assert httpx.post(f"http://localhost:{port}/staff/demo/sign-in").status_code == 404
        assert "varsam_sockets" in httpx.get(f"http://127.0.0.1:{figures}/metrics").text
        assert httpx.get(f"http://127.0.0.1:{port}/metrics").status_code == 404
        below = command.children()
        assert command.stops() == 0
        gone(below)
        assert command.left_behind() == []


def test_health_answers_a_container_that_knows_no_host() -> None:
    port = free_port()
    with varsam("serve", "--config", str(EXAMPLE), environment=settings(port)) as command:
        command.answers(f"http://127.0.0.1:{port}/readyz")
        for path, status in (("/healthz", 200), ("/readyz", 200), ("/", 403)):
            assert (
                httpx.get(f"http://127.0.0.1:{port}{path}", headers={"host": "10.0.0.7"}).status_code
                == status
            )


def workers_of(command: Command) -> list[psutil.Process]:
    return [child for child in command.children() if any("spawn_main" in word for word in child.cmdline())]


def test_workers_share_a_socket_come_back_and_end_with_their_parent() -> None:
    port = free_port()
    with varsam("serve", "--config", str(EXAMPLE), "--workers", "2", environment=settings(port)) as command:
        command.answers(f"http://127.0.0.1:{port}/readyz")
        time.sleep(1)
        first = workers_of(command)
        assert len(first) == 2
        # One that dies after it came up is started again.
        time.sleep(3)
        os.kill(first[0].pid, signal.SIGKILL)
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline and not {p.pid for p in workers_of(command)} - {
            p.pid for p in first
        }:
            time.sleep(0.1)
        assert len(workers_of(command)) == 2
        command.answers(f"http://127.0.0.1:{port}/readyz")
        below = command.children()
        os.kill(command.process.pid, signal.SIGKILL)
        command.process.wait(5)
        gone(below)


def test_workers_stop_cleanly() -> None:
    port = free_port()
    with varsam("serve", "--config", str(EXAMPLE), "--workers", "2", environment=settings(port)) as command:
        command.answers(f"http://127.0.0.1:{port}/readyz")
        time.sleep(1)
        below = command.children()
        assert command.stops(signal.SIGINT) == 0
        gone(below)
        assert command.left_behind() == []
        assert "Traceback" not in command.said()


def test_a_port_in_use_is_told() -> None:
    port = free_port()
    with varsam("serve", "--config", str(EXAMPLE), environment=settings(port)) as command:
        command.answers(f"http://127.0.0.1:{port}/readyz")
        ended = run("serve", "--config", str(EXAMPLE), environment=settings(port))
        assert ended.returncode == 1
        assert "another port" in ended.stderr


class Staffed:
    """Stores of our own, with an organisation whose staff is signed in, for real processes to serve."""

    def __init__(
        self, addresses: Addresses, made: Organisation, registry: Registry, sessions: object
    ) -> None:
        self.addresses, self.made, self.registry = addresses, made, registry
        self.sessions = sessions

    def environment(self, port: int) -> dict[str, str]:
        return settings(
            port,
            VARSAM_LIVE__URL=self.addresses.live,
            VARSAM_LEDGER__URL=self.addresses.ledger,
            VARSAM_ORGANISATION__ROOT=b64(self.made.root.hash),
            VARSAM_ORGANISATION__REALM=REALM,
        )

    async def signs_in(self, counsellor: Counsellor, pseudonym: str) -> None:
        """What a sign-in leaves: a certificate on the roster, and a session."""
        certificate = await self.registry.certify(
            pseudonym, counsellor.key.public, counsellor.seal_key.public
        )
        token = secrets.token_bytes(32)
        now = int(time.time())
        await self.sessions.open(digest(token), Session(certificate.hash, now + 3600), now)  # type: ignore[attr-defined]
        counsellor._documents = [self.made.registrar.document, certificate]
        counsellor.cookie = f"__Host-varsam={b64(token)}"
        await counsellor.connects()


@asynccontextmanager
async def staffed() -> AsyncIterator[Staffed]:
    made = Organisation(int(time.time()), secrets.token_bytes(32))
    async with (
        stores(Config()) as addresses,
        running(Config(), addresses, Whose(REALM, made.root.hash)) as parts,
    ):
        registry = Registry(made, parts.staff, time.time, parts.tell_staff)
        await registry.publish()
        yield Staffed(addresses, made, registry, parts.node.sessions)


async def comes_back_through(visitor: Visitor, port: int) -> None:
    """Another process answers at the service's address now."""
    visitor.origin = visitor.standing._origin = f"http://127.0.0.1:{port}"
    await visitor.reconnects()


async def test_two_processes_on_one_store_carry_one_conversation() -> None:
    here, there = free_port(), free_port()
    async with staffed() as staff:
        with (
            varsam("serve", "--config", str(EXAMPLE), environment=staff.environment(here)) as first,
            varsam("serve", "--config", str(EXAMPLE), environment=staff.environment(there)) as second,
        ):
            for command, port in ((first, here), (second, there)):
                await asyncio.to_thread(command.answers, f"http://127.0.0.1:{port}/readyz")
            root = staff.made.root.hash
            async with (
                Visitor(f"http://127.0.0.1:{here}", root, realm=REALM) as visitor,
                Counsellor(f"http://localhost:{there}", root, realm=REALM) as counsellor,
            ):
                await staff.signs_in(counsellor, "Amina")
                await counsellor.goes_on_duty()
                await visitor.starts()
                await visitor.writes(WORDS)
                await counsellor.until(
                    lambda: bool(counsellor.desk and counsellor.desk.waiting), "somebody waits"
                )
                sid = await counsellor.takes_next()
                await counsellor.hears(sid, WORDS)
                await asyncio.gather(
                    *(visitor.writes(f"från här {n}") for n in range(10)),
                    *(counsellor.writes(sid, f"från där {n}") for n in range(10)),
                )
                await visitor.hears("från där 9")
                await counsellor.hears(sid, "från här 9")
                assert visitor.conversation.log.heads == counsellor.conversation(sid).log.heads
                await visitor.loses_the_connection()
                # Any process will do: the visitor comes back through the other one.
                await comes_back_through(visitor, there)
                await counsellor.writes(sid, "välkommen tillbaka")
                await visitor.hears("välkommen tillbaka")
                await counsellor.ends(sid)
                assert await visitor.is_over() == "closed"
            said = first.said() + second.said()
            logged = "\n".join(line for line in said.splitlines() if line.startswith("{"))
            assert logged
            for secret in (
                WORDS,
                sid,
                "127.0.0.1",
                "Amina",
                "Python",
                visitor.language + '"',
                b64(visitor.capability),
            ):
                assert secret not in logged
            assert '"bug"' not in logged


async def test_a_killed_process_loses_nothing_that_was_acknowledged() -> None:
    here, there = free_port(), free_port()
    async with staffed() as staff:
        with varsam("serve", "--config", str(EXAMPLE), environment=staff.environment(there)) as second:
            await asyncio.to_thread(second.answers, f"http://127.0.0.1:{there}/readyz")
            root = staff.made.root.hash
            with varsam("serve", "--config", str(EXAMPLE), environment=staff.environment(here)) as first:
                await asyncio.to_thread(first.answers, f"http://127.0.0.1:{here}/readyz")
                visitor = Visitor(f"http://127.0.0.1:{here}", root, realm=REALM)
                await visitor.connects()
                await visitor.starts()
                await visitor.writes("sparat")
                first.process.kill()
                first.process.wait(5)
            await comes_back_through(visitor, there)
            await visitor.writes("och vidare")
            async with Counsellor(f"http://localhost:{there}", root, realm=REALM) as counsellor:
                await staff.signs_in(counsellor, "Amina")
                await counsellor.goes_on_duty()
                sid = await counsellor.takes_next()
                await counsellor.hears(sid, "och vidare")
                assert counsellor.conversation(sid).words() == ["sparat", "och vidare"]
            await visitor.closes()
