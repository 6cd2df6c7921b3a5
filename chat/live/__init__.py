"""One server process while it runs: connections, who follows which conversation, and what visitors and counsellors may do.

Knows stores, rules and crypto; knows no HTTP, no configuration file, and opens no ciphertext.
"""
