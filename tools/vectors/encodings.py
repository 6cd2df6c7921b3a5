"""Cases of the suite: encodings, keys, signatures, sealing, and every single document that is parsed by itself."""

import hashlib
import os
import struct
from dataclasses import replace
from typing import Any

from chat.crypto.encoding import ZEROS, Realm, enc, pack, u64, utf8
from chat.crypto.epochs import Epoch, Member, Offer, announce, log_start
from chat.crypto.frames import Header, Plain, counts_body, pad, seal_frame
from chat.crypto.hpke import DutySealKey, OpenKey
from chat.crypto.signing import DutyKey, PrivateKey, VisitorKey
from tools.vectors.file import Vectors

REALM: Realm = "varsam"
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
FIELD = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF


def of(word: str) -> bytes:
    """Some 32 bytes, the same each time."""
    return hashlib.sha256(word.encode()).digest()


def add(v: Vectors) -> None:
    primitives(v)
    documents(v)
    keys(v)
    signatures(v)
    sealing(v)
    derived(v)
    announcements(v)
    offers(v)
    headers(v)
    padding(v)
    plaintexts(v)
    frames(v)


def primitives(v: Vectors) -> None:
    for value in (0, 1, 2**32, 2**53 - 1):
        v.accepts(f"the integer {value}", "uint", data=u64(value))
    v.refuses("an integer of 2^53", "Suite", "uint", data=u64(2**53))
    v.refuses("the greatest integer of 8 bytes", "Suite", "uint", data=b"\xff" * 8)
    v.refuses("an integer of 7 bytes", "Suite", "uint", data=bytes(7))
    v.refuses("an integer of 9 bytes", "Suite", "uint", data=bytes(9))
    v.refuses("an absent integer", "Suite", "uint", data=b"")
    v.accepts("false", "truth", data=u64(0))
    v.accepts("true", "truth", data=u64(1))
    v.refuses("a truth value of 2", "Suite", "truth", data=u64(2))
    v.refuses("a truth value of one byte", "Suite", "truth", data=b"\1")
    v.accepts("a hash", "hash32", data=of("a hash"))
    v.refuses("a hash of 31 bytes", "Suite", "hash32", data=bytes(31))
    v.refuses("a hash of 33 bytes", "Suite", "hash32", data=bytes(33))
    v.refuses("an absent hash", "Suite", "hash32", data=b"")
    v.accepts("empty text", "text", data=b"")
    v.accepts("text in NFC", "text", data="Björn سلام 👩‍👩‍👧".encode())
    v.accepts("text with a zero character", "text", data=b"a\0b")
    v.accepts("text with a byte order mark keeps it", "text", data="\ufeffhej".encode())
    v.refuses("text in NFD", "Suite", "text", data="Bjo\u0308rn".encode())
    v.refuses("text that is not UTF-8", "Suite", "text", data=b"\xff\xfe")
    v.refuses("text with an overlong form", "Suite", "text", data=b"\xc0\xaf")
    v.refuses("text with a surrogate", "Suite", "text", data=b"\xed\xa0\x80")
    v.refuses("text cut inside a character", "Suite", "text", data="ö".encode()[:1])
    v.accepts("an empty list", "unpack", data=b"")
    v.accepts("a list with an empty element", "unpack", data=pack([b"a", b"", b"bc"]))
    v.refuses("a list cut inside a length", "Suite", "unpack", data=pack([b"a"]) + b"\0\0\0")
    v.refuses("a list cut inside an element", "Suite", "unpack", data=pack([b"abc"])[:-1])
    v.refuses("an element of 4 GiB", "Suite", "unpack", data=b"\xff\xff\xff\xff")
    v.accepts("base64url", "unb64", text="-_8")
    v.accepts("empty base64url", "unb64", text="")
    for what, encoded in {
        "with padding": "-_8=",
        "with the other alphabet": "+/8",
        "with unused bits that are not zero": "-_9",
        "of an impossible length": "AAAAA",
        "with a line feed": "AAAA\n",
        "with a space": "AA AA",
    }.items():
        v.refuses(f"base64url {what}", "malformed", "unb64", text=encoded)


