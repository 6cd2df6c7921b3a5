"""The return code on the service's side (R1, R2): what lies under it is kept, given to its first reader, and dropped.

Knows no session. Whether a code counts stands with its conversation; who asks for what is not there hears the same whatever was.
"""

import asyncio
import hmac

import msgspec

from chat import bodies, errors, wire
from chat.crypto.chain import Signed
from chat.crypto.encoding import b64, digest, unb64
from chat.crypto.returning import verify_return_key
from chat.live import continuing, inbox
from chat.live.node import Node
from chat.rules import limits
from chat.rules.ids import Sid
from chat.store.conversations import Stored

_read_key = msgspec.json.Decoder(wire.ReturnKey).decode
_read_announcement = msgspec.json.Decoder(wire.Announcement).decode


async def store_key(node: Node, message: inbox.Append, entry: wire.ReturnKey) -> Stored:
    """R1: first what lies under the code, then the key in the log, from which on it counts; and the earlier one is dropped."""
    sid, sid_bytes = inbox.conversation(message.sid)
    if message.code is None:
        raise errors.VerificationError("R1", "a return key without what lies under its code")
    signed = Signed(unb64(entry.doc), unb64(entry.sig))
    verify_return_key(node.realm, signed, sid_bytes, await continuing.visitor_key(node, sid))
    facts = await node.conversations.facts(sid)
    if facts is None:
        raise errors.UnknownConversation
    code = unb64(message.code.code)
    seconds = facts.opened + limits.CONVERSATION_SECONDS - node.now
    await node.codes.keep(code, sid, unb64(message.code.blob), seconds)
    try:
        stored = await node.conversations.append_return_key(
            sid,
            digest=signed.hash,
            code=code,
            reading=unb64(message.code.reading),
            raw=bytes(message.entry),
            now=node.now,
        )
    except errors.PeerFault:
        if facts.code != code:
            await node.codes.drop(code)
        raise
    if facts.code not in (None, code):
        await node.codes.drop(facts.code)
    return stored


async def claim(node: Node, asked: bodies.CodeClaim) -> bodies.Sealed:
    """R2: what lies under a code that counts. `CodeLocked`; `CodeUnknown`, whatever was there before."""
    code = digest(unb64(asked.locator))
    sealed = await node.codes.claim(code, digest(unb64(asked.tag)), node.now)
    if sealed is None:
        raise errors.CodeUnknown
    facts = await node.conversations.facts(sealed.sid)
    if facts is None or facts.code != code or facts.until <= node.now:
        await node.codes.drop(code)
        raise errors.CodeUnknown
    return bodies.Sealed(blob=b64(sealed.blob))


async def trail(node: Node, asked: bodies.TrailRequest) -> bodies.Trail:
    """R2: who was in, and the key that may say where it goes on; for who shows the capability that lay under the code."""
    sid, _ = inbox.conversation(asked.sid)
    known = await node.conversations.reading_hash(sid)
    facts = await node.conversations.facts(sid)
    if known is None or facts is None or not hmac.compare_digest(known, digest(unb64(asked.capability))):
        raise errors.CodeUnknown
    records = await node.conversations.announcements(sid, facts.epoch)
    [key] = await node.conversations.read(sid, facts.returns, 1)
    read = [_read_announcement(record.raw) for record in records]
    announcements = [wire.Signed(doc=a.doc, sig=a.sig) for a in read]
    returns = _read_key(key.raw)
    return bodies.Trail(announcements=announcements, key=wire.Signed(doc=returns.doc, sig=returns.sig))


async def set_aside(node: Node, sid: Sid, certificate: bytes) -> None:
    """The visitor is away and may come back by a code: the conversation is no member's to look after until then, and its page is over.

    `NotAMember`, `WrongMoment` where the visitor is here or has no code.
    """
    facts = await node.conversations.facts(sid)
    if facts is None:
        raise errors.UnknownConversation
    if certificate not in facts.members.values():
        raise errors.NotAMember
    here = await node.presence.lapse(sid, node.now)
    if facts.code is None or here.visitors:
        raise errors.WrongMoment
    await node.conversations.depart(sid, node.says("left-quickly"), node.now)
    await asyncio.gather(*(node.memberships.drop(held, sid) for held in facts.members.values()))
