"""Writing frames (F1–F3): one sender's next header, its sealing and its signature.

PURE. A `Writer` counts its own frames, since several may be on their way before the first is in the log; it never seals
twice with one (sender, e, seq), because a key and nonce must never meet twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from chat.crypto.encoding import Realm, utf8
from chat.crypto.entries import FrameEntry
from chat.crypto.frames import Header, Plain, frame_bytes, frame_hash, seal_frame
from chat.crypto.log import Log, Place
from chat.crypto.signing import DutyKey, PrivateKey, VisitorKey

FrameKey = PrivateKey[DutyKey] | PrivateKey[VisitorKey]
"""What signs a frame (F3)."""
TEXT_BYTES = 3_900
"""Of one part of a text: fits the greatest frame with every other field (F2)."""


@dataclass
class Writer:
    """One page's pen in one conversation. `sender`: H(duty) or the visitor's name (K6)."""

    realm: Realm
    sid: bytes
    sender: bytes
    epoch: int = 0
    place: Place = field(default_factory=Place)

    def write(self, log: Log, key: FrameKey, plain: Plain) -> FrameEntry:
        """The next frame, in the log's newest epoch, having seen all of the log."""
        if log.newest.epoch != self.epoch:
            self.epoch, self.place = log.newest.epoch, Place()
        header = Header(
            self.sid, self.epoch, self.sender, self.place.seq, self.place.previous, log.index, log.heads[-1]
        )
        ciphertext = seal_frame(self.realm, log.secrets[self.epoch], header, plain)
        data = header.encode(self.realm)
        self.place = Place(self.place.seq + 1, frame_hash(self.realm, data, ciphertext))
        return FrameEntry(data, ciphertext, key.sign(frame_bytes(self.realm, data, ciphertext)))


def split_text(text: str) -> Iterator[bytes]:
    """The parts of a text, none longer than `TEXT_BYTES`, none cut inside a character; one of nothing for no text."""
    data = utf8(text)
    while len(data) > TEXT_BYTES:
        cut = TEXT_BYTES
        while data[cut] & 0xC0 == 0x80:
            cut -= 1
        yield data[:cut]
        data = data[cut:]
    yield data


def text_parts(text: str, message_id: bytes) -> list[Plain]:
    """A text as frames' plaintexts. `message_id`: 16 random bytes."""
    bodies = list(split_text(text))
    return [Plain("text", message_id, part, len(bodies), body) for part, body in enumerate(bodies)]
