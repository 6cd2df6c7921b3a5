"""Staff machines without screens, and the drafts that name them."""

import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from chat import staff_bodies, wire
from chat.crypto.chain import Role
from chat.crypto.encoding import b64
from chat.crypto.hpke import DeviceSealKey, OpenKey
from chat.crypto.signing import DeviceKey, PrivateKey


def machine(
    pseudonym: str, role: Role = "counsellor", *, freshness: bool = False
) -> staff_bodies.DraftDevice:
    """A machine that has just made its keys."""
    return staff_bodies.DraftDevice(
        pseudonym=pseudonym,
        role=role,
        signature_key=b64(PrivateKey.generate(DeviceKey).public.raw),
        hpke_key=b64(OpenKey(DeviceSealKey, os.urandom(32)).public.raw),
        may_sign_freshness=freshness,
    )


def writes_draft(
    path: Path,
    *devices: staff_bodies.DraftDevice,
    previous: wire.Roster | None = None,
    documents: Sequence[wire.Signed] = (),
) -> Path:
    draft = staff_bodies.Draft(devices=list(devices), documents=list(documents), previous=previous)
    path.write_bytes(msgspec.json.encode(draft))
    return path
