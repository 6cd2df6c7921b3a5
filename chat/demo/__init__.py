"""`varsam demo`: the service with a throw-away organisation, two counsellors without passkeys, and a municipality's page.

Nothing of the service knows of this folder.
"""
