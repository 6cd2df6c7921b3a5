"""The client manifest (K4): which code and words a release serves to browsers, so that somebody outside can compare. PURE."""

from collections.abc import Mapping

from chat.crypto.encoding import Realm, digest, enc, pack, utf8


def manifest_hash(realm: Realm, files: Mapping[str, bytes]) -> bytes:
    """H(manifest), as a roster names it. `files`: path from the origin on → SHA-256 of its content."""
    rows = pack(pack([utf8(path), files[path]]) for path in sorted(files))
    return digest(enc(realm, "client-manifest", rows))
