"""The visitor's side of the callback: a challenge, a version, the code, the status, and taking it back (C1–C3, W1).

It verifies what a counsellor's page would, as far as it can without opening anything; what is refused changed nothing.
"""

import secrets
from typing import Final

from chat import bodies, callback_bodies, errors, wire
from chat.callback_bodies import CallbackAsk, CallbackChallenge, CallbackKept, CallbackSend, CallbackStatus
from chat.crypto import callbacks, work
from chat.crypto.chain import Signed
from chat.crypto.encoding import b64, digest, unb64
from chat.crypto.signing import CallbackKey
from chat.live.calling import Calling
from chat.rules import callbacks as rules
from chat.rules.ids import CallbackId
from chat.rules.work import bits
from chat.store.callbacks import Halves, Request, Version

PURPOSE: Final = "callback"
NONCE_BYTES: Final = 16
ASKED_FOR_SENT: Final = 8
"""So many challenges count as one request: who only collects them raises the work too."""


async def challenge(calling: Calling, of_source: int) -> CallbackChallenge:
    """W1, C2: what to seal to, when somebody works, and how much work it is now. `CallbacksClosed`, `CallbacksFull`."""
    node, now = calling.node, calling.node.now
    newest = await calling.teams.newest()
    kept = await calling.teams.find(newest) if newest else None
    try:
        if kept is None:
            raise errors.CallbacksClosed
        await calling.verified(kept)
        roster = node.standing.roster_now(now)
    except errors.VerificationError as error:
        raise errors.CallbacksClosed from error
    if not (await calling.able()).get(newest):
        raise errors.CallbacksClosed
    held = await calling.callbacks.count()
    if held >= rules.PLACES:
        raise errors.CallbacksFull
    await calling.work.count("asked", now)
    target = work.target_for(
        bits(await _pressure(calling, now), of_source, held / rules.PLACES, calling.work_bits)
    )
    until = now + work.CHALLENGE_SECONDS
    issued = work.issue_challenge(
        node.realm,
        await calling.work.key(),
        work.Challenge(PURPOSE, until, target),
        secrets.token_bytes(NONCE_BYTES),
    )
    return CallbackChallenge(
        challenge=b64(issued),
        target=b64(target),
        until=until,
        now=now,
        roster=b64(roster.hash),
        team=wire.Signed(doc=b64(kept.doc), sig=b64(kept.sig)),
        signer=b64(kept.signer),
        documents=await calling.papers(kept.signer),
        spans=[callback_bodies.Window(start=start, end=end) for start, end in _staffed(calling)],
        zone=calling.zone,
        covers=list(calling.covers),
        freshness=node.standing.current(now),
    )


