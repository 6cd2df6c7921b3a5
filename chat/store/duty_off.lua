-- KEYS: everybody on duty, channel. ARGV: duty.
if redis.call('HDEL', KEYS[1], ARGV[1]) == 1 then
  redis.call('PUBLISH', KEYS[2], '')
end
