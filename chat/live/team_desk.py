"""The team key between staff's pages and the ledger (C2): made weekly and at every revocation, and shared on by whoever holds it.

It sees documents and sealed shares. Whether a share opens only its device can say; C4 counts those that were given one.
"""

from chat import errors
from chat.callback_bodies import MoreShares, NewTeam, Team, Teams, TeamShare
from chat.crypto.callbacks import WRAP_BYTES
from chat.crypto.chain import Certificate, Signed, by_hash
from chat.crypto.encoding import b64, unb64
from chat.crypto.teamkeys import device_name
from chat.live.calling import Calling
from chat.live.standing import one
from chat.papers import as_wire
from chat.store.teams import Kept


async def teams(calling: Calling, who: Certificate) -> Teams:
    """All that are in use, with this device's share of each, and all devices that should have one."""
    under, name = await calling.teams.under(), device_name(who.hpke_key)
    found = []
    for team, kept in (await calling.teams.all()).items():
        mine = await calling.teams.share_of(team, name)
        found.append(
            Team(
                team=as_wire(Signed(kept.doc, kept.sig)),
                signer=b64(kept.signer),
                documents=await calling.papers(kept.signer),
                holders=[b64(device) for device in await calling.teams.holders(team)],
                requests=under.get(team, 0),
                mine=TeamShare(device=b64(name), sealed=b64(mine)) if mine else None,
            )
        )
    asked = [await calling.papers(taker.hash) for taker in (await calling.takers()).values()]
    papers = [both for both in asked if both]
    registrars = {one(registrar).hash: registrar for registrar, _ in papers}
    return Teams(
        teams=found,
        devices=[certificate for _, certificate in papers],
        documents=list(registrars.values()),
        roster=b64(calling.node.standing.roster_now(calling.node.now).hash),
        wanted=await calling.wanted(),
    )


async def make(calling: Calling, who: Certificate, made: NewTeam) -> Teams:
    """C2: the next, signed by this device, which has a share itself. `StaleVersion` where another was first, or none is wanted by anybody and this one can open the newest."""
    signed = one(made.team)
    documents = by_hash(*map(one, await calling.papers(who.hash)))
    team = calling.node.standing.team(signed, who.hash, documents, calling.node.now)
    shares = await _shares(calling, made.shares)
    if device_name(who.hpke_key) not in shares:
        raise errors.VerificationError("C2", "a team key that its maker does not hold")
    known = await calling.teams.find(team.hash)
    if known is None and not (await calling.wanted() or await _lacks(calling, who)):
        raise errors.StaleVersion("none is wanted")
    kept = known or Kept(signed.doc, signed.sig, who.hash, calling.node.now)
    await calling.teams.put(team.hash, kept, shares, unb64(made.previous) if made.previous else b"")
    if known is None:
        await calling.audit(who, "made a team key", "callbacks")
        await calling.changed()
    return await teams(calling, who)


async def _lacks(calling: Calling, who: Certificate) -> bool:
    """Whether this device cannot open the newest, because nobody has sealed it on: its holders may be gone for good."""
    newest = await calling.teams.newest()
    return bool(newest) and device_name(who.hpke_key) not in await calling.teams.holders(newest)


async def share(calling: Calling, who: Certificate, more: MoreShares) -> None:
    """C2: by somebody who has a share, for devices that count and lack one."""
    team = unb64(more.team)
    if device_name(who.hpke_key) not in await calling.teams.holders(team):
        raise errors.WrongRole("who has no share seals none")
    await calling.teams.share(team, await _shares(calling, more.shares))
    await calling.changed()


async def _shares(calling: Calling, given: list[TeamShare]) -> dict[bytes, bytes]:
    takers = await calling.takers()
    shares = {unb64(share.device): unb64(share.sealed) for share in given}
    for device, sealed in shares.items():
        if device not in takers:
            raise errors.VerificationError("C2", "a share for a device that does not count")
        if len(sealed) != WRAP_BYTES:
            raise errors.VerificationError("C2", "a share of another size")
    return shares
