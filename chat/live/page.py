"""A browser's page that comes back with every request: what its short connections have in common."""

from dataclasses import dataclass

from chat.rules.limits import TokenBucket


@dataclass(frozen=True)
class Page:
    """`name`: what its presence stands under, which is left to run out between two requests; `bucket`: its speed."""

    name: str
    bucket: TokenBucket
