-- E7: a device asks to come into a conversation. KEYS: the conversations it asked for. ARGV: sid.
redis.call('SADD', KEYS[1], ARGV[1])
redis.call('EXPIRE', KEYS[1], $LIVE$)