def documents(v: Vectors) -> None:
    doc = enc(REALM, "visitor", b"one", b"")

    def refuses(name: str, doc: bytes, count: int = 2) -> None:
        v.refuses(name, "Suite", "decode", realm=REALM, type="visitor", doc=doc, count=count)

    v.accepts("a document", "decode", realm=REALM, type="visitor", doc=doc, count=2)
    v.accepts("a document of no items", "decode", realm=REALM, type="x", doc=enc(REALM, "x"), count=0)
    demo = enc("varsam-demo", "visitor", b"one", b"")
    v.accepts("a demo's document in a demo", "decode", realm="varsam-demo", type="visitor", doc=demo, count=2)
    refuses("a demo's document in production", demo)
    v.refuses(
        "production's in a demo", "Suite", "decode", realm="varsam-demo", type="visitor", doc=doc, count=2
    )
    refuses("a document of another type", enc(REALM, "sid", b"one", b""))
    refuses("a document of another version", pack([b"varsam/v2/visitor", b"one", b""]))
    refuses("one item too few", doc, count=3)
    refuses("one item too many", doc, count=1)
    refuses("a byte after the last item", doc + b"\0")
    refuses("a document cut short", doc[:-1])
    refuses("an empty document", b"")


def keys(v: Vectors) -> None:
    raw = PrivateKey.generate(DutyKey).public.raw
    x, y = raw[1:33], raw[33:]
    v.accepts("a public key", "public-key", key=raw)
    for name, key in {
        "a compressed public key": bytes([2 + y[-1] % 2]) + x,
        "a hybrid public key": bytes([6 + y[-1] % 2]) + x + y,
        "a public key without its first byte": raw[1:],
        "a public key of 66 bytes": raw + b"\0",
        "the point at infinity": b"\0",
        "the point at infinity, filled up": bytes(65),
        "a public key off the curve": raw[:-1] + bytes([raw[-1] ^ 1]),
        "the point (0, 0)": b"\4" + bytes(64),
        "a coordinate that is the field's order": b"\4" + FIELD.to_bytes(32, "big") + y,
        "an absent public key": b"",
    }.items():
        v.refuses(name, "Suite", "public-key", key=key)
    seal_key = OpenKey(DutySealKey, of("a seed")).public.raw
    v.accepts("an HPKE public key", "hpke-key", key=seal_key)
    v.refuses("an HPKE public key of 1,215 bytes", "Suite", "hpke-key", key=seal_key[:-1])
    v.refuses("an HPKE public key of 1,217 bytes", "Suite", "hpke-key", key=seal_key + b"\0")
    v.refuses("an X25519 key alone", "Suite", "hpke-key", key=seal_key[-32:])


def signatures(v: Vectors) -> None:
    key = PrivateKey.generate(DutyKey)
    message = b"a message"
    signature = key.sign(message)
    r, s = signature[:32], signature[32:]
    given: dict[str, Any] = {"key": key.public.raw, "message": message, "step": "F3"}
    v.accepts("a signature", "verify", **given, signature=signature)
    other_s = (ORDER - int.from_bytes(s, "big")).to_bytes(32, "big")
    v.accepts("the same signature with the other s", "verify", **given, signature=r + other_s)
    order = ORDER.to_bytes(32, "big")
    for name, wrong in {
        "a signature with one bit flipped": bytes([signature[0] ^ 1]) + signature[1:],
        "a signature cut short": signature[:-1],
        "a signature of 65 bytes": signature + b"\0",
        "an absent signature": b"",
        "r = 0": bytes(32) + s,
        "s = 0": r + bytes(32),
        "r = s = 0": bytes(64),
        "r = the order": order + s,
        "s = the order": r + order,
        "r and s exchanged": s + r,
        "a signature in DER": _der(r, s),
        "another key's signature": PrivateKey.generate(DutyKey).sign(message),
        "a signature of another message": key.sign(b"another message"),
    }.items():
        v.refuses(name, "F3", "verify", **given, signature=wrong)


def _der(r: bytes, s: bytes) -> bytes:
    body = b"".join(b"\2\x21\0" + part for part in (r, s))
    return b"\x30" + struct.pack("B", len(body)) + body


def sealing(v: Vectors) -> None:
    seed = os.urandom(32)
    key = OpenKey(DutySealKey, seed)
    sealed = key.public.seal(b"info", b"a secret")
    given: dict[str, Any] = {"seed": seed, "info": b"info", "step": "E3"}
    v.accepts("a sealed message opens", "hpke-open", **given, sealed=sealed)
    v.accepts("a sealed message of nothing", "hpke-open", **given, sealed=key.public.seal(b"info", b""))
    for name, wrong in {
        "the encapsulated key altered": bytes([sealed[0] ^ 1]) + sealed[1:],
        "its X25519 part altered": sealed[:1119] + bytes([sealed[1119] ^ 1]) + sealed[1120:],
        "its X25519 part zero": sealed[:1088] + bytes(32) + sealed[1120:],
        "the ciphertext altered": sealed[:1120] + bytes([sealed[1120] ^ 1]) + sealed[1121:],
        "the tag cut": sealed[:-1],
        "the encapsulated key alone": sealed[:1120],
        "less than an encapsulated key": sealed[:1119],
        "nothing": b"",
    }.items():
        v.refuses(f"sealed: {name}", "E3", "hpke-open", **given, sealed=wrong)
    v.refuses("sealed for another purpose", "E3", "hpke-open", **given | {"info": b"other"}, sealed=sealed)
    v.refuses("sealed to another key", "E3", "hpke-open", **given | {"seed": of("x")}, sealed=sealed)


