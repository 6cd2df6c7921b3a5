"""Varsam: a low-threshold, anonymous, end-to-end encrypted chat and callback service."""
