"""The second implementation: a visitor and a counsellor without a screen, who speak the protocol to a running service.

They share with the server the protocol's own modules (`crypto`, `wire`, `errors`) and nothing else.
"""