def derived(v: Vectors) -> None:
    key = PrivateKey.generate(VisitorKey).public.raw
    sid = v.accepts("a conversation's id", "sid", realm=REALM, key=key, root=of("root"), nonce=of("nonce"))
    v.accepts(
        "a demo conversation's id", "sid", realm="varsam-demo", key=key, root=of("root"), nonce=of("nonce")
    )
    sender = v.accepts("the visitor's name", "visitor", realm=REALM, key=key)
    v.accepts("a commitment", "commit", realm=REALM, secret=of("s"), sid=sid, epoch=0)
    v.accepts("a later commitment", "commit", realm=REALM, secret=of("s"), sid=sid, epoch=119)
    v.accepts("a frame key", "frame-key", realm=REALM, secret=of("s"), sid=sid, epoch=3, sender=sender)


def announcements(v: Vectors) -> None:
    key = PrivateKey.generate(VisitorKey).public.raw
    first = Epoch(of("sid"), 0, ZEROS, b"", 0, log_start(REALM, of("sid")), (), of("commit"))
    extra = {"key": key, "nonce": of("nonce"), "leave_hash": of("leave")}

    def doc(epoch: Epoch, **changes: bytes) -> bytes:
        return announce(REALM, epoch, [], **changes)

    def refuses(name: str, step: str, doc: bytes) -> None:
        v.refuses(f"announcement: {name}", step, "announcement", realm=REALM, doc=doc)

    v.accepts("the first announcement", "announcement", realm=REALM, doc=doc(first, **extra))
    for absent in extra:
        refuses(f"the first without its {absent}", "E2", doc(first, **extra | {absent: b""}))
    member = Member(of("c"), of("d"), of("o"), "counsellor", "Björn", 0)
    refuses("the first with a roster", "E2", doc(replace(first, roster=of("r")), **extra))
    refuses("the first with a member", "E2", doc(replace(first, members=(member,)), **extra))
    refuses("the first with one before it", "E2", doc(replace(first, previous=of("p")), **extra))
    refuses("the first with an anchor of 1", "E2", doc(replace(first, index=1), **extra))
    refuses("the first with another L_0", "E2", doc(replace(first, head=of("h")), **extra))
    refuses("a compressed key", "Suite", doc(first, **extra | {"key": b"\2" + key[1:33]}))
    refuses("a nonce of 31 bytes", "Suite", doc(first, **extra | {"nonce": bytes(31)}))
    refuses("a leave token of 33 bytes", "Suite", doc(first, **extra | {"leave_hash": bytes(33)}))
    refuses("a byte too many", "Suite", doc(first, **extra) + b"\0")
    refuses("an offer", "Suite", _offer().encode(REALM))
    later = replace(
        first, epoch=1, previous=of("p"), roster=of("r"), index=4, head=of("h"), members=(member,)
    )
    v.accepts("a later announcement", "announcement", realm=REALM, doc=doc(later))
    v.accepts("an announcement of nobody", "announcement", realm=REALM, doc=doc(replace(later, members=())))
    v.accepts("the last epoch", "announcement", realm=REALM, doc=doc(replace(later, epoch=119)))
    refuses("a 121st epoch", "E1", doc(replace(later, epoch=120)))
    refuses("a later one with a key", "E2", doc(later, key=key))
    refuses("a later one with a nonce", "E2", doc(later, nonce=of("nonce")))
    refuses("a later one with a leave token", "E2", doc(later, leave_hash=of("leave")))
    refuses("a later one without a roster", "E2", doc(replace(later, roster=b"")))
    refuses("a short roster", "Suite", doc(replace(later, roster=bytes(31))))
    refuses("a short commitment", "Suite", doc(replace(later, commit=bytes(31))))
    refuses("a short hash of the one before", "Suite", doc(replace(later, previous=b"")))

    def with_member(raw: bytes) -> bytes:
        hashes = [later.previous, later.roster, u64(later.index), later.head, pack([raw]), later.commit]
        body = enc(REALM, "epoch", later.sid, u64(1), *hashes)
        return enc(REALM, "announce", body, of("wraps"), b"", b"", b"")

    fields = [member.certificate, member.duty, member.offer, b"counsellor", utf8("Björn"), u64(0)]
    for name, step, place, value in [
        ("an unknown role", "E2", 3, b"guest"),
        ("an empty pseudonym", "E2", 4, b""),
        ("a pseudonym of 41 characters", "E2", 4, b"x" * 41),
        ("a pseudonym with a control character", "E2", 4, b"A\x85".decode("latin1").encode()),
        ("a pseudonym in NFD", "Suite", 4, "Bjo\u0308rn".encode()),
        ("a history that begins later", "E2", 5, u64(2)),
        ("a short certificate hash", "Suite", 0, bytes(31)),
        ("an absent duty key", "Suite", 1, b""),
        ("an absent offer", "Suite", 2, b""),
    ]:
        changed = [value if at == place else item for at, item in enumerate(fields)]
        refuses(f"a member with {name}", step, with_member(pack(changed)))
    refuses("a member of five values", "Suite", with_member(pack(fields[:5])))
    refuses("a member of seven values", "Suite", with_member(pack([*fields, b""])))
    forty = pack([*fields[:4], ("👩" * 40).encode(), fields[5]])
    v.accepts("a pseudonym of 40 characters", "announcement", realm=REALM, doc=with_member(forty))


