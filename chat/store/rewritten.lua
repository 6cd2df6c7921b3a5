-- Call 5: what had been erased by then is in no file any more. KEYS: erased. ARGV: how many had been, now.
if (redis.call('HGET', KEYS[1], 'count') or '0') == ARGV[1] then
  redis.call('HDEL', KEYS[1], 'since')
else
  redis.call('HSET', KEYS[1], 'since', ARGV[2])
end
return 1
