"""Staff accounts at work: invitations, passkeys, sessions, and what a coordinator decides about people and machines.

Everything that changes an account stands in the audit (Data 4). Knows no request: who asks comes as a `SignedIn`.
"""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from msgspec.structs import replace

from chat import errors, staff_bodies
from chat.crypto.chain import read_pseudonym
from chat.crypto.encoding import b64, digest, unb64, utf8
from chat.crypto.hpke import DeviceSealKey
from chat.crypto.signing import DeviceKey
from chat.live.passkeys import ANSWER_SECONDS, Passkeys, answered_challenge, named_account, named_passkey
from chat.rules import roles
from chat.rules.told import Skills
from chat.store.accounts import Account, AccountRecords, Machine, Passkey
from chat.store.challenges import Challenges
from chat.store.sessions import Session, Sessions

INVITED_SECONDS: Final = 24 * 3600
SESSION_SECONDS: Final = 12 * 3600
SECRET_BYTES: Final = 32
MOST_PASSKEYS: Final = 8
MOST_MACHINES: Final = 8
_ANYBODY: Final = b"sign-in"


@dataclass(frozen=True)
class SignedIn:
    """Who asks: a session that is open, and its account."""

    token_hash: bytes
    session: Session
    account: Account


class Accounts:
    """`tell` has every process look at sessions and ledger again."""

    def __init__(
        self,
        records: AccountRecords,
        sessions: Sessions,
        challenges: Challenges,
        passkeys: Passkeys,
        clock: Callable[[], float],
        tell: Callable[[], Awaitable[None]],
    ) -> None:
        self.records = records
        self._sessions = sessions
        self._challenges = challenges
        self._passkeys = passkeys
        self._clock = clock
        self._tell = tell

    @property
    def now(self) -> int:
        return int(self._clock())

    # Who asks

    async def signed_in(self, token: str, *, locked: bool = False) -> SignedIn:
        """By the cookie's token; `SignedOut`, or `Locked` unless `locked` is allowed."""
        try:
            token_hash = digest(unb64(token))
        except errors.Malformed as error:
            raise errors.SignedOut from error
        session = await self._sessions.find(token_hash, self.now)
        account = await self.records.find(session.account) if session and session.account else None
        if session is None or account is None or account.state != "active":
            raise errors.SignedOut
        if session.locked and not locked:
            raise errors.Locked
        return SignedIn(token_hash, session, account)

    async def mark(self) -> str:
        """Another one after every change of whoever is staff, or of what they may do: each is an entry of the audit."""
        head = await self.records.audit.head()
        return f"{head.n}-{head.digest[:16]}"

    # Invitations

    async def invite(self, who: str, asked: staff_bodies.Invite) -> staff_bodies.Invitation:
        """A link for a new person, or for one that there is: recovery, which replaces passkeys when it is used."""
        token = secrets.token_bytes(SECRET_BYTES)
        account_id = asked.person or b64(secrets.token_bytes(SECRET_BYTES))
        until = self.now + INVITED_SECONDS
        if asked.person is None:
            read_pseudonym("K3", utf8(asked.pseudonym))
            if any(a.pseudonym == asked.pseudonym and a.state != "revoked" for a in await self.records.all()):
                raise errors.WrongMoment("this pseudonym is taken")

        def invited(account: Account | None) -> Account:
            if account is None and asked.person is None:
                account = Account(account_id, asked.pseudonym, asked.role, self.now)
            if account is None or account.state == "revoked":
                raise errors.UnknownPerson
            return replace(account, invitation=digest(token), invited_until=until)

        account = await self.records.change(account_id, self.now, who, "invited", invited)
        return staff_bodies.Invitation(
            token=b64(token), pseudonym=account.pseudonym, role=account.role, until=until
        )

    async def _invited(self, token: str) -> Account:
        account = await self.records.invited(digest(unb64(token)))
        if account is None or account.invited_until <= self.now or account.state == "revoked":
            raise errors.NotInvited
        return account

    # Passkeys

    async def creation(self, who: SignedIn | None, invitation: str | None) -> dict[str, Any]:
        """What a browser is asked to make a passkey for: an invitation, or whoever is signed in (a second authenticator)."""
        account = await self._for(who, invitation)
        challenge = await self._challenge(account.id.encode())
        known = account.passkeys if invitation is None else ()
        return self._passkeys.creation(challenge, account.id, account.pseudonym, known)

    async def add_passkey(
        self, who: SignedIn | None, invitation: str | None, credential: Mapping[str, Any]
    ) -> Account:
        """Keep the passkey that was made. By an invitation it is the only one, and all sessions from before end."""
        account = await self._for(who, invitation)
        challenge = await self._answered(credential, account.id.encode())
        made = self._passkeys.made(credential, challenge, self.now)

        def added(before: Account | None) -> Account:
            if before is None or before.state == "revoked" or before.invitation != account.invitation:
                raise errors.NotInvited
            if invitation is not None:
                return replace(before, passkeys=(made,), state="active", invitation=b"", invited_until=0)
            if len(before.passkeys) >= MOST_PASSKEYS or made.id in {known.id for known in before.passkeys}:
                raise errors.NoPasskey
            return replace(before, passkeys=(*before.passkeys, made))

        after = await self.records.change(account.id, self.now, account.pseudonym, "added a passkey", added)
        if invitation is not None:
            await self._sessions.close_all(account.id)
        return after

    async def _for(self, who: SignedIn | None, invitation: str | None) -> Account:
        if invitation is not None:
            return await self._invited(invitation)
        if who is None:
            raise errors.SignedOut
        return who.account

    async def request(self) -> dict[str, Any]:
        """What a browser is asked to sign in."""
        return self._passkeys.request(await self._challenge(_ANYBODY))

    async def use_passkey(self, credential: Mapping[str, Any]) -> Account:
        """Whose passkey this is, if the answer holds; the same answer a second time is refused."""
        challenge = await self._answered(credential, _ANYBODY)
        account_id, passkey_id = named_account(credential), named_passkey(credential)

        def used(before: Account | None) -> Account:
            passkey = next((p for p in before.passkeys if p.id == passkey_id), None) if before else None
            if before is None or passkey is None or before.state != "active":
                raise errors.NoPasskey
            count = self._passkeys.used(credential, challenge, passkey)
            return replace(before, passkeys=_counted(before.passkeys, passkey, count))

        account = await self.records.find(account_id)
        pseudonym = account.pseudonym if account else ""
        return await self.records.change(account_id, self.now, pseudonym, "signed in", used)

    async def _challenge(self, about: bytes) -> bytes:
        challenge = secrets.token_bytes(SECRET_BYTES)
        await self._challenges.put(digest(challenge), about, ANSWER_SECONDS)
        return challenge

    async def _answered(self, credential: Mapping[str, Any], about: bytes) -> bytes:
        challenge = answered_challenge(credential)
        if await self._challenges.take(digest(challenge)) != about:
            raise errors.NoPasskey
        return challenge

    # Sessions

    async def open_session(self, account: Account, before: SignedIn | None = None) -> tuple[str, SignedIn]:
        """A new token and its session. Where the same person was signed in at this page, that one goes on: it is unlocked."""
        now = self.now
        if before is not None and before.account.id == account.id:
            session = replace(before.session, locked=False)
            await self._sessions.change(before.token_hash, session, now)
            return "", SignedIn(before.token_hash, session, account)
        token = secrets.token_bytes(SECRET_BYTES)
        session = Session(b"", now + SESSION_SECONDS, account.id, now)
        await self._sessions.open(digest(token), session, now)
        return b64(token), SignedIn(digest(token), session, account)

    async def lock(self, who: SignedIn) -> None:
        """Nobody has touched this page for a while."""
        await self._sessions.change(who.token_hash, replace(who.session, locked=True), self.now)

    async def sign_out(self, who: SignedIn, *, everywhere: bool, page: bytes = b"") -> None:
        """This page, all of this person's, or the one with this name; connections end at once."""
        if everywhere:
            await self._sessions.close_all(who.account.id)
            await self.records.tell(
                self.now, who.account.pseudonym, "signed out everywhere", who.account.pseudonym
            )
        elif page:
            await self._sessions.close(await self._named(who.account, page))
        else:
            await self._sessions.close(who.token_hash)
        await self._tell()

    async def _named(self, account: Account, page: bytes) -> bytes:
        for token_hash in await self._sessions.of(account.id, self.now):
            if digest(token_hash) == page:
                return token_hash
        raise errors.UnknownPerson("this page is signed out")

    async def pages_of(self, who: SignedIn) -> list[staff_bodies.SignedInPage]:
        """Where somebody is signed in, newest first."""
        found = await self._sessions.of(who.account.id, self.now)
        rows = sorted(found.items(), key=lambda row: -row[1].opened)
        return [_page(token_hash, session, who) for token_hash, session in rows]

    # Machines

    async def ask_for_machine(
        self, who: SignedIn, keys: staff_bodies.MachineKeys
    ) -> tuple[Machine, SignedIn]:
        """K3: this page's machine, from now on that of the session; one that is new waits for a coordinator."""
        signature_key, hpke_key = unb64(keys.signature_key), unb64(keys.hpke_key)
        DeviceKey(signature_key), DeviceSealKey(hpke_key)
        known = _machine(who.account, signature_key, hpke_key)
        if known is None:
            known = Machine(signature_key, hpke_key, self.now)
            await self._add_machine(who.account, known)
        session = replace(who.session, certificate=b"" if known.revoked else known.certificate)
        if session != who.session:
            await self._sessions.change(who.token_hash, session, self.now)
        return known, SignedIn(who.token_hash, session, who.account)

    async def _add_machine(self, account: Account, machine: Machine) -> None:
        def added(before: Account | None) -> Account:
            if before is None or before.state != "active":
                raise errors.SignedOut
            kept = [m for m in before.machines if m.certificate and not m.revoked]
            if len(kept) >= MOST_MACHINES:
                raise errors.WrongMoment("this person has as many machines as one may have")
            waiting = [m for m in before.machines if not m.certificate and not m.revoked]
            revoked = [m for m in before.machines if m.revoked]
            return replace(before, machines=(*revoked[-MOST_MACHINES:], *kept, *waiting[-3:], machine))

        await self.records.change(account.id, self.now, account.pseudonym, "asked for a machine", added)

    # What a coordinator does

    async def decide(self, who: SignedIn, asked: staff_bodies.Decide) -> Account:
        """Compared, or revoked: a person who is revoked is signed out everywhere, at once."""
        roles.check_duty(who.account.role, "change-people")
        machine = unb64(asked.machine) if asked.machine else b""
        if asked.what == "revoke-person" and asked.person == who.account.id:
            raise errors.WrongRole("nobody revokes themselves")

        def decided(before: Account | None) -> Account:
            if before is None or before.state == "revoked":
                raise errors.UnknownPerson
            if asked.what == "revoke-person":
                gone = tuple(replace(m, revoked=True) for m in before.machines)
                return replace(before, state="revoked", passkeys=(), machines=gone, invitation=b"")
            found = [m for m in before.machines if machine_name(m) == machine and not m.revoked]
            if not found:
                raise errors.UnknownPerson
            change = {"compared": True} if asked.what == "compared" else {"revoked": True}
            return replace(
                before,
                machines=tuple(replace(m, **change) if m in found else m for m in before.machines),
            )

        after = await self.records.change(
            asked.person, self.now, who.account.pseudonym, _DECIDED[asked.what], decided
        )
        if asked.what != "compared":
            await self._close_sessions(after)
        return after

    async def write_answers(self, who: SignedIn, asked: staff_bodies.Answers) -> Account:
        """What somebody can answer, for whom they are given: it counts soon, also for who is on duty."""
        roles.check_duty(who.account.role, "change-people")
        skills = Skills(tuple(dict.fromkeys(asked.languages)), asked.gender, asked.takes)

        def written(before: Account | None) -> Account:
            if before is None or before.state == "revoked":
                raise errors.UnknownPerson
            return replace(before, skills=skills)

        what = "wrote down what can be answered by"
        return await self.records.change(asked.person, self.now, who.account.pseudonym, what, written)

    async def _close_sessions(self, account: Account) -> None:
        """Of a person who is revoked, or at a machine that is."""
        gone = {m.certificate for m in account.machines if m.revoked}
        for token_hash, session in (await self._sessions.of(account.id, self.now)).items():
            if account.state == "revoked" or (session.certificate and session.certificate in gone):
                await self._sessions.close(token_hash)
        await self._tell()


def _page(token_hash: bytes, session: Session, who: SignedIn) -> staff_bodies.SignedInPage:
    same = session.certificate == who.session.certificate
    return staff_bodies.SignedInPage(
        name=b64(digest(token_hash)),
        opened=session.opened,
        until=session.until,
        here=token_hash == who.token_hash,
        locked=session.locked,
        at="none" if not session.certificate else "this" if same else "another",
    )


_DECIDED: Final = {
    "compared": "compared the words of a machine of",
    "revoke-machine": "revoked a machine of",
    "revoke-person": "revoked",
}


def machine_name(machine: Machine) -> bytes:
    """What a machine is called between console and service: the hash of its signature key."""
    return digest(machine.signature_key)


def _machine(account: Account, signature_key: bytes, hpke_key: bytes) -> Machine | None:
    for machine in account.machines:
        if (machine.signature_key, machine.hpke_key) == (signature_key, hpke_key):
            return machine
    return None


def _counted(passkeys: tuple[Passkey, ...], used: Passkey, count: int) -> tuple[Passkey, ...]:
    return tuple(replace(p, count=count) if p is used else p for p in passkeys)
