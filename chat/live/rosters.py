"""Rosters and freshness on their way into the ledger (K4): the draft of the next one, and what was signed, verified first.

Nothing that a page would refuse is ever written. It holds no private key: registrars sign on the command line, freshness is
signed by a console.
"""

from collections.abc import Awaitable, Callable
from typing import Final, Literal

import msgspec
from msgspec.structs import replace

from chat import errors, staff_bodies, wire
from chat.crypto import chain, requests
from chat.crypto.chain import Certificate, Roster, Signed
from chat.crypto.encoding import Realm, b64, digest, unb64
from chat.crypto.requests import REQUEST_SECONDS
from chat.live.accounts import SignedIn, machine_name
from chat.live.standing import Standing
from chat.papers import as_wire, documents_of, one, verify_roster, verify_signed_roster
from chat.rules import roles
from chat.rules.roles import AccountRole
from chat.store.accounts import Account, AccountRecords, Machine
from chat.store.challenges import Challenges
from chat.store.staff import Document, Staff

REGISTRAR: Final = "registrar"
"""Who the audit says it was."""


class Rosters:
    """Of one organisation. `tell` has every process read the ledger now."""

    def __init__(
        self,
        realm: Realm,
        root: bytes,
        origin: str,
        staff: Staff,
        records: AccountRecords,
        challenges: Challenges,
        standing: Standing,
        clock: Callable[[], float],
        tell: Callable[[], Awaitable[None]],
    ) -> None:
        self._realm = realm
        self._root = root
        self._origin = origin
        self._staff = staff
        self._records = records
        self._challenges = challenges
        self._standing = standing
        self._clock = clock
        self._tell = tell

    @property
    def now(self) -> int:
        return int(self._clock())

    # On the command line

    async def asked(self, asks: staff_bodies.RegistrarAsks, purpose: requests.Purpose) -> bytes:
        """K2: the body of what a registrar asks, once; VerificationError, Malformed."""
        root = chain.open_root(self._realm, self._root, unb64(asks.root))
        registrar = chain.open_registrar(self._realm, root, one(asks.registrar), self.now)
        body = asks.body.encode()
        request = requests.open_request(
            self._realm,
            registrar,
            one(asks.asks),
            origin=self._origin,
            purpose=purpose,
            body=body,
            now=self.now,
        )
        if not await self._challenges.put(digest(request.nonce), b"asked", 2 * REQUEST_SECONDS):
            raise errors.VerificationError("K2", "asked before: ask anew")
        return body

    async def draft(self) -> staff_bodies.Draft:
        """What the next roster shall say."""
        in_force = await self._in_force()
        accounts = await self._records.all()
        devices = []
        documents: dict[str, wire.Signed] = {}
        for account in accounts:
            for machine in _to_list(account, led=_is_led(accounts)):
                device, papers = await self._device(account, machine)
                devices.append(device)
                documents.update(papers)
        return staff_bodies.Draft(
            devices=devices, previous=in_force, documents=[documents[name] for name in sorted(documents)]
        )

    async def _device(
        self, account: Account, machine: Machine
    ) -> tuple[staff_bodies.DraftDevice, dict[str, wire.Signed]]:
        asked = staff_bodies.DraftDevice(
            pseudonym=account.pseudonym,
            role=account.role,
            signature_key=b64(machine.signature_key),
            hpke_key=b64(machine.hpke_key),
            may_sign_freshness=roles.may_sign_freshness(account.role),
            takes_callbacks=roles.takes_callbacks(account.role),
        )
        papers = await self.papers(machine.certificate) if machine.certificate else []
        if not papers:
            return asked, {}
        registrar, certificate = papers
        return replace(asked, certificate=certificate), {b64(one(registrar).hash): registrar}

    async def take_roster(self, made: staff_bodies.SignedRoster) -> Roster:
        """K4: the next roster, with the certificates that it lists. The same again changes nothing."""
        roster, certificates = verify_signed_roster(self._realm, self._root, made, self.now)
        for document in documents_of(made).values():
            await self._staff.keep(Document(document.doc, document.sig))
        await self._staff.put_roster(
            digest=roster.hash,
            number=roster.number,
            previous=roster.previous,
            raw=msgspec.json.encode(made.roster),
        )
        await self._note_certificates(certificates)
        await self._records.tell(self.now, REGISTRAR, f"signed roster {roster.number}", "staff")
        await self._tell()
        return roster

    async def _note_certificates(self, certificates: list[Certificate]) -> None:
        by_keys = {(c.signature_key.raw, c.hpke_key.raw): c for c in certificates}
        for account in await self._records.all():
            found = {m: by_keys.get((m.signature_key, m.hpke_key)) for m in account.machines}
            if all(c is None or c.hash == m.certificate for m, c in found.items()):
                continue

            def noted(before: Account | None) -> Account:
                if before is None:
                    raise errors.UnknownPerson
                return replace(before, machines=tuple(_certified(m, by_keys) for m in before.machines))

            await self._records.change(account.id, self.now, REGISTRAR, "certified a machine of", noted)

    # Papers

    async def papers(self, certificate: bytes) -> list[wire.Signed]:
        """Registrar and certificate, as a console needs them beside its keys; empty: they are not here."""
        kept = await self._staff.document(certificate)
        if kept is None:
            return []
        registrar = await self._staff.document(chain.parse_certificate(self._realm, kept.doc).registrar)
        if registrar is None:
            return []
        return [as_wire(Signed(kept.doc, kept.sig)) for kept in (registrar, kept)]

    async def listed(self) -> frozenset[bytes]:
        """H(certificate) of everybody on the roster in force."""
        in_force = await self._in_force()
        return frozenset(self._parsed(in_force).devices) if in_force else frozenset()

    async def runs_out(self, papers: list[wire.Signed]) -> staff_bodies.Standing:
        """When freshness, roster and the certificate among these papers end."""
        certificate = chain.parse_certificate(self._realm, unb64(papers[-1].doc)) if papers else None
        await self._standing.reload(self.now)
        return staff_bodies.Standing(
            fresh_until=self._standing.fresh_until,
            roster_until=await self.ends(),
            certificate_until=certificate.span.end if certificate else 0,
        )

    async def counts(self, role: AccountRole, certificate: bytes) -> bool:
        """Whether a machine may begin: listed, and for whoever does not sign freshness also fresh, as every page asks (E5)."""
        if not certificate or certificate not in await self.listed():
            return False
        if roles.may_sign_freshness(role):
            return True
        await self._standing.reload(self.now)
        return self._standing.current(self.now) is not None and not self._standing.refuses(certificate)

    async def ends(self) -> int:
        """When the roster in force ends, Unix seconds; 0 before the first."""
        in_force = await self._in_force()
        return 0 if in_force is None else self._parsed(in_force).span.end

    async def would_change(self) -> bool:
        """Whether the draft says something else than the roster in force."""
        draft = await self.draft()
        devices = self._parsed(draft.previous).devices.values() if draft.previous else ()
        listed = {(device.certificate, device.takes_callbacks) for device in devices}
        drafted = {(d.certificate and one(d.certificate).hash, d.takes_callbacks) for d in draft.devices}
        return drafted != listed

    async def _in_force(self) -> wire.Roster | None:
        newest = await self._staff.roster_in_force()
        raw = None if newest is None else await self._staff.roster(newest.digest)
        return None if raw is None else msgspec.json.decode(raw, type=wire.Roster)

    def _parsed(self, roster: wire.Roster) -> Roster:
        return chain.parse_roster(self._realm, unb64(roster.roster.doc))

    # Freshness

    async def freshness_now(self, who: SignedIn) -> staff_bodies.FreshnessNow:
        """What the next statement must say at least."""
        roles.check_duty(who.account.role, "sign-freshness")
        in_force = await self._in_force()
        if in_force is None:
            raise errors.ChatClosed
        roster = self._parsed(in_force)
        raw = await self._staff.freshness()
        n = await self._staff.freshness_count()
        said = None
        if raw is not None:
            message = msgspec.json.decode(raw, type=wire.Freshness)
            said = chain.parse_fresh(self._realm, unb64(message.fresh.doc))
        gone = {m.certificate for a in await self._records.all() for m in a.machines if m.revoked}
        return staff_bodies.FreshnessNow(
            roster=b64(roster.hash),
            n=n,
            time=said.time if said else 0,
            revoked=[b64(hashed) for hashed in sorted(said.revoked)] if said else [],
            wanted=[b64(hashed) for hashed in sorted(gone & roster.devices.keys())],
        )

    async def take_freshness(self, who: SignedIn, signed: staff_bodies.SignedFreshness) -> None:
        """K4: the next statement, signed by the machine that asks."""
        roles.check_duty(who.account.role, "sign-freshness")
        in_force = await self._in_force()
        documents = await self.papers(who.session.certificate)
        if in_force is None or not documents:
            raise errors.ChatClosed
        fresh = one(signed.fresh)
        trust, known = verify_roster(self._realm, self._root, in_force, self.now)
        certified = {one(document).hash: one(document) for document in documents}
        trust.take_freshness(fresh, who.session.certificate, {**known, **certified}, self.now)
        said = chain.parse_fresh(self._realm, fresh.doc)
        message = wire.Freshness(
            roster=b64(said.roster),
            fresh=signed.fresh,
            signer=b64(who.session.certificate),
            documents=documents,
        )
        await self._staff.put_freshness(
            roster=said.roster, n=said.n, revoked=sorted(said.revoked), raw=msgspec.json.encode(message)
        )
        await self._tell()


