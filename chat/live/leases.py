"""Leases that were not used, of whoever held them: the visitor has the old place again (S5). It knows no session."""

from chat.live.node import Node
from chat.rules.ids import Lease, Sid


async def give_back(node: Node, sid: Sid, lease: Lease) -> bool:
    """Return a lease that was not used: first in the log, then in the queue (S5). Used ones only leave the queue.

    False: somebody was let in.
    """
    returned = await node.conversations.unlease(sid, lease, node.says("returned"), node.now)
    facts = await node.conversations.facts(sid)
    if facts is None or facts.state == "admitted":
        await node.queue.remove(sid)
    else:
        await node.queue.give_back(sid, lease)
    if returned:
        node.measures.returned.inc()
    return facts is None or facts.state != "admitted"
