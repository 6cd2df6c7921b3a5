"""Everything that the outside could keep: what passed both sockets and HTTP, every command to both stores,
every key in them.

Searching is by every form in which a sentence may hide: raw, base64 at three offsets (both alphabets), UTF-16 in
both orders, JSON-escaped, and inflated where a part of the haystack inflates.
"""

import base64
import json
import threading
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import redis
from playwright.sync_api import Page, Request, WebSocket


class Eavesdropper:
    """Listens from the moment it is told to; `heard()` is the haystack."""

    def __init__(self, store_sockets: list[Path]) -> None:
        self._pieces: list[bytes] = []
        self._stores = [redis.Redis(unix_socket_path=str(path)) for path in store_sockets]
        self._monitors = [_Monitor(path, self._pieces) for path in store_sockets]

    def listens_to(self, page: Page) -> None:
        page.on("websocket", self._listens_to_socket)
        page.on("request", self._hears_request)

    def _listens_to_socket(self, socket: WebSocket) -> None:
        socket.on("framesent", lambda payload: self._hears(payload))
        socket.on("framereceived", lambda payload: self._hears(payload))

    def _hears_request(self, request: Request) -> None:
        self._hears(request.url)
        self._hears(request.post_data_buffer or b"")

    def _hears(self, payload: str | bytes) -> None:
        self._pieces.append(payload.encode() if isinstance(payload, str) else payload)

    def plants(self, sentence: str, page: Page, url: str) -> None:
        """The control: the sentence in every form, through every ear, must be found afterwards."""
        for number, form in enumerate(forms(sentence)):
            for store in self._stores:
                store.set(f"varsam:control:{number}", form, ex=60)
        compressed = zlib.compress(sentence.encode() * 3)
        for store in self._stores:
            store.set("varsam:control:deflated", compressed, ex=60)
        page.evaluate(
            """([url, words]) => new Promise((done) => {
                const socket = new WebSocket(url, "varsam.v1");
                socket.onopen = () => socket.send(words);
                socket.onclose = done;
            })""",
            [url, sentence],
        )

    def heard(self) -> list[bytes]:
        """What was heard so far, and what both stores hold now."""
        for store in self._stores:
            self._pieces.extend(everything_in(store))
        return list(self._pieces)

    def keys(self) -> set[bytes]:
        """The names of everything in both stores."""
        return {key for store in self._stores for key in store.scan_iter(count=1_000)}

    def stops(self) -> None:
        for monitor in self._monitors:
            monitor.stop()
        for store in self._stores:
            store.close()


class _Monitor:
    """MONITOR on one store, read raw so that nothing is lost in decoding."""

    def __init__(self, path: Path, pieces: list[bytes]) -> None:
        self._client = redis.Redis(unix_socket_path=str(path))
        connection = self._client.connection_pool.get_connection()
        connection.send_command("MONITOR")  # type: ignore[no-untyped-call]
        assert connection.read_response() == b"OK"
        self._connection = connection
        self._thread = threading.Thread(target=self._reads, args=(pieces,), daemon=True)
        self._thread.start()

    def _reads(self, pieces: list[bytes]) -> None:
        while True:
            try:
                line = self._connection.read_response()
            except (redis.ConnectionError, OSError, ValueError, AttributeError):
                return
            # MONITOR escapes bytes as \xNN and quotes; undo it, so that what was hidden by escapes is seen.
            pieces.append(line)
            pieces.append(line.decode("latin-1").encode("latin-1").decode("unicode_escape").encode("latin-1"))

    def stop(self) -> None:
        self._connection.disconnect()  # type: ignore[no-untyped-call]
        self._thread.join(5)


def everything_in(store: redis.Redis) -> Iterator[bytes]:
    """Every key and every value of a store, whatever its type."""
    readers: dict[Any, Callable[[Any], Any]] = {
        b"string": store.get,
        b"hash": store.hgetall,
        b"stream": store.xrange,
        b"zset": lambda key: store.zrange(key, 0, -1, withscores=True),
        b"set": store.smembers,
        b"list": lambda key: store.lrange(key, 0, -1),
    }
    for key in store.scan_iter(count=1_000):
        yield key
        # A type that is not listed here would be a place that nobody searches: KeyError. None: expired meanwhile.
        yield from byte_strings(None if store.type(key) == b"none" else readers[store.type(key)](key))


def byte_strings(value: Any) -> Iterator[bytes]:
    """Every byte string in an answer, however nested."""
    if isinstance(value, bytes):
        yield value
    elif isinstance(value, dict):
        yield from byte_strings(list(value.items()))
    elif isinstance(value, list | tuple | set):
        for item in value:
            yield from byte_strings(item)


def forms(sentence: str) -> list[bytes]:
    """The byte strings that betray a sentence."""
    raw = sentence.encode()
    betraying = [
        raw,
        sentence.encode("utf-16-le"),
        sentence.encode("utf-16-be"),
        json.dumps(sentence)[1:-1].encode(),
    ]
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + raw)
        # What depends on the neighbours is cut off at both ends.
        core = encoded[(4 if offset else 0) : len(encoded) // 4 * 4 - 4]
        betraying += [core, core.replace(b"+", b"-").replace(b"/", b"_")]
    return betraying


def finds(sentence: str, haystack: list[bytes]) -> bool:
    """Whether any form of the sentence is anywhere in the haystack, also inside what can be inflated or
    base64-decoded.
    """
    needles = forms(sentence)
    return any(needle in piece for piece in (*haystack, *inflated(haystack)) for needle in needles)


def inflated(haystack: list[bytes]) -> Iterator[bytes]:
    for piece in haystack:
        for wbits in (15, -15, 31):
            for start in range(min(len(piece), 8)):
                try:
                    yield zlib.decompressobj(wbits).decompress(piece[start:])
                except zlib.error:
                    continue
