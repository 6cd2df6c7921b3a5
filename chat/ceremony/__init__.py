"""The key ceremony on the command line (K1, K2, K4): it works on files, and needs no network, no store and no configuration.

Private keys of root and registrars are opened here and nowhere else.
"""
