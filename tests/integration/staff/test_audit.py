"""What staff did is told, without content; whoever changes, cuts or moves an entry is found, and the entry is named."""

import asyncio
import json
from pathlib import Path

import pytest
from msgspec.json import decode, encode
from msgspec.structs import replace

from chat import audits
from chat.errors import CeremonyError
from chat.store import audit
from chat.store.audit import Audit, Broken, Entry
from chat.store.connections import Store
from chat.store.embedded import EmbeddedServer
from chat.web.staff import AUDIT_ENTRIES
from tests.integration.server.commands import run
from tests.integration.staff.conftest import Staffed

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_everything_that_changes_staff_stands_in_the_audit(staffed: Staffed) -> None:
    told = [(e.who, e.what, e.about) for e in reversed(await staffed.house.records.audit.newest(100))]
    for entry in (
        ("registrar", "invited", "Cleo"),
        ("Cleo", "added a passkey", "Cleo"),
        ("Cleo", "asked for a machine", "Cleo"),
        ("registrar", "signed roster 1", "staff"),
        ("registrar", "certified a machine of", "Cleo"),
        ("Cleo", "invited", "Amina"),
        ("Cleo", "compared the words of a machine of", "Amina"),
    ):
        assert entry in told
    assert (await staffed.house.records.audit.verify()).n == len(told)


async def test_a_coordinator_reads_the_audit_in_pages_and_exports_it_as_it_is_kept(
    staffed: Staffed, tmp_path: Path
) -> None:
    cleo, ledger = staffed.cleo, staffed.house.records.audit
    for number in range(AUDIT_ENTRIES):
        await staffed.house.records.tell(number, "Cleo", "invited", f"Nummer {number}")
    newest = await cleo.told("/staff/audit")
    head = await ledger.head()
    assert newest["head"] == f"{head.n}:{head.digest}"
    assert [entry["n"] for entry in newest["entries"]] == list(range(head.n, head.n - AUDIT_ENTRIES, -1))
    earlier = await cleo.told(f"/staff/audit?before={newest['entries'][-1]['n']}")
    assert [entry["n"] for entry in earlier["entries"]] == list(range(head.n - AUDIT_ENTRIES, 0, -1))
    assert (await cleo.told("/staff/audit?before=1"))["entries"] == []
    for words in ("x", "-1", "1" * 16, "%20"):
        assert (await cleo.asks("GET", f"/staff/audit?before={words}")).text.startswith("malformed")

    exported = await cleo.asks("GET", "/staff/audit/export")
    assert "attachment" in exported.headers["content-disposition"]
    path = tmp_path / "audit.jsonl"
    path.write_bytes(exported.content)
    ended = await asyncio.to_thread(run, "audit", "verify", "--export", str(path), "--noted", newest["head"])
    assert ended.returncode == 0, ended.stderr
    assert f"{head.n} entries" in ended.stdout
    lines = exported.content.splitlines()
    path.write_bytes(b"\n".join([*lines[:2], *lines[3:]]))
    with pytest.raises(CeremonyError, match="entry 3: number 4 stands in its place"):
        audits.verified_export(path, None)
    path.write_bytes(b"\n".join(lines[:-1]))
    with pytest.raises(CeremonyError, match=f"entry {head.n}: it and all"):
        audits.verified_export(path, head)
    with pytest.raises(CeremonyError, match="cannot be read"):
        audits.verified_export(tmp_path / "missing", None)


async def written(ledger: Store, count: int) -> Audit:
    """A chain of so many entries."""
    head = audit.Head(0, audit.FIRST)
    for n in range(count):
        row = audit.next_entry(head, n, "Cleo", "invited", f"Nummer {n}")
        await ledger.command("RPUSH", audit.KEY, row)
        head = audit.follow(head, row)
    return Audit(ledger)


async def test_a_changed_a_cut_and_a_moved_entry_are_named(tmp_path: Path) -> None:
    async with EmbeddedServer(tmp_path / "ledger") as server, Store(server.url) as ledger:
        chain = await written(ledger, 12)
        head = await chain.verify()
        assert head.n == 12
        rows = await chain.page(1)

        async def holds(*kept: bytes) -> None:
            await ledger.command("DEL", audit.KEY)
            await ledger.command("RPUSH", audit.KEY, *kept)

        changed = encode(replace(decode(rows[4], type=Entry), what="revoked"))
        await holds(*rows[:4], changed, *rows[5:])
        with pytest.raises(Broken, match=r"the entry before it \(5\) was changed") as broken:
            await chain.verify()
        assert broken.value.n == 6
        await holds(*rows[:4], *rows[5:])
        with pytest.raises(Broken, match="entry 5: number 6 stands in its place"):
            await chain.verify()
        await holds(*rows[:4], b"{}", *rows[5:])
        with pytest.raises(Broken, match="entry 5: it is no entry"):
            await chain.verify()
        await holds(rows[1], rows[0], *rows[2:])
        with pytest.raises(Broken, match="entry 1"):
            await chain.verify()
        await holds(*rows[:10])
        assert (await chain.verify()).n == 10, "a cut end shows only against what was noted"
        with pytest.raises(Broken, match="entry 11: it and all up to 12"):
            await chain.verify(head)
        await holds(*rows[:11], encode(replace(decode(rows[11], type=Entry), about="Nils")))
        with pytest.raises(Broken, match="entry 12: it is not the one that was noted"):
            await chain.verify(head)


async def test_the_command_says_whether_it_holds_and_names_what_does_not(tmp_path: Path) -> None:
    folder = tmp_path / "ledger"
    async with EmbeddedServer(folder) as server, Store(server.url) as ledger:
        chain = await written(ledger, 3)
        rows = await chain.page(1)
    environment = {"VARSAM_EMBEDDED__FOLDER": str(folder)}
    config = (
        "audit",
        "verify",
        "--config",
        str(Path(__file__).parents[3] / "config" / "varsam.example.toml"),
    )
    ended = run(*config, environment=environment)
    assert ended.returncode == 0, ended.stderr
    noted = ended.stdout.split()[-1]
    assert noted.startswith("3:")
    async with EmbeddedServer(folder) as server, Store(server.url) as ledger:
        await ledger.command("LSET", audit.KEY, 1, json.dumps({**json.loads(rows[1]), "who": "Nils"}))
    ended = run(*config, "--noted", noted, environment=environment)
    assert ended.returncode == 1
    assert "entry 3: the entry before it (2) was changed" in ended.stderr
    assert "is no head" in run(*config, "--noted", "3", environment=environment).stderr
    assert "names no ledger" in run(*config).stderr
