"""Who is asked to come into a conversation, and whom its members may ask (E6): what every console on duty is told of it, and who
may follow a log because of it. It changes no log; that the visitor says yes is between the browsers.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from chat import errors, wire
from chat.crypto.encoding import unb64
from chat.rules import roles
from chat.rules.ids import Sid
from chat.store.asks import Ask
from chat.store.duty import OnDuty
from chat.store.invitations import Opened

if TYPE_CHECKING:
    from chat.live.node import Node
    from chat.live.post import Post

ASKED_SECONDS: Final = 120
"""So long somebody is asked who does not come."""
CAME_SECONDS: Final = 180
"""So long whoever came may follow the log; every offer renews it."""
PURPOSES: Final[tuple[roles.Joining, ...]] = ("handover", "supervise", "interpret")
LISTED: Final = 50


class Asking(NamedTuple):
    """Everything that is asked, everybody on duty, and the guests who have come, at one moment."""

    asks: Sequence[Ask]
    staff: Sequence[OnDuty]
    guests: Sequence[Opened] = ()

    def told(self, who: OnDuty) -> wire.Asks:
        """As this one is told: what they may come for, and whom they may ask."""
        mine = [ask for ask in self.asks if asks_for(ask, who.pseudonym, who.role, who.certificate)]
        others = {(one.pseudonym, one.role) for one in self.staff if one.certificate != who.certificate}
        return wire.Asks(
            asks=[wire.Asked(sid=ask.sid, purpose=ask.purpose, by=ask.by or None) for ask in mine[:LISTED]],
            colleagues=[wire.Colleague(pseudonym=name, role=role) for name, role in sorted(others)],
        )

    def since(self, certificate: bytes) -> int:
        """From when this device is on duty by the latest of its duty keys (E7)."""
        return max((one.since for one in self.staff if one.certificate == certificate), default=0)


def asks_for(ask: Ask, pseudonym: str, role: roles.Role, certificate: bytes) -> bool:
    """Whether this one is asked, and nobody has come."""
    fits = roles.may_offer(role, ask.purpose) and ask.to in (None, pseudonym)
    return fits and ask.came is None and certificate not in ask.within


async def asking(node: "Node") -> Asking:
    """As it stands now."""
    asks, staff = await node.asks.everything(node.now), await node.duty.staff(node.now)
    return Asking(asks, staff, await node.invitations.opened(node.now))


async def came_for(node: "Node", sid: Sid, post: "Post") -> roles.Joining | None:
    """For what this device came when asked, and may follow and offer; None: for nothing."""
    for purpose in PURPOSES:
        ask = await node.asks.of(sid, purpose, node.now)
        if ask and ask.came == post.certificate.hash:
            return purpose
    return None


def arrived(opened: Opened) -> wire.Arrived:
    """A guest's page, as whoever invited is told."""
    signature_key, hpke_key, proof = opened.invitation.keys.split(".")
    sid = opened.invitation.sid
    return wire.Arrived(
        sid=sid, access=opened.name, signature_key=signature_key, hpke_key=hpke_key, proof=proof
    )


async def invite(node: "Node", post: "Post", message: wire.Invite) -> None:
    """A link for a guest, into a conversation that one is in by this duty key."""
    sid = Sid(message.sid)
    facts = await node.conversations.facts(sid)
    if facts is None or post.sender not in facts.members:
        raise errors.NotAMember
    await node.invitations.put(unb64(message.access), sid, post.certificate.hash, node.now)


async def ask(node: "Node", post: "Post", message: wire.Ask) -> None:
    """Into a conversation that one is in by this duty key; whoever is asked follows it only when they come."""
    sid = Sid(message.sid)
    facts = await node.conversations.facts(sid)
    if facts is None or post.sender not in facts.members:
        raise errors.NotAMember
    await _is_no_practice(node, sid)
    until, who = node.now + ASKED_SECONDS, post.certificate
    within = tuple(facts.members.values())
    asked = Ask(sid, message.purpose, who.pseudonym, who.hash, until, message.to, within=within)
    await node.asks.put(asked, node.now)


async def ask_for_another(node: "Node", message: wire.Ask) -> None:
    """E8: the visitor, whose counsellor is lost, asks for the next on duty."""
    sid = Sid(message.sid)
    facts = await node.conversations.facts(sid)
    if facts is None or facts.state != "admitted" or message.purpose != "handover" or message.to:
        raise errors.WrongMoment
    await _is_no_practice(node, sid)
    within = tuple(facts.members.values())
    await node.asks.put(Ask(sid, "handover", "", b"", node.now + ASKED_SECONDS, within=within), node.now)


async def _is_no_practice(node: "Node", sid: Sid) -> None:
    """Nobody else is called to a simulated visitor."""
    if await node.practice.whose(sid) is not None:
        raise errors.WrongMoment


async def come(node: "Node", post: "Post", message: wire.Join) -> None:
    """The first who comes; from then on the log may be followed."""
    sid, who = Sid(message.sid), post.certificate
    roles.check_offer(post.role, message.purpose)
    ask = await node.asks.of(sid, message.purpose, node.now)
    again = ask is not None and ask.came == who.hash
    if ask is None or not (again or asks_for(ask, who.pseudonym, post.role, who.hash)):
        raise errors.WrongMoment
    await node.asks.come(sid, message.purpose, who.hash, node.now + CAME_SECONDS, node.now)


async def still_comes(node: "Node", sid: Sid, purpose: roles.Joining, post: "Post") -> None:
    """An offer of whoever came: while the visitor thinks, it lasts."""
    if await came_for(node, sid, post) != purpose:
        raise errors.WrongMoment
    await node.asks.come(sid, purpose, post.certificate.hash, node.now + CAME_SECONDS, node.now)


async def unask(node: "Node", post: "Post", message: wire.Unask) -> None:
    """By who came; or by who asked, as long as nobody came. Of anything else nothing is changed."""
    sid, me = Sid(message.sid), post.certificate.hash
    ask = await node.asks.of(sid, message.purpose, node.now)
    if ask and me == (ask.came or ask.asker):
        await node.asks.drop(sid, message.purpose)


async def settled(node: "Node", sid: Sid, members: Iterable[bytes]) -> None:
    """Whoever came is in, by H(certificate): nobody is asked any more."""
    known = set(members)
    for purpose in PURPOSES:
        ask = await node.asks.of(sid, purpose, node.now)
        if ask and ask.came in known:
            await node.asks.drop(sid, purpose)
