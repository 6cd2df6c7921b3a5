"""The strict headers that every answer carries, errors included, and the content policies of the few pages.

Knows no route: a page that needs more than nothing says so itself, and what it says stands.
"""

from collections.abc import Mapping
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_OFF = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "clipboard-read", "display-capture", "encrypted-media",
    "fullscreen", "gamepad", "geolocation", "gyroscope", "hid", "identity-credentials-get", "idle-detection", "local-fonts",
    "magnetometer", "microphone", "midi", "otp-credentials", "payment", "picture-in-picture", "serial", "storage-access", "usb",
    "xr-spatial-tracking",
)  # fmt: skip

NOTHING: Final = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
SANDBOX: Final = "sandbox allow-scripts allow-forms allow-top-navigation-by-user-activation allow-top-navigation-to-custom-protocols"
STRICT: Final[Mapping[str, str]] = {
    "cache-control": "no-store",
    "content-security-policy": NOTHING,
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": ", ".join(f"{feature}=()" for feature in _OFF),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
CROSS_ORIGIN: Final[Mapping[str, str]] = {
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
}
"""Of what a sandbox fetches: its origin is opaque, so everything is another origin to it (S7)."""


def visitor_policy(origin: str, style: str) -> str:
    """The standalone chat: scripts and sockets of the service only, without an origin of its own (Trace 1). `style`: the hash of the
    one style sheet that stands in the page.
    """
    return (
        f"{SANDBOX}; default-src 'none'; script-src {origin}/f/; connect-src {origin} {socket_origin(origin)}; "
        f"style-src '{style}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types varsam"
    )


def help_policy(style: str) -> str:
    """A page of words: no script at all."""
    return (
        f"{SANDBOX.replace(' allow-scripts', '')}; default-src 'none'; style-src '{style}'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    )


def console_policy(origin: str) -> str:
    """The console: its own scripts and its own socket."""
    return (
        f"default-src 'none'; script-src {origin}/staff/s/; connect-src {origin} {socket_origin(origin)}; "
        "style-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )


def socket_origin(origin: str) -> str:
    """The same origin as sockets name it."""
    return origin.replace("http", "ws", 1)


class StrictHeaders:
    """Adds what an answer does not say itself. `https`: whether the service is reached by TLS."""

    def __init__(self, app: ASGIApp, https: bool) -> None:
        self._app = app
        headers = dict(STRICT) | ({"strict-transport-security": "max-age=63072000"} if https else {})
        self._headers = [(name.encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_strictly(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                said = message.setdefault("headers", [])
                names = {name.lower() for name, _ in said}
                message["headers"] = [*said, *(pair for pair in self._headers if pair[0] not in names)]
            await send(message)

        await self._app(scope, receive, send_strictly if scope["type"] == "http" else send)
