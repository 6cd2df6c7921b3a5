"""The two stores, live and ledger (S4): the only importer of redis. It stores bytes and ids, and verifies no signature.

Every method raises leaves of chat/errors.py only; `StoreUnavailable` means that nobody knows whether it was stored, and
every call can be repeated. `now` is Unix seconds and always an argument.
"""