def _is_led(accounts: list[Account]) -> bool:
    """Whether somebody is there who compares words; before that the registrar alone does."""
    return any(
        machine.certificate and not machine.revoked
        for account in accounts
        if account.role == "coordinator" and account.state == "active"
        for machine in account.machines
    )


def _to_list(account: Account, *, led: bool) -> list[Machine]:
    if account.state != "active":
        return []
    first = account.role == "coordinator" and not led
    return [m for m in account.machines if not m.revoked and (m.compared or m.certificate or first)]


def _certified(machine: Machine, by_keys: dict[tuple[bytes, bytes], Certificate]) -> Machine:
    certificate = by_keys.get((machine.signature_key, machine.hpke_key))
    return machine if certificate is None else replace(machine, certificate=certificate.hash)


def persons_machine(machine: Machine, *, listed: bool) -> staff_bodies.PersonsMachine:
    """As a coordinator sees it."""
    return staff_bodies.PersonsMachine(
        name=b64(machine_name(machine)),
        signature_key=b64(machine.signature_key),
        hpke_key=b64(machine.hpke_key),
        asked=machine.asked,
        state=_state(machine, listed=listed),
    )


def _state(machine: Machine, *, listed: bool) -> Literal["waiting", "compared", "listed", "revoked"]:
    if machine.revoked:
        return "revoked"
    if listed:
        return "listed"
    return "compared" if machine.compared else "waiting"
