"""Others that relay chat messages through Redis, each a small honest server with its own lock. Never installed by demo or test."""
