"""Offers on their way into a log: what the service verifies before it stores one (E5–E7). It knows no session; whether an offer
lets anybody in is for the visitor's browser alone.
"""

from collections.abc import Awaitable

from chat import errors, wire
from chat.crypto import epochs
from chat.crypto.admission import verify_guest_time
from chat.crypto.chain import CLOCK_TOLERANCE_SECONDS
from chat.crypto.encoding import b64, digest, unb64
from chat.crypto.guest import parse_guest
from chat.live import inbox
from chat.live.asking import still_comes
from chat.live.node import Node
from chat.live.post import Post
from chat.rules import roles
from chat.rules.ids import Lease, Sender, Sid
from chat.store.conversations import Stored


async def storing_offer(
    node: Node, post: Post, message: inbox.Append, entry: wire.Offer
) -> Awaitable[Stored]:
    """E5: this device's, this duty key's, for this conversation, over the roster in force, and not for long."""
    sid, sid_bytes = inbox.conversation(message.sid)
    doc = unb64(entry.doc)
    offer = epochs.parse_offer(node.realm, doc)
    if offer.sid != sid_bytes:
        raise errors.VerificationError("E5", "an offer for another conversation")
    roles.check_offer(post.role, offer.purpose)
    if (offer.certificate, offer.duty) != (post.certificate.hash, post.sender):
        raise errors.VerificationError("E5", "an offer of another device or duty key")
    freshness = node.standing.current(node.now)
    if freshness is None or offer.roster != unb64(freshness.roster):
        raise errors.StaleOffer
    ahead = offer.expiry - node.now
    if not -CLOCK_TOLERANCE_SECONDS <= ahead <= epochs.OFFER_SECONDS + CLOCK_TOLERANCE_SECONDS:
        raise errors.VerificationError("E5", "expired, or good for longer than an offer may be")
    post.duty.signature_key.verify("E5", doc, unb64(entry.sig))
    if offer.purpose == "rejoin":
        await _check_replaced(node, post, sid, offer)
    elif offer.purpose != "accept" and offer.purpose != "guest":
        await still_comes(node, sid, offer.purpose, post)
    # Before the offer stands: a page that goes away in between may be let in all the same (E7).
    await node.memberships.hold(post.certificate.hash, sid)
    return node.conversations.append_offer(
        sid,
        digest=digest(doc),
        over=offer.over,
        lease=Lease(entry.lease) if entry.lease else None,
        raw=bytes(message.entry),
        now=node.now,
    )


async def storing_guest(
    node: Node, post: Post, message: inbox.Append, entry: wire.Guest
) -> Awaitable[Stored]:
    """E6: by this duty key, which is in, for a page that has opened its link, and not for long."""
    sid, sid_bytes = inbox.conversation(message.sid)
    roles.check_message(post.role, "invite")
    doc = unb64(entry.doc)
    guest = parse_guest(node.realm, doc)
    if (guest.sid, guest.inviter) != (sid_bytes, post.sender):
        raise errors.VerificationError("E6", "a guest of another conversation or duty key")
    verify_guest_time(guest, node.now)
    post.duty.signature_key.verify("E6", doc, unb64(entry.sig))
    facts = await node.conversations.facts(sid)
    if facts is None:
        raise errors.UnknownConversation
    if post.sender not in facts.members:
        raise errors.NotAMember
    keys = (b64(guest.signature_key.raw), b64(guest.hpke_key.raw))
    await node.invitations.vouch(sid, post.certificate.hash, keys, guest.hash, node.now)
    return node.conversations.append_offer(
        sid, digest=guest.hash, over=guest.over, lease=None, raw=bytes(message.entry), now=node.now
    )


async def _check_replaced(node: Node, post: Post, sid: Sid, offer: epochs.Offer) -> None:
    """E7: in the announcement that the offer is over, this device is a member by that duty key. The script compares it
    with the newest."""
    facts = await node.conversations.facts(sid)
    if facts is None:
        raise errors.UnknownConversation
    if facts.newest != offer.over:
        raise errors.StaleOffer
    if facts.members.get(Sender(offer.replaced)) != post.certificate.hash:
        raise errors.NotAMember
    await node.invitations.take_back(sid, post.certificate.hash, facts.members.keys())
