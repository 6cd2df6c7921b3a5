"""Cases of whole logs (F4, F5), each told to the visitor, to the member, or to both."""

import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chat.crypto.encoding import ZEROS, enc, u64, utf8
from chat.crypto.frames import Count, Header, Plain, counts_body, frame_key, pad
from chat.crypto.signing import DutyKey, PrivateKey, VisitorKey
from tests.support.organisation import OnDuty
from tools.vectors import announced, refusals, rejoins
from tools.vectors.encodings import REALM, of
from tools.vectors.file import Vectors
from tools.vectors.page import NOW
from tools.vectors.scene import Scene
from tools.vectors.theatre import Theatre


def add(v: Vectors) -> None:
    t = Theatre(v)
    whole(t)
    beginnings(t)
    announced.add(t)
    rejoins.add(t)
    refusals.add(t)
    offers(t)
    frames_in_place(t)
    frames_opened(t)
    endings(t)


def whole(t: Theatre) -> None:
    c = t.cast
    t.both_accept("waiting", t.scene.waits())
    t.both_accept("a conversation", t.scene.talks())
    scene = t.scene.talks().writes(None, plain=Plain("read", os.urandom(16), 0, 1, u64(7)))
    counts = counts_body(
        [Count(scene.visitor, 0, 2), Count(scene.visitor, 1, 2), Count(c.amina.sender, 1, 1)]
    )
    scene.writes(c.amina, plain=Plain("end", os.urandom(16), 0, 1, counts)).says("closed")
    t.both_accept("a conversation from beginning to end", scene)
    returned = t.scene.is_offered().says("returned").says("leased").offers_itself(c.bjorn)
    returned.announces(returned.member(c.bjorn)).writes(c.bjorn, "Hej, jag heter Björn.")
    t.both_accept("taken by another after the first gave it back", returned)
    t.member_accepts("taken by me after the first gave it back", returned, c.bjorn)
    joined = t.scene.talks().offers_itself(c.siv, "supervise")
    joined.announces(joined.member(c.amina, 0), joined.member(c.siv)).writes(c.siv, "Jag är med.")
    t.both_accept("a supervisor joins with all that was said", joined)
    t.member_accepts("a supervisor reads all that was said", joined, c.siv)
    late = t.scene.talks().offers_itself(c.bjorn, "handover")
    late.announces(late.member(c.bjorn, history_from=2)).writes(c.bjorn, "Ny här.").writes(None, "Hej.")
    t.both_accept("handed over without what was said", late)
    t.member_accepts("one handed over opens only from the history on", late, c.bjorn)
    emptied = t.scene.talks().announces().writes(None, "ensam")
    t.both_accept("an epoch of nobody", emptied)
    crossed = t.scene.is_offered()
    anchor = len(crossed.heads) - 1
    crossed.writes(None, "medan du svarar")
    crossed.announces(crossed.member(c.amina), index=anchor, head=crossed.heads[anchor])
    t.both_accept("frames between the anchor and the announcement", crossed)
    message = Plain("text", os.urandom(16), 0, 2, utf8("del ett"))
    second = Plain("text", message.id, 1, 2, utf8("del två"))
    parts = t.scene.talks().writes(None, plain=message).writes(None, plain=second)
    t.both_accept("a message in two parts, the first sent twice", parts.writes(None, plain=message))
    same = t.scene.talks().writes(None, plain=message).writes(c.amina, plain=message)
    t.both_accept("the same message id of two senders", same)
    behind = t.scene.talks()
    behind.writes(c.amina, index=6, head=behind.heads[6])
    t.both_accept("a frame that has not seen the newest entries", behind)


