"""What visitors tell and staff can answer, between the wire and the rules (Before 7, 8): closed lists, and nothing else.

Knows no session.
"""

from typing import TYPE_CHECKING, cast

from msgspec.structs import asdict, replace

from chat import wire
from chat.crypto.names import name_hash
from chat.rules.pairing import Answerer
from chat.rules.told import NOTHING, OTHER, Told
from chat.store.conversations import Facts
from chat.store.duty import OnDuty

if TYPE_CHECKING:
    from chat.live.node import Node


def read(node: "Node", told: wire.Told | None) -> Told:
    """As it is kept: each once, and a municipality that is none of the service's is another one. Nothing of it refuses anybody."""
    if told is None:
        return NOTHING
    each_once = {
        name: tuple(dict.fromkeys(getattr(told, name))) for name in ("languages", "without", "triage")
    }
    known = told.municipality is None or told.municipality in node.municipalities
    kept = Told(**asdict(told) | each_once)
    return kept if known else replace(kept, municipality=OTHER)


def write(told: Told) -> wire.Told | None:
    """As a console is told: whom the visitor does not want is nobody's to know."""
    if replace(told, without=()) == NOTHING:
        return None
    lists = {"languages": list(told.languages), "without": [], "triage": list(told.triage)}
    return wire.Told(**asdict(told) | lists)


def about(facts: Facts) -> wire.About:
    """Of whom a conversation is."""
    entrance = cast("wire.Entrance | None", facts.entrance)
    return wire.About(language=facts.language, entrance=entrance, told=write(facts.told))


def answerer(node: "Node", who: OnDuty) -> Answerer:
    """One on duty, as far as it decides whom they may take."""
    skills = who.skills
    name = name_hash(node.root, who.pseudonym)
    return Answerer(who.certificate, name, skills.languages, skills.gender, skills.takes)
