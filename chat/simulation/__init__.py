"""`varsam simulate`: visitors and counsellors against a running demo, with everything that a browser does for its keys.

Knows the second implementation (`chat.client`) and nothing of the server.
"""
