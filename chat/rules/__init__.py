"""PURE: who may do what, when. No clock, no chance, no waiting, no log: time is an argument."""