def beginnings(t: Theatre) -> None:
    t.both_refuse("a log that begins with the service", "F4", t.scene.says("leased"))
    scene = t.scene.waits()
    scene.entries = scene.entries[1:]
    t.both_refuse("a log without its first entry", "F4", scene)
    scene = t.scene.waits()
    scene.entries[0] |= {"index": 0}
    t.both_refuse("an index of 0", "F4", scene)
    scene = t.scene.waits()
    del scene.entries[1]
    t.both_refuse("an index left out", "F4", scene)
    scene = t.scene.waits()
    scene.entries[2] |= {"index": 2}
    t.both_refuse("an index twice", "F4", scene)
    scene = t.scene.waits()
    scene.entries[1], scene.entries[2] = (
        scene.entries[2] | {"index": 2},
        scene.entries[1] | {"index": 3},
    )
    t.both_refuse("two frames exchanged", "F4", scene)
    t.both_refuse("a first announcement with another nonce", "K6", t.scene.opens(nonce=of("other")))
    key = PrivateKey.generate(VisitorKey).public.raw
    t.both_refuse("a first announcement with another key", "K6", t.scene.opens(key=key))
    other = t.scene.opens()
    other.sid = of("another")
    t.both_refuse("another conversation's log", "K6", other)
    forged = t.scene.opens()
    doc = forged.entries[0]["doc"]
    t.both_refuse(
        "a first announcement with another's signature",
        "E3",
        forged.alters(sig=PrivateKey.generate(VisitorKey).sign(doc)),
    )
    with_wrap = t.scene.opens().alters(wraps=[b"x"])
    t.both_refuse("a first announcement with a wrap", "E3", with_wrap)
    unknown = t.scene.opens()
    unknown.mine = []
    t.v.refuses("an announcement that nobody proposed (visitor)", "E1", "log", **unknown.as_visitor())


def offers(t: Theatre) -> None:
    c = t.cast

    def refuses(name: str, step: str, scene: Scene) -> None:
        t.both_refuse(f"offer: {name}", step, scene)

    refuses("for another conversation", "E5", t.scene.waits().offers_itself(c.amina, sid=of("other")))
    refuses(
        "over no announcement of this log", "E5", t.scene.waits().offers_itself(c.amina, over=of("other"))
    )
    older = t.scene.talks()
    refuses("over an older announcement", "E5", older.offers_itself(c.bjorn, over=older.epochs[1].previous))
    twice = t.scene.is_offered()
    twice.entries.append(twice.entries[-1] | {"index": len(twice.heads)})
    refuses("twice", "E5", twice)
    refuses("an unknown purpose", "E5", t.scene.waits().offers_itself(c.amina, "listen"))
    refuses("to rejoin, naming nothing", "E5", t.scene.waits().offers_itself(c.amina, "rejoin"))
    scene = t.scene.is_offered()
    refuses("a byte too many", "Suite", scene.alters(doc=scene.entries[-1]["doc"] + b"\0"))
    unsigned = t.scene.is_offered().alters(sig=bytes(64))
    t.both_accept("an offer is not verified before it is considered", unsigned)