def _offer(**changes: Any) -> Offer:
    offer = Offer(of("sid"), of("A"), "accept", of("c"), of("d"), of("r"), 1_800_000_000)
    return replace(offer, **changes)


def offers(v: Vectors) -> None:
    def refuses(name: str, step: str, doc: bytes) -> None:
        v.refuses(f"offer: {name}", step, "offer", realm=REALM, doc=doc)

    for purpose in ("accept", "handover", "supervise", "interpret"):
        v.accepts(f"an offer to {purpose}", "offer", realm=REALM, doc=_offer(purpose=purpose).encode(REALM))
    rejoin = _offer(purpose="rejoin", replaced=of("old"))
    v.accepts("an offer to rejoin", "offer", realm=REALM, doc=rejoin.encode(REALM))
    refuses("to rejoin without a replaced duty key", "E5", replace(rejoin, replaced=b"").encode(REALM))
    refuses("to accept with a replaced duty key", "E5", _offer(replaced=of("old")).encode(REALM))
    refuses("an unknown purpose", "E5", _offer(purpose="guest").encode(REALM))
    refuses("a replaced duty key of 31 bytes", "Suite", _offer(replaced=bytes(31)).encode(REALM))
    refuses("a short certificate hash", "Suite", _offer(certificate=bytes(31)).encode(REALM))
    refuses("an absent roster", "Suite", _offer(roster=b"").encode(REALM))
    refuses("a byte too many", "Suite", _offer().encode(REALM) + b"\0")
    refuses("of a demo", "Suite", _offer().encode("varsam-demo"))


def headers(v: Vectors) -> None:
    header = Header(of("sid"), 1, of("sender"), 7, of("prev"), 12, of("head"))
    v.accepts("a header", "header", realm=REALM, doc=header.encode(REALM))

    def refuses(name: str, doc: bytes) -> None:
        v.refuses(f"header: {name}", "Suite", "header", realm=REALM, doc=doc)

    refuses("a short sender", replace(header, sender=bytes(31)).encode(REALM))
    refuses("an absent prev", replace(header, previous=b"").encode(REALM))
    refuses("a seq of 2^53", replace(header, seq=2**53).encode(REALM))
    refuses("a byte too many", header.encode(REALM) + b"\0")
    refuses("a byte too few", header.encode(REALM)[:-1])
    refuses("of a demo", header.encode("varsam-demo"))


def padding(v: Vectors) -> None:
    for size in (0, 1, 252, 253, 1020, 1021, 4092):
        padded = v.accepts(f"padding of {size} bytes", "pad", data=of("x")[:1] * size)
        v.accepts(f"padding of {size} bytes taken off", "unpad", data=padded)
    data = pad(b"hej")
    for name, wrong in {
        "a pad byte that is not zero": data[:-1] + b"\1",
        "the first pad byte not zero": data[:7] + b"\1" + data[8:],
        "a larger size than needed": data.ljust(1024, b"\0"),
        "a size of 512": data.ljust(512, b"\0"),
        "a length beyond the size": b"\0\0\1\0" + data[4:],
        "a length of 4 GiB": b"\xff\xff\xff\xff" + data[4:],
        "a byte too few": data[:-1],
        "nothing": b"",
        "a size of 4,097": (4093).to_bytes(4, "big") + bytes(4093),
    }.items():
        v.refuses(f"padding: {name}", "F2", "unpad", data=wrong)


