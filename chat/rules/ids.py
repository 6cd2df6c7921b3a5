"""PURE: the ids that rules, store and live exchange. It knows nothing of what they stand for."""

from typing import NewType

Sid = NewType("Sid", str)
"""A conversation (K6): 32 bytes as base64url, as on the wire."""
Lease = NewType("Lease", str)
"""The short reservation of one visitor for one counsellor (S5): 32 random bytes as base64url, as on the wire."""
Sender = NewType("Sender", bytes)
"""Who writes: H(duty), or the visitor's name (K6, F1). 32 bytes."""
CallbackId = NewType("CallbackId", str)
"""A request for a call (C1): 32 bytes as base64url, as on the wire."""