def frames_in_place(t: Theatre) -> None:
    c = t.cast

    def refuses(name: str, step: str, scene: Scene) -> None:
        t.both_refuse(f"frame: {name}", step, scene)

    refuses("another conversation's", "F1", t.scene.talks().writes(None, sid=of("other")))
    refuses("a stale epoch", "F4", t.scene.talks().writes(None, epoch=0))
    refuses("an epoch ahead", "F4", t.scene.talks().writes(None, epoch=2, secret=of("s2")))
    for who, name in ((None, "the visitor's"), (c.amina, "a member's")):
        refuses(f"{name} seq again", "F4", t.scene.talks().writes(who, seq=0))
        refuses(f"{name} seq skipped", "F4", t.scene.talks().writes(who, seq=2))
        refuses(f"{name} wrong prev", "F4", t.scene.talks().writes(who, previous=of("other")))
        refuses(f"{name} prev of none", "F4", t.scene.talks().writes(who, previous=ZEROS))
    replayed = t.scene.talks()
    replayed.entries.append(replayed.entries[6] | {"index": len(replayed.heads)})
    refuses("one again", "F4", replayed)
    refuses("prev at seq 0", "F4", t.scene.opens().writes(None, previous=of("x")))
    scene = t.scene.talks()
    refuses("seen at its own index", "F4", scene.writes(None, index=len(scene.heads)))
    scene = t.scene.talks()
    refuses("seen beyond its own index", "F4", scene.writes(None, index=len(scene.heads) + 5))
    refuses("a head of another log", "F4", t.scene.talks().writes(None, head=of("other")))
    refuses("a head of another index", "F4", t.scene.talks().writes(None, index=6))
    scene = t.scene.talks()
    refuses("seen falls", "F4", scene.writes(None, index=6, head=scene.heads[6]))
    scene = t.scene.talks()
    refuses(
        "seen falls across epochs",
        "F4",
        scene.announces(scene.member(c.amina)).writes(None, index=2, head=scene.heads[2]),
    )
    refuses("from one who only offered", "F4", t.scene.is_offered().writes(c.amina))
    refuses("from one who was not let in", "F4", t.scene.talks().writes(c.bjorn))
    refuses("from one who left", "F4", t.scene.talks().announces().writes(c.amina))
    refuses("from nobody", "F4", t.scene.talks().writes(None, sender=of("nobody")))
    for who, name in ((None, "the visitor's"), (c.amina, "a member's")):
        refuses(
            f"{name}, signed by another", "F3", t.scene.talks().writes(who, key=PrivateKey.generate(DutyKey))
        )
        scene = t.scene.talks().writes(who)
        sig = scene.entries[-1]["sig"]
        refuses(f"{name} signature altered", "F3", scene.alters(sig=sig[:-1] + bytes([sig[-1] ^ 1])))
    refuses("the visitor's, signed by a member", "F3", t.scene.talks().writes(None, key=c.amina.key))
    scene = t.scene.talks().writes(None)
    body = scene.entries[-1]["ciphertext"]
    refuses("a bit flipped on the way", "F3", scene.alters(ciphertext=bytes([body[0] ^ 1]) + body[1:]))
    scene = t.scene.talks().writes(None)
    refuses(
        "a header with a byte too many", "Suite", scene.alters(header=scene.entries[-1]["header"] + b"\0")
    )
    lost = t.scene.talks()
    del lost.entries[2]
    for entry in lost.entries[2:]:
        entry["index"] -= 1
    t.both_refuse("an entry that was taken away", "E2", lost)
    other = t.scene.talks()
    other.entries[3] = other.entries[3] | {"doc": enc(REALM, "service", b"leased", u64(NOW + 1))}
    t.both_refuse("an entry that was exchanged for another", "E3", other)


def _sealed(scene: Scene, who: OnDuty | None, padded: bytes) -> Scene:
    """A frame whose plaintext is exactly these padded bytes."""
    sender = who.sender if who else scene.visitor
    number = scene.epochs[-1].epoch
    seq, previous = scene.chains.get((sender, number), (0, ZEROS))
    header = Header(scene.sid, number, sender, seq, previous, len(scene.heads) - 1, scene.heads[-1])
    key = frame_key(REALM, scene.mine[number]["secret"], scene.sid, number, sender)
    doc = header.encode(REALM)
    return scene.sends(who, doc, AESGCM(key).encrypt(seq.to_bytes(12, "big"), padded, doc))


