"""What a municipality pastes into its page, and what the policy of that page must allow (docs/embedding.md).

Knows addresses, hashes and words; no request. The snippet is a plain link that works without scripts, and a script whose hash
pins all code that a visitor runs.
"""

from html import escape

from chat.web.assets import Asset
from chat.web.headers import socket_origin
from chat.web.pages import words_of


def snippet(*, origin: str, root: str, loader: Asset, municipality: str, language: str) -> str:
    """The two elements, as HTML. `root`: H(R) as base64url; `municipality`: four digits."""
    words = escape(words_of(language)["loader"]["link"])
    return (
        f'<a href="{origin}/?lang={language}" data-varsam>{words}</a>\n'
        f'<script src="{origin}/{loader.path}" integrity="{loader.integrity}" crossorigin="anonymous" async '
        f'data-root="{root}" data-municipality="{municipality}" data-lang="{language}"></script>'
    )


def policy(origin: str) -> list[str]:
    """What the page's Content-Security-Policy must have, one directive a line; a page without one needs nothing."""
    return [
        f"script-src {origin}/w/ {origin}/f/",
        f"connect-src {origin} {socket_origin(origin)}",
        "frame-src 'self'",
    ]


TRUSTED_TYPES = "trusted-types varsam"
"""Beside them where a page requires Trusted Types."""


def explained(name: str, html: str, origin: str) -> str:
    """The snippet and the policy of the municipality called `name`, with what to do with them."""
    rules = "\n".join(policy(origin))
    return f"""Paste this where the link shall stand on the page of {name}:

{html}

Where the page has a Content-Security-Policy, add to it:

{rules}

and, only where it requires Trusted Types:

{TRUSTED_TYPES}

The page must carry no analytics and no session replay (docs/embedding.md). After an update of Varsam print it anew;
the old snippet works for as long as [assets] published keeps the files of its release."""
