"""A time on duty: by which key, and what follows from it for others (K5, E7). It knows no session and no message.

Whether the documents behind it verify was found out before.
"""

from dataclasses import dataclass, field
from typing import cast

from chat import errors
from chat.crypto.chain import Certificate, Duty
from chat.live.node import Node
from chat.rules import limits, roles
from chat.rules.ids import Sender, Sid
from chat.rules.told import Skills, State
from chat.store.conversations import Facts
from chat.store.duty import OnDuty


@dataclass(frozen=True)
class Post:
    """A time on duty: whose, with which key, how many conversations at once, in which state, and what this one can answer."""

    certificate: Certificate
    duty: Duty
    capacity: int
    state: State = "available"
    skills: Skills = field(default_factory=Skills)

    @property
    def sender(self) -> Sender:
        return Sender(self.duty.hash)

    @property
    def role(self) -> roles.StaffRole:
        """Who may be on duty was looked at before (`roles`)."""
        return cast("roles.StaffRole", self.certificate.role)


async def stay_on(node: Node, post: Post, *, news: bool = False) -> None:
    """For as long as somebody is missed, and not longer than the duty key is good. `news`: something else changed."""
    await node.duty.on(row(node, post), node.now, news=news)


def row(node: Node, post: Post) -> OnDuty:
    """As everybody is told."""
    until = min(node.now + limits.PRESENCE_SECONDS, post.duty.span.end)
    certificate, since = post.certificate, post.duty.span.start
    who = (post.sender, certificate.hash, certificate.pseudonym, post.capacity, since, until)
    return OnDuty(*who, post.role, post.state, post.skills)


async def check_latest(node: Node, duty: Duty) -> None:
    """E7: a device is on duty in one tab, the one with the latest duty key."""
    for who in await node.duty.staff(node.now):
        if who.certificate == duty.certificate and who.since > duty.span.start:
            raise errors.Moved


async def left_open(node: Node, post: Post, known: set[Sid]) -> list[tuple[Sid, Facts]]:
    """E7: what this device is a member of, but not by this duty key; the oldest first."""
    found = []
    certificate = post.certificate.hash
    for sid in set(await node.memberships.of(certificate)) - known:
        facts = await node.conversations.facts(sid)
        if facts is None:
            await node.memberships.drop(certificate, sid)
        elif certificate in facts.members.values() and post.sender not in facts.members:
            found.append((sid, facts))
    return sorted(found, key=lambda open_one: (open_one[1].opened, open_one[0]))
