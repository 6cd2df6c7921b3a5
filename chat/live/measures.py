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
        self.fresh_until = Gauge(
            "varsam_fresh_until", "When freshness ends, Unix seconds; 0: none.", registry=self.registry
        )
        self.roster_until = Gauge(
            "varsam_roster_until", "When the roster ends, Unix seconds; 0: none.", registry=self.registry
        )
        self.alerts = Counter(
            "varsam_alerts_sent",
            "Times that those on call were told that something waits, without content.",
            ["reason", "way", "outcome"],
            registry=self.registry,
        )

        self.callbacks = Gauge(
            "varsam_callbacks", "Requests for a call, by how they stand.", ["stage"], registry=self.registry
        )
        self.callbacks_asked = Counter(
            "varsam_callbacks_asked",
            "Versions of requests for a call that were kept.",
            registry=self.registry,
        )
        self.callbacks_called = Counter(
            "varsam_callbacks_called", "Calls, by how they went.", ["outcome"], registry=self.registry
        )
        self.callbacks_erased = Counter(
            "varsam_callbacks_erased", "Requests for a call that were erased by time.", registry=self.registry
        )
        self.callbacks_kept = Gauge(
            "varsam_callbacks_kept_timestamp_seconds",
            "When what is over was last erased, from memory and files.",
            registry=self.registry,
        )
        self.callbacks_able = Gauge(
            "varsam_callbacks_able",
            "Devices that could open what is asked for now; below two is an alarm.",
            registry=self.registry,
        )

    def text(self) -> bytes:
        """All of them, as Prometheus reads them."""
        return generate_latest(self.registry)
