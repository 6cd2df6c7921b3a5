"""A counsellor who calls back, without a screen: keeps the team key, reads the safety card, is shown the number (C2–C5, Call 4).

Everything that a console verifies is verified here. The team's private halves are held in memory only.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from chat import callback_bodies
from chat.callback_bodies import CallbackDesk, CallbackHalf, CallbackLine, CallbackTaken, Outcome, TeamShare
from chat.client import http
from chat.client.http import Unanswered
from chat.client.standing import Standing
from chat.client.translation import documents_of, read_signed, write_signed
from chat.crypto.callback_parts import Card, Number
from chat.crypto.callbacks import Version, open_card, open_number, parse_sealed, verify_version
from chat.crypto.chain import Certificate, Span
from chat.crypto.encoding import Realm, b64, unb64
from chat.crypto.hpke import DeviceSealKey, OpenKey, TeamSealKey
from chat.crypto.notes import Note, open_note, seal_note
from chat.crypto.signing import CallbackKey, DeviceKey, PrivateKey
from chat.crypto.teamkeys import (
    TEAM_SECONDS,
    Team,
    device_name,
    issue_team,
    open_share,
    open_team,
    parse_team,
    seal_share,
)
from chat.errors import VerificationError

SEED_BYTES = 32
Told = TypeVar("Told", bound=msgspec.Struct)


@dataclass(frozen=True)
class InHand:
    """A request that was taken: its card is open, its number is not."""

    version: Version
    sealed: bytes
    card: Card
    until: int
    attempts: int
    notes: tuple[Note, ...]


class CallDesk:
    """One device. `who`: its certificate; `cookie`: of the session, as `name=value`."""

    def __init__(
        self,
        origin: str,
        standing: Standing,
        who: Certificate,
        key: PrivateKey[DeviceKey],
        seal_key: OpenKey[DeviceSealKey],
        cookie: str,
        random: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self.origin = origin
        self.standing = standing
        self.who = who
        self.cookie = cookie
        self.teams: dict[bytes, tuple[Team, OpenKey[TeamSealKey], bytes]] = {}
        """H(team) → the key, its private half, and that as a seed."""
        self._key = key
        self._seal_key = seal_key
        self._random = random

    @property
    def realm(self) -> Realm:
        return self.standing.trust.realm

    # The team key (C2)

    async def keeps_team(self) -> callback_bodies.Teams:
        """What a console does at sign-in and whenever the desk says so: open shares, make what is wanted, seal to who lacks one."""
        found = await self._gets("/teams", callback_bodies.Teams)
        await self.standing.takes_roster(unb64(found.roster))
        self._opens(found)
        if found.wanted or (found.teams and found.teams[0].mine is None):
            found = await self._makes(found)
        await self._shares(found)
        return found

    def _opens(self, found: callback_bodies.Teams) -> None:
        """Those that are not listed any more are forgotten: nothing is under them."""
        listed = {read_signed(team.team).hash: team for team in found.teams}
        self.teams = {hashed: held for hashed, held in self.teams.items() if hashed in listed}
        for hashed, team in listed.items():
            if team.mine and hashed not in self.teams:
                parsed = parse_team(self.realm, unb64(team.team.doc))
                seed = open_share(self.realm, parsed, self._seal_key, unb64(team.mine.sealed))
                self.teams[hashed] = (parsed, OpenKey(TeamSealKey, seed), seed)

    async def _makes(self, found: callback_bodies.Teams) -> callback_bodies.Teams:
        seed = self._random(SEED_BYTES)
        opener = OpenKey(TeamSealKey, seed)
        now = self.standing.now
        root = self.standing.trust.root
        signed = issue_team(self.realm, self._key, root, opener.public, Span(now, now + TEAM_SECONDS))
        team = parse_team(self.realm, signed.doc)
        made = callback_bodies.NewTeam(
            team=write_signed(signed),
            shares=self._sealed(team, seed, self._devices(found)),
            previous=b64(read_signed(found.teams[0].team).hash) if found.teams else None,
        )
        try:
            answer = await self._posts("/teams", made, callback_bodies.Teams)
        except Unanswered as refused:
            if refused.answer.status != 409:
                raise
            return await self.keeps_team()  # somebody was first
        self.teams[team.hash] = (team, opener, seed)
        return answer

    async def _shares(self, found: callback_bodies.Teams) -> None:
        devices = self._devices(found)
        for team in found.teams:
            held = self.teams.get(read_signed(team.team).hash)
            lacking = [key for name, key in devices.items() if b64(name) not in team.holders]
            if held and lacking:
                parsed, _, seed = held
                shares = self._sealed(parsed, seed, {device_name(key): key for key in lacking})
                await self._posts("/shares", callback_bodies.MoreShares(team=b64(parsed.hash), shares=shares))

    def _sealed(self, team: Team, seed: bytes, devices: dict[bytes, DeviceSealKey]) -> list[TeamShare]:
        return [
            TeamShare(device=b64(name), sealed=b64(seal_share(self.realm, team, seed, key)))
            for name, key in devices.items()
        ]

    def _devices(self, found: callback_bodies.Teams) -> dict[bytes, DeviceSealKey]:
        """Those that the roster lists as taking callbacks, whatever the service says besides (K3, K4)."""
        trust, now = self.standing.trust, self.standing.now
        roster = trust.in_force(now)
        documents = documents_of([*found.devices, *found.documents])
        if self.standing.root_document:
            documents[self.standing.root_document.hash] = self.standing.root_document
        devices = {}
        for wired in found.devices:
            certificate = trust.verify_device(read_signed(wired).hash, documents, roster, now)
            if not roster.devices[certificate.hash].takes_callbacks:
                raise VerificationError("C2", "a device that takes no callbacks")
            devices[device_name(certificate.hpke_key)] = certificate.hpke_key
        return devices

    # Calling back

    async def looks(self) -> CallbackDesk:
        """Who waits."""
        return await self._gets("", CallbackDesk)

    async def takes(self, callback: str) -> InHand:
        """Call 4: the safety card, verified to be about the times that stand outside (C3)."""
        taken = await self._posts("/take", callback_bodies.CallbackId(id=callback), CallbackTaken)
        signed, raw = read_signed(taken.version), unb64(taken.sealed)
        version = verify_version(self.realm, signed, CallbackKey(unb64(taken.key)), raw)
        if b64(version.id) != callback:
            raise VerificationError("C1", "another request than was taken")
        sealed = parse_sealed(self.realm, raw)
        card = open_card(self.realm, version, sealed, self._opener(sealed.team), unb64(taken.card))
        notes = tuple(self._read(note, version.id) for note in taken.notes)
        return InHand(version, raw, card, taken.until, taken.attempts, notes)

    async def is_shown_number(self, held: InHand) -> Number:
        """C2: by the service's half, which it gives only now, and to whom holds it."""
        asked = callback_bodies.CallbackVersion(id=b64(held.version.id), version=held.version.number)
        half = await self._posts("/number", asked, CallbackHalf)
        sealed = parse_sealed(self.realm, held.sealed)
        return open_number(self.realm, held.version, sealed, self._opener(sealed.team), unb64(half.number))

    async def tells(self, held: InHand, outcome: Outcome) -> CallbackLine:
        """How the call went."""
        asked = callback_bodies.CallbackOutcome(
            id=b64(held.version.id), version=held.version.number, outcome=outcome
        )
        return await self._posts("/outcome", asked, CallbackLine)

    async def releases(self, callback: str) -> None:
        """Somebody else may have it."""
        await self._posts("/release", callback_bodies.CallbackId(id=callback))

    async def is_done(self, callback: str) -> None:
        """What is left of it is erased."""
        await self._posts("/done", callback_bodies.CallbackId(id=callback))

    def _opener(self, team: bytes) -> OpenKey[TeamSealKey]:
        if team not in self.teams:
            raise VerificationError("C2", "a team key that this device does not hold")
        return self.teams[team][1]

    # Notes (C5)

    async def notes_on(self, held: InHand, text: str) -> None:
        """For whoever has it next; it dies with the request."""
        note = await self._written(text, held.version.id)
        await self._posts("/note", callback_bodies.CallbackNoteOn(id=b64(held.version.id), note=note))

    async def notes_for_shift(self, text: str) -> None:
        """For the next shift."""
        await self._posts("/shift-notes", await self._written(text, b""))

    async def reads_shift_notes(self) -> list[Note]:
        """What the shift before wrote."""
        found = await self._gets("/shift-notes", callback_bodies.ShiftNotes)
        return [self._read(note, b"") for note in found.notes]

    async def _written(self, text: str, about: bytes) -> callback_bodies.CallbackNote:
        """To the newest team key, which must be one that a visitor would take too."""
        found = await self.keeps_team()
        newest = found.teams[0]
        documents = documents_of(newest.documents)
        if self.standing.root_document:
            documents[self.standing.root_document.hash] = self.standing.root_document
        signer, now = unb64(newest.signer), self.standing.now
        team = open_team(self.standing.trust, read_signed(newest.team), signer, documents, now)
        note = Note(self.who.pseudonym, now, text)
        return callback_bodies.CallbackNote(
            team=b64(team.hash), sealed=b64(seal_note(self.realm, team, about, note))
        )

    def _read(self, note: callback_bodies.CallbackNote, about: bytes) -> Note:
        team = unb64(note.team)
        return open_note(self.realm, team, self._opener(team), about, unb64(note.sealed))

    # Requests

    async def _gets(self, path: str, kind: type[Told]) -> Told:
        return msgspec.json.decode(await self._asks(path, None), type=kind)

    async def _posts(self, path: str, asked: msgspec.Struct, kind: type[Told] | None = None) -> Told:
        answer = await self._asks(path, msgspec.json.encode(asked))
        return msgspec.json.decode(answer, type=kind) if kind else None  # type: ignore[return-value]

    async def _asks(self, path: str, body: bytes | None) -> bytes:
        headers = {"origin": self.origin, "cookie": self.cookie, "content-type": "application/json"}
        answer = await http.request(f"{self.origin}/staff/callbacks{path}", body=body, headers=headers)
        if answer.status not in (200, 204):
            raise Unanswered(answer)
        return answer.body
