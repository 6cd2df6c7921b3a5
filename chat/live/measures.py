"""Figures for the operator: how many of what, and never of whom. Knows no id, address or text."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


class Measures:
    """One process's figures."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.sockets = Gauge("varsam_sockets", "Open sockets.", ["side"], registry=self.registry)
        self.started = Counter(
            "varsam_conversations_started", "Conversations opened.", registry=self.registry
        )
        self.taken = Counter("varsam_visitors_taken", "Visitors that were leased.", registry=self.registry)
        self.returned = Counter(
            "varsam_leases_returned", "Leases that were not used.", registry=self.registry
        )
        self.ended = Counter(
            "varsam_conversations_ended", "Conversations that ended.", ["reason"], registry=self.registry
        )
        self.appended = Counter(
            "varsam_entries_appended", "Entries that browsers appended.", registry=self.registry
        )
        self.refused = Counter(
            "varsam_requests_refused", "Requests that were refused.", ["code"], registry=self.registry
        )

    def text(self) -> bytes:
        """All of them, as Prometheus reads them."""
        return generate_latest(self.registry)
