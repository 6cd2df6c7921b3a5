"""A hostile service for tests: it holds everything that was ever sent and answers as it likes (Dolev–Yao), against the real
pages of `chat.client`. `world` has the organisation, `network` the service, `forging` what it makes up, `watch` what must
hold all the same, `play` the people, and `machine` lets hypothesis play it.
"""
