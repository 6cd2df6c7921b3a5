"""The protocol of docs/protocol.md, pure: no asyncio, no clock, no environment, no log. Times and our own randomness are arguments."""
