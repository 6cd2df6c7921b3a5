"""Cases of C1 to C5 and W1: versions, what is sealed in them, the team key and its shares, the code, notes, and work."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chat.crypto import callbacks
from chat.crypto.callback_parts import Card, Number
from chat.crypto.callbacks import (
    Part,
    PartName,
    Place,
    Sealed,
    Version,
    Window,
    ask_document,
    callback_id,
    encode_windows,
    seal_callback_blob,
    seal_part,
)
from chat.crypto.chain import DAY, HOUR, Signed, Span
from chat.crypto.encoding import Realm, digest, enc, pack, u64, utf8
from chat.crypto.hpke import DeviceSealKey, OpenKey, TeamSealKey
from chat.crypto.notes import NOTE_CHARACTERS, Note, seal_note
from chat.crypto.signing import CallbackKey, PrivateKey
from chat.crypto.teamkeys import TEAM_SECONDS, Team, issue_team, parse_team, seal_share
from chat.crypto.work import do_work, target_for
from tools.vectors.encodings import REALM, of
from tools.vectors.file import Vectors
from tools.vectors.page import NOW, Case, altered, record
from tools.vectors.returns import WORDS

KEY = of("part key")
HALF = of("half")
NINE, HALF_PAST = NOW, NOW + 1_800
WINDOWS = (Window(NINE, NINE + 3_600), Window(NINE + DAY, NINE + DAY + 1_800))
EXPIRY = WINDOWS[-1].end + 3 * DAY


class Writer:
    """Somebody who asks for a call, and the team key that it is sealed to."""

    def __init__(self) -> None:
        self.key = PrivateKey.generate(CallbackKey)
        self.id = callback_id(REALM, self.key.public)
        self.team_seed = of("team seed")
        self.device = OpenKey(DeviceSealKey, of("device seed"))
        self.case = Case(Vectors())
        self.team_doc = issue_team(
            REALM, self.case.amina.key, self.case.o.root.hash, self.opener.public, Span(NOW, NOW + 7 * DAY)
        )
        self.team: Team = parse_team(REALM, self.team_doc.doc)

    @property
    def opener(self) -> OpenKey[TeamSealKey]:
        return OpenKey(TeamSealKey, self.team_seed)

    def version(self, raw: bytes = b"", **changes: Any) -> Version:
        fields: dict[str, Any] = {"windows": WINDOWS, "language": "sv", "expiry": EXPIRY} | changes
        return Version(self.id, fields.pop("number", 1), fields.pop("sealed", digest(raw)), **fields)

    def card(self, **changes: Any) -> Card:
        told: dict[str, Any] = {
            "windows": encode_windows(WINDOWS),
            "zone": "Europe/Stockholm",
            "who": "Bara jag själv.",
            "answer": "cover",
            "cover": "library",
            "our_word": "äppelträd",
            "not_free_word": "fel nummer",
            "language": "sv",
            "caller": "woman",
            "entrance": "self",
        }
        return Card(**(told | changes))

    def part(self, name: PartName, plain: bytes, place: Place | None = None, half: bytes = HALF) -> Part:
        return seal_part(place or Place(REALM, self.id, 1, name), self.team, KEY, half, plain)

    def sealed(self, card: bytes | None = None, number: bytes | None = None) -> Sealed:
        plain = card if card is not None else self.card().encode(REALM)
        digits = number if number is not None else Number("+46701740605").encode(REALM)
        return Sealed(self.team.hash, self.part("card", plain), self.part("number", digits))

    def given(self, sealed: Sealed | None = None, **changes: Any) -> dict[str, Any]:
        raw = (sealed or self.sealed()).encode(REALM)
        doc = self.version(raw).encode(REALM)
        return {"realm": REALM, "doc": doc, "sealed": raw, "seed": self.team_seed, "half": HALF} | changes


def add(v: Vectors) -> None:
    w = Writer()
    versions(v, w)
    signatures(v, w)
    cards(v, w)
    parts(v, w)
    numbers(v, w)
    codes(v)
    teams(v, w)
    shares(v, w)
    notes(v, w)
    works(v)


def versions(v: Vectors, w: Writer) -> None:
    def reads(name: str, **changes: Any) -> None:
        v.accepts(f"callback: {name}", "callback", realm=REALM, doc=w.version(**changes).encode(REALM))

    def refuses(name: str, step: str, **changes: Any) -> None:
        doc = w.version(**changes).encode(REALM)
        v.refuses(f"callback: {name}", step, "callback", realm=REALM, doc=doc)

    half_hours = [Window(NINE + n * 3_600, NINE + n * 3_600 + 1_800) for n in range(43)]
    reads("two windows")
    reads("a later version", number=7)
    reads("one window of half an hour", windows=half_hours[:1])
    reads("42 windows", windows=half_hours[:42], expiry=half_hours[41].end)
    reads("windows that touch", windows=(Window(NINE, HALF_PAST), Window(HALF_PAST, NINE + 3_600)))
    _no_window(v, w)
    refuses("43 windows", "C1", windows=half_hours, expiry=half_hours[42].end)
    refuses("a window of nothing", "C1", windows=[Window(NINE, NINE)])
    refuses("a window that ends before it begins", "C1", windows=[Window(HALF_PAST, NINE)])
    refuses("a window of 20 minutes", "C1", windows=[Window(NINE, NINE + 1_200)])
    refuses("a window from ten past", "C1", windows=[Window(NINE + 600, HALF_PAST + 1_800)])
    refuses(
        "windows that overlap", "C1", windows=[Window(NINE, NINE + 3_600), Window(HALF_PAST, NINE + 7_200)]
    )
    refuses("windows that fall", "C1", windows=tuple(reversed(WINDOWS)), expiry=EXPIRY + DAY)
    refuses("version 0", "C1", number=0)
    refuses("an end before the last window's", "C1", expiry=WINDOWS[-1].end - 1)
    reads("of a professional", queue="work")
    refuses("a queue that there is not", "C1", queue="other")
    refuses("no language", "C1", language="")
    refuses("17 letters of language", "C1", language="a" * 17)
    refuses("a short hash", "Suite", sealed=bytes(31))
    doc = w.version().encode(REALM)
    v.refuses("callback: of a demo", "Suite", "callback", realm=REALM, doc=w.version().encode("varsam-demo"))
    v.refuses("callback: an item too many", "Suite", "callback", realm=REALM, doc=doc + bytes(4))
    one = pack([pack([u64(NINE)])])
    items = [w.id, u64(1), of("x"), one, utf8("sv"), u64(EXPIRY), b""]
    v.refuses(
        "callback: a window of one time", "Suite", "callback", realm=REALM, doc=enc(REALM, "callback", *items)
    )


def _no_window(v: Vectors, w: Writer) -> None:
    items = [w.id, u64(1), of("x"), b"", utf8("sv"), u64(EXPIRY), b""]
    v.refuses("callback: no window", "C1", "callback", realm=REALM, doc=enc(REALM, "callback", *items))


def signatures(v: Vectors, w: Writer) -> None:
    sealed = w.sealed().encode(REALM)
    doc = w.version(sealed).encode(REALM)
    good = {"realm": REALM, "doc": doc, "sig": w.key.sign(doc), "key": w.key.public.raw, "sealed": sealed}
    v.accepts("callback: signed", "callback-signed", **good)
    other = PrivateKey.generate(CallbackKey)

    def refuses(name: str, step: str, **changes: Any) -> None:
        v.refuses(f"callback: {name}", step, "callback-signed", **(good | changes))

    refuses("by another key", "C1", sig=other.sign(doc))
    refuses("with another key beside it", "C1", key=other.public.raw)
    refuses("with an altered signature", "C1", sig=altered(Signed(doc, good["sig"])).sig)  # type: ignore[arg-type]
    refuses("about other bytes", "C1", sealed=sealed[:-1] + bytes([sealed[-1] ^ 1]))
    refuses("with a compressed key", "Suite", key=b"\x02" + w.key.public.raw[1:33])
    v.accepts(
        "callback: ask for the status", "callback-ask", realm=REALM, doc=ask_document(REALM, w.id, "status")
    )
    v.accepts("callback: take back", "callback-ask", realm=REALM, doc=ask_document(REALM, w.id, "cancel"))
    show = enc(REALM, "callback-ask", w.id, utf8("show"))
    v.refuses("callback: ask for what was asked", "C3", "callback-ask", realm=REALM, doc=show)
    short = enc(REALM, "callback-ask", w.id[1:], utf8("status"))
    v.refuses("callback: ask about a short id", "Suite", "callback-ask", realm=REALM, doc=short)


def cards(v: Vectors, w: Writer) -> None:
    def opens(name: str, **changes: Any) -> None:
        card = w.card(**changes).encode(REALM)
        v.accepts(f"card: {name}", "callback-card", **w.given(w.sealed(card)))

    def refuses(name: str, step: str, **changes: Any) -> None:
        card = w.card(**changes).encode(REALM)
        v.refuses(f"card: {name}", step, "callback-card", **w.given(w.sealed(card)))

    empty = dict.fromkeys(
        ("zone", "who", "answer", "cover", "our_word", "not_free_word", "caller", "entrance"), ""
    )
    opens("all that can be told")
    opens("nothing but the times", **empty)
    opens("own words", cover="", own_words="Säg att det gäller en enkät.")
    opens("hang up", answer="hang-up", cover="")
    opens("text message and voicemail", text_message=True, voicemail=True)
    opens("300 characters beyond the first plane", cover="", own_words="🌲" * 150)
    refuses("other times than outside", "C3", windows=encode_windows(WINDOWS[:1]))
    refuses("another language than outside", "C3", language="so")
    refuses("of a professional, and not outside", "C3", entrance="work")
    refuses("a cover and own words", "C2", own_words="x")
    refuses("a cover where none is to be told", "C2", answer="hang-up")
    refuses("no cover where one is to be told", "C2", cover="")
    refuses("an unknown answer", "C2", answer="shout")
    refuses("an unknown caller", "C2", caller="child")
    refuses("an unknown entrance", "C2", entrance="back")
    refuses("a name of 101 characters", "C2", who="a" * 101)
    refuses("own words of 301 characters", "C2", cover="", own_words="a" * 301)
    refuses("a line break", "C2", who="a\nb")
    raw = w.card().encode(REALM)
    v.refuses(
        "card: of a demo", "Suite", "callback-card", **w.given(w.sealed(w.card().encode("varsam-demo")))
    )
    v.refuses("card: with an item too many", "Suite", "callback-card", **w.given(w.sealed(raw + bytes(4))))
    decomposed = raw.replace("äp".encode(), "a\u0308".encode())
    v.refuses("card: not in NFC", "Suite", "callback-card", **w.given(w.sealed(decomposed)))


def parts(v: Vectors, w: Writer) -> None:
    """What a part is bound to."""
    good = w.sealed()

    def refuses(name: str, sealed: Sealed, step: str = "C2", **changes: Any) -> None:
        v.refuses(f"part: {name}", step, "callback-card", **w.given(sealed, **changes))

    plain = w.card().encode(REALM)
    refuses("another half", good, half=of("another half"))
    refuses("a short half", good, "Suite", half=bytes(31))
    refuses("another team's seed", good, seed=of("another seed"))
    places: dict[str, Callable[[Place], Place]] = {
        "of another request": lambda place: replace(place, id=of("another")),
        "of another version": lambda place: replace(place, version=2),
        "the number in the card's place": lambda place: replace(place, part="number"),
        "of a demo": lambda place: replace(place, realm="varsam-demo"),
    }
    here = Place(REALM, w.id, 1, "card")
    for name, moved in places.items():
        refuses(name, replace(good, card=w.part("card", plain, moved(here))))
    refuses("the other part's wrap", replace(good, card=Part(good.card.ciphertext, good.number.wrap)))
    refuses("named for another team", replace(good, team=of("another team")))
    flipped = good.card.ciphertext[:-1] + bytes([good.card.ciphertext[-1] ^ 1])
    refuses("a flipped bit", replace(good, card=Part(flipped, good.card.wrap)))
    refuses("no wrap", replace(good, card=Part(good.card.ciphertext, b"")))
    for name, raw in {
        "padded to 2,048 bytes": callbacks.pad(plain, 2_048),
        "padded with a one": callbacks.pad(plain, 4_096)[:-1] + b"\1",
        "longer than its padding": (4_093).to_bytes(4, "big") + bytes(4_092),
    }.items():
        refuses(name, replace(good, card=_unpadded(w, here, raw)))


def _unpadded(w: Writer, place: Place, raw: bytes) -> Part:
    """As `seal_part`, around bytes that no honest page pads so."""
    ciphertext = AESGCM(KEY).encrypt(bytes(12), raw, place.aad)
    return Part(ciphertext, w.team.key.seal(place.info(ciphertext, w.team.hash), callbacks.xor(KEY, HALF)))


def numbers(v: Vectors, w: Writer) -> None:
    def given(number: str, realm: Realm = REALM) -> dict[str, Any]:
        return w.given(w.sealed(number=enc(realm, "callback-number", utf8(number))))

    for number in ("+46701740605", "+252612345678", "+123456", "+123456789012345"):
        v.accepts(f"number: {number}", "callback-number", **given(number))
    for number in (
        "0701740605",
        "+46 70 174 06 05",
        "+12345",
        "+1234567890123456",
        "+4670174060a",
        "",
        "+٤٦٧٠١٧٤٠٦",
    ):
        v.refuses(f"number: {number or 'nothing'}", "C2", "callback-number", **given(number))
    v.refuses("number: of a demo", "Suite", "callback-number", **given("+46701740605", "varsam-demo"))
    v.refuses("number: with another half", "C2", "callback-number", **(given("+123456") | {"half": of("x")}))


def codes(v: Vectors) -> None:
    given: dict[str, Any] = {"realm": REALM, "root": of("root"), "version": "sv-1", "words": list(WORDS)}
    called = v.accepts("callback code", "callback-code", **given)
    v.accepts("callback code in capitals", "callback-code", **(given | {"words": [w.upper() for w in WORDS]}))
    returned = v.accepts("the return code of the same words", "return-code", **given)
    if set(called.values()) & set(returned.values()):
        raise AssertionError("a callback's code is never a conversation's")
    key, own = of("key"), PrivateKey.generate(CallbackKey)
    scalar, public = own.scalar_bytes(), own.public.raw
    another = PrivateKey.generate(CallbackKey).public.raw

    def under(realm: Realm = REALM, scalar: bytes = scalar, public: bytes = public) -> bytes:
        return seal_callback_blob(realm, key, bytes(12), scalar, public)

    sealed = under()

    def refuses(name: str, step: str, sealed: bytes, key: bytes = key) -> None:
        v.refuses(
            f"under a callback's code: {name}", step, "callback-blob", realm=REALM, key=key, sealed=sealed
        )

    v.accepts("under a callback's code", "callback-blob", realm=REALM, key=key, sealed=sealed)
    refuses("by other words", "C3", sealed, of("another"))
    refuses("cut short", "C3", sealed[:-1])
    refuses("nothing", "C3", b"")
    refuses("of a demo", "Suite", under("varsam-demo"))
    refuses("a short key", "Suite", under(scalar=scalar[1:]))
    refuses("no key", "C3", under(scalar=bytes(32)))
    refuses("with another's public half", "C3", under(public=another))
    refuses("with a short public half", "C3", under(public=public[:-1]))
    refuses("with no public half", "C3", under(public=b""))


def teams(v: Vectors, w: Writer) -> None:
    c = w.case
    taking = c.o.lists([c.amina, c.bjorn], callbacks=[c.amina, c.bjorn])
    fresh = c.o.refreshes(taking)
    steps = [c.page.roster(taking)]
    week = Span(NOW, NOW + 7 * DAY)

    def given(team: Signed, **changes: Any) -> dict[str, Any]:
        documents = [record(document) for document in c.o.documents_of(c.amina)]
        about = {"signer": c.amina.certificate.hash, "documents": documents, "now": NOW, "trust": steps}
        return {"realm": REALM, "root": c.o.root.hash, "team": record(team)} | about | changes

    def team(span: Span = week, **changes: Any) -> Signed:
        key = changes.get("key", w.opener.public)
        return issue_team(
            REALM, changes.get("by", c.amina).key, changes.get("root", c.o.root.hash), key, span
        )

    def refuses(name: str, step: str, team: Signed, **changes: Any) -> None:
        v.refuses(f"team: {name}", step, "team", **given(team, **changes))

    v.accepts("team", "team", **given(team()))
    v.accepts(
        "team: without freshness, and with it",
        "team",
        **given(team(), trust=[*steps, c.page.freshness(fresh)]),
    )
    v.accepts("team: good for exactly 8 days", "team", **given(team(Span(NOW, NOW + TEAM_SECONDS))))
    v.accepts("team: over since less than the tolerance", "team", **given(team(Span(NOW - DAY, NOW - HOUR))))
    refuses("good for longer than 8 days", "C2", team(Span(NOW, NOW + TEAM_SECONDS + 1)))
    refuses("over", "C2", team(Span(NOW - DAY, NOW - HOUR - 1)))
    refuses("not good yet", "C2", team(Span(NOW + HOUR + 1, NOW + DAY)))
    refuses("of another root", "C2", team(root=of("another")))
    refuses("signed by another than named", "C2", team(by=c.bjorn))
    refuses("altered", "C2", altered(team()))
    refuses("without a roster", "K4", team(), trust=[])
    refuses("by a device that takes none", "C2", team(), trust=[c.page.roster(c.o.lists([c.amina]))])
    refuses("by a device that is not listed", "K4", team(), trust=[c.page.roster(c.o.lists([c.bjorn]))])
    gone = c.page.freshness(c.o.refreshes(taking, revoked=[c.amina]))
    refuses("by a revoked device", "K4", team(), trust=[*steps, gone])
    refuses("without its signer's certificate", "K3", team(), documents=[])
    good = team()
    refuses(
        "with an item too many", "Suite", Signed(good.doc + bytes(4), c.amina.key.sign(good.doc + bytes(4)))
    )


def shares(v: Vectors, w: Writer) -> None:
    good = {
        "realm": REALM,
        "team": w.team_doc.doc,
        "seed": of("device seed"),
        "sealed": seal_share(REALM, w.team, w.team_seed, w.device.public),
    }

    def refuses(name: str, step: str, **changes: Any) -> None:
        v.refuses(f"share: {name}", step, "team-share", **(good | changes))

    v.accepts("share", "team-share", **good)
    refuses("for another device", "C2", seed=of("another device"))
    refuses("of another key", "C2", sealed=seal_share(REALM, w.team, of("another seed"), w.device.public))
    refuses("a short seed", "Suite", sealed=seal_share(REALM, w.team, bytes(31), w.device.public))
    other = replace(w.team, hash=of("another team"))
    refuses("of another team", "C2", sealed=seal_share(REALM, other, w.team_seed, w.device.public))
    refuses("cut short", "C2", sealed=good["sealed"][:1_000])


def notes(v: Vectors, w: Writer) -> None:
    note = Note("Amina", NOW, "Ring inte efter tio.\nHon svarar själv.")

    def given(note: Note, on: bytes = b"", **changes: Any) -> dict[str, Any]:
        sealed = seal_note(REALM, w.team, on, note)
        return {
            "realm": REALM,
            "hash": w.team.hash,
            "seed": w.team_seed,
            "about": on,
            "sealed": sealed,
        } | changes

    v.accepts("note for the next shift", "callback-note", **given(note))
    v.accepts("note on a request", "callback-note", **given(note, w.id))
    v.refuses("note on another request", "C5", "callback-note", **given(note, w.id, about=of("another")))
    v.refuses("note of one request for the shift", "C5", "callback-note", **given(note, w.id, about=b""))
    v.refuses("note under another team", "C5", "callback-note", **given(note, hash=of("another")))
    long = replace(note, text="a" * (NOTE_CHARACTERS + 1))
    v.refuses("note that is too long", "C5", "callback-note", **given(long))
    v.refuses("note with a control character", "C5", "callback-note", **given(replace(note, text="a\0b")))
    v.refuses("note by nobody", "C5", "callback-note", **given(replace(note, pseudonym="")))


def works(v: Vectors) -> None:
    challenge, body, target = of("challenge") + of("more"), of("body"), target_for(6)
    n = do_work(REALM, "callback", challenge, target, body)
    good = {
        "realm": REALM,
        "purpose": "callback",
        "challenge": challenge,
        "target": target,
        "body": body,
        "n": n,
    }
    done = v.accepts("work", "work", **good)
    v.accepts("work: just below the target", "work", **(good | {"target": _above(done)}))

    def refuses(name: str, step: str, **changes: Any) -> None:
        v.refuses(f"work: {name}", step, "work", **(good | changes))

    tight = {"target": _above(done)}
    refuses("exactly the target", "W1", target=done)
    refuses("for another purpose", "W1", **tight, purpose="start")
    refuses("for another challenge", "W1", **tight, challenge=of("another"))
    refuses("for another body", "W1", **tight, body=of("another"))
    refuses("another n", "W1", **tight, n=n + 1)
    refuses("a short target", "Suite", target=target[:31])


def _above(hashed: bytes) -> bytes:
    return (int.from_bytes(hashed, "big") + 1).to_bytes(32, "big")