def plaintexts(v: Vectors) -> None:
    text = Plain("text", of("id")[:16], 0, 1, utf8("Jag behöver prata. 💛"))
    end = counts_body([])

    def accepts(name: str, plain: Plain) -> None:
        v.accepts(f"plaintext: {name}", "plain", realm=REALM, doc=plain.encode(REALM))

    def refuses(name: str, step: str, plain: Plain) -> None:
        v.refuses(f"plaintext: {name}", step, "plain", realm=REALM, doc=plain.encode(REALM))

    accepts("a text", text)
    accepts("an empty text", replace(text, body=b""))
    accepts("the last part of three", replace(text, part=2, parts=3))
    accepts("a read", replace(text, kind="read", body=u64(9)))
    accepts("an end that counts nothing", replace(text, kind="end", body=end))
    counted = pack([pack([of("sender"), u64(1), u64(4)])])
    accepts("an end that counts", replace(text, kind="end", body=counted))
    for kind in ("seen", "pause", "resume", "leave"):
        accepts(f"a {kind}", replace(text, kind=kind, body=b""))
        refuses(f"a {kind} with a body", "F2", replace(text, kind=kind, body=b"x"))
    refuses("an unknown kind", "F2", replace(text, kind="typing"))  # type: ignore[arg-type]
    refuses("a kind in capitals", "F2", replace(text, kind="TEXT"))  # type: ignore[arg-type]
    refuses("part = parts", "F2", replace(text, part=1))
    refuses("no parts", "F2", replace(text, parts=0))
    refuses("a message id of 15 bytes", "F2", replace(text, id=bytes(15)))
    refuses("a message id of 17 bytes", "F2", replace(text, id=bytes(17)))
    refuses("a text that is not UTF-8", "Suite", replace(text, body=b"\xff"))
    refuses("a text in NFD", "Suite", replace(text, body="o\u0308".encode()))
    refuses("a read without an index", "Suite", replace(text, kind="read", body=b""))
    refuses("a read of 2^53", "Suite", replace(text, kind="read", body=u64(2**53)))
    refuses(
        "an end of elements with two values",
        "Suite",
        replace(text, kind="end", body=pack([pack([ZEROS, u64(0)])])),
    )
    refuses("an end with a byte too many", "Suite", replace(text, kind="end", body=counted + b"\0"))
    demo = text.encode("varsam-demo")
    v.refuses("plaintext: of a demo", "Suite", "plain", realm=REALM, doc=demo)


def frames(v: Vectors) -> None:
    header = Header(of("sid"), 1, of("sender"), 7, of("prev"), 12, of("head"))
    plain = Plain("text", of("id")[:16], 0, 1, utf8("hej"))
    given: dict[str, Any] = {"realm": REALM, "secret": of("s"), "header": header.encode(REALM)}
    sealed = seal_frame(REALM, of("s"), header, plain)
    v.accepts("a frame opens", "frame-open", **given, ciphertext=sealed)
    for size, length in ((1024, 400), (4096, 2000)):
        long = seal_frame(REALM, of("s"), header, replace(plain, body=b"a" * length))
        v.accepts(f"a frame of {size} bytes opens", "frame-open", **given, ciphertext=long)
    for name, wrong in {
        "one bit flipped": bytes([sealed[0] ^ 1]) + sealed[1:],
        "one bit of the tag flipped": sealed[:-1] + bytes([sealed[-1] ^ 1]),
        "cut short": sealed[:-1],
        "a byte too many": sealed + b"\0",
        "nothing": b"",
        "the tag alone": sealed[-16:],
    }.items():
        v.refuses(f"frame: {name}", "F2", "frame-open", **given, ciphertext=wrong)

    def refuses(name: str, **changes: Any) -> None:
        v.refuses(f"frame: {name}", "F2", "frame-open", **given | changes, ciphertext=sealed)

    refuses("under another secret", secret=of("t"))
    refuses("under another seq", header=replace(header, seq=8).encode(REALM))
    refuses("of another sender", header=replace(header, sender=of("else")).encode(REALM))
    refuses("in another epoch", header=replace(header, epoch=2).encode(REALM))
    refuses("with another head", header=replace(header, head=of("h")).encode(REALM))