def frames_opened(t: Theatre) -> None:
    c = t.cast
    plain = Plain("text", of("id")[:16], 0, 1, utf8("hej"))
    good = pad(plain.encode(REALM))

    def refuses(name: str, step: str, scene: Scene) -> None:
        t.both_refuse(f"opened: {name}", step, scene)

    def padded(data: bytes) -> Scene:
        return _sealed(t.scene.talks(), None, data)

    t.both_accept("a frame sealed by hand", padded(good))
    refuses("a pad byte that is not zero", "F2", padded(good[:-1] + b"\1"))
    refuses("a larger pad than needed", "F2", padded(good.ljust(1024, b"\0")))
    refuses("a size of 300", "F2", padded(good.ljust(300, b"\0")))
    refuses("a size of 8,192", "F2", padded(good.ljust(8192, b"\0")))
    refuses("no padding", "F2", padded(plain.encode(REALM)))
    refuses(
        "an unknown kind", "F2", padded(pad(enc(REALM, "plain", b"whisper", plain.id, u64(0), u64(1), b"")))
    )
    refuses("part = parts", "F2", padded(pad(enc(REALM, "plain", b"text", plain.id, u64(2), u64(2), b""))))
    refuses("one item too few", "Suite", padded(pad(enc(REALM, "plain", b"text", plain.id, u64(0), u64(1)))))
    refuses("sealed under another secret", "F2", t.scene.talks().writes(c.amina, secret=of("s")))
    altered_body = t.scene.talks()
    altered_body.writes(c.amina, ciphertext=bytes(272))
    refuses("no ciphertext of this sender", "F2", altered_body)
    stale = t.scene.talks()
    refuses("sealed under the epoch before", "F2", stale.writes(None, secret=stale.mine[0]["secret"]))
    queued = _sealed(t.scene.opens(), None, good[:-1] + b"\1").offers_itself(c.amina)
    t.v.refuses("opened: a bad pad in the queue (visitor)", "F2", "log", **queued.as_visitor())
    t.member_accepts("a frame that cannot be opened yet stays sealed", queued)
    queued.announces(queued.member(c.amina))
    t.member_refuses("opened: a bad pad in the queue, once it can be opened", "F2", queued)
    t.member_accepts("one who is not let in opens nothing", t.scene.talks(), c.bjorn, offers=[])


def endings(t: Theatre) -> None:
    c = t.cast

    def ends(scene: Scene, who: OnDuty | None, *counts: Count) -> Scene:
        return scene.writes(who, plain=Plain("end", os.urandom(16), 0, 1, counts_body(counts)))

    for who, name in ((None, "the visitor's"), (c.amina, "a member's")):
        scene = t.scene.talks()
        t.both_refuse(
            f"{name} end counts more than came",
            "F5",
            ends(scene, who, Count(scene.visitor, 0, 2), Count(scene.visitor, 1, 2)),
        )
        scene = t.scene.talks()
        t.both_accept(f"{name} end counts fewer than came", ends(scene, who, Count(scene.visitor, 0, 1)))
        scene = t.scene.talks()
        t.both_refuse(
            f"{name} end counts a stranger's frames", "F5", ends(scene, who, Count(of("nobody"), 1, 1))
        )
    early = ends(t.scene.waits(), None, Count(of("nobody"), 0, 1)).offers_itself(c.amina)
    t.member_refuses(
        "an end in the queue counts more than came", "F5", early.announces(early.member(c.amina))
    )
    early = t.scene.waits()
    early = ends(early, None, Count(early.visitor, 0, 1)).writes(None, "mer").offers_itself(c.amina)
    t.member_accepts("an end in the queue counts what came", early.announces(early.member(c.amina)))
    early = t.scene.waits()
    ends(early, None, Count(early.visitor, 0, 4)).writes(None, "mer").offers_itself(c.amina)
    t.member_refuses(
        "an end in the queue counts what came after it", "F5", early.announces(early.member(c.amina))
    )
    scene = t.scene.talks()
    own = Count(scene.visitor, 1, 2)
    t.both_refuse("an end that counts itself", "F5", ends(scene, None, own))
    t.both_accept("frames after an end", ends(t.scene.talks(), None).writes(c.amina, "vänta"))
    for kind in ("leased", "returned", "left-quickly", "closed", "time"):
        t.both_accept(f"the service says {kind}", t.scene.waits().says(kind))
    t.both_refuse("the service says what it cannot", "F6", t.scene.waits().says("hello"))
    scene = t.scene.waits().says("closed")
    t.both_refuse(
        "the service with a byte too many", "Suite", scene.alters(doc=scene.entries[-1]["doc"] + b"\0")
    )