async def _pressure(calling: Calling, now: int) -> int:
    sent, asked = await calling.work.recent("sent", now), await calling.work.recent("asked", now)
    return max(sent, asked // ASKED_FOR_SENT)


def _staffed(calling: Calling) -> list[rules.Span]:
    now = calling.node.now
    return calling.node.hours.spans(now, now + rules.AHEAD_SECONDS)


async def send(calling: Calling, sent: CallbackSend) -> CallbackKept:
    """C1: kept, or kept before with the same bytes. Whatever else is wrong, the first fault is told."""
    signed = Signed(unb64(sent.version.doc), unb64(sent.version.sig))
    repeated = await _is_repeat(calling, signed, sent)
    version = _verified(calling, signed, sent, repeated=repeated)
    if not repeated:
        await _use(calling, digest(signed.doc), sent)
    if not repeated and version.queue == "work" and version.number == 1:
        await _check_room_for_work(calling)
    code, blob = (unb64(sent.code.code), unb64(sent.code.blob)) if sent.code else (b"", b"")
    now = calling.node.now
    if await calling.callbacks.put(version, code, blob, now):
        await calling.work.count("sent", now)
        calling.node.measures.callbacks_asked.inc()
        await calling.changed()
    return CallbackKept(id=version.id, version=version.number, expires=version.expires)


async def _check_room_for_work(calling: Calling) -> None:
    """Prof 1: professionals have places of their own, and never a visitor's."""
    kept = [request for request in await calling.callbacks.all() if request.queue == "work"]
    if len(kept) >= rules.WORK_PLACES:
        raise errors.CallbacksFull


async def _is_repeat(calling: Calling, signed: Signed, sent: CallbackSend) -> bool:
    """W1: worked for; or kept already, and only the answer was lost, however long ago."""
    try:
        await _check_work(calling, digest(signed.doc), sent)
    except errors.StaleChallenge:
        named = callbacks.parse_version(calling.node.realm, signed.doc).id
        found = await calling.callbacks.find(CallbackId(b64(named)))
        if found is None or found.doc != signed.doc:
            raise
        return True
    return False


async def _check_work(calling: Calling, body: bytes, sent: CallbackSend) -> None:
    realm, raw = calling.node.realm, unb64(sent.challenge)
    asked = work.read_challenge(realm, await calling.work.key(), raw, calling.node.now)
    try:
        work.verify_work(realm, PURPOSE, raw, asked.target, body, sent.n)
    except errors.VerificationError as error:
        raise errors.StaleChallenge("less work than was asked for") from error
    if asked.purpose != PURPOSE:
        raise errors.StaleChallenge("for something else")


async def _use(calling: Calling, body: bytes, sent: CallbackSend) -> None:
    """W1: once. What was refused for another fault has not used it."""
    if not await calling.work.use(digest(unb64(sent.challenge)), body, work.CHALLENGE_SECONDS):
        raise errors.StaleChallenge("used for something else")


def _verified(calling: Calling, signed: Signed, sent: CallbackSend, *, repeated: bool) -> Version:
    realm, raw, key = calling.node.realm, unb64(sent.sealed), CallbackKey(unb64(sent.key))
    if not repeated:
        windows = callbacks.window_pairs(realm, signed.doc)
        rules.check_windows(windows, calling.node.now, _staffed(calling))
    version = callbacks.verify_version(realm, signed, key, raw)
    sealed = callbacks.parse_sealed(realm, raw)
    callbacks.check_sizes(sealed)
    if version.expiry != rules.expiry(version.windows):
        raise errors.VerificationError("C1", "it ends 72 hours after its last window")
    if sent.code and version.number != 1:
        raise errors.VerificationError("C3", "only the first version has a code")
    return Version(
        id=CallbackId(b64(version.id)),
        number=version.number,
        key=key.raw,
        doc=signed.doc,
        sig=signed.sig,
        sealed=raw,
        halves=Halves(unb64(sent.card), unb64(sent.number)),
        team=sealed.team,
        windows=tuple((start, end) for start, end in version.windows),
        language=version.language,
        expires=version.expiry,
        queue=version.queue,
    )


async def under_code(calling: Calling, asked: callback_bodies.CallbackLocator) -> bodies.Sealed:
    """C3: `CallbackUnknown`, whatever was there before or never was."""
    blob = await calling.callbacks.under_code(digest(unb64(asked.locator)))
    if blob is None:
        raise errors.CallbackUnknown
    return bodies.Sealed(blob=b64(blob))


async def status(calling: Calling, asked: CallbackAsk) -> CallbackStatus:
    """C3: how it stands, in few words."""
    return _status(await _asked_about(calling, asked, "status"), calling.node.now)


async def cancel(calling: Calling, asked: CallbackAsk) -> CallbackStatus:
    """C3: nobody calls any more. Again changes nothing."""
    request = await _asked_about(calling, asked, "cancel")
    now = calling.node.now
    line = await calling.callbacks.cancel(request, rules.last_end(request.windows), now)
    await calling.changed()
    return _status(line, now)


async def _asked_about(calling: Calling, asked: CallbackAsk, what: callbacks.Ask) -> Request:
    doc = unb64(asked.doc)
    named, said = callbacks.parse_ask(calling.node.realm, doc)
    request = await calling.callbacks.find(CallbackId(b64(named)))
    if request is None or request.state == "over":
        raise errors.CallbackUnknown
    if said != what:
        raise errors.VerificationError("C3", "asked for something else")
    CallbackKey(request.key).verify("C3", doc, unb64(asked.sig))
    return request


def _status(request: Request, now: int) -> CallbackStatus:
    taken = "taken" if request.held(now) else "waiting"
    state = "cancelled" if request.state == "cancelled" else taken
    return CallbackStatus(state=state, version=request.version, attempts=request.attempts)  # type: ignore[arg-type]
