-- C2: the next team key with its shares, as the next after the one that is known. KEYS: teams, shares, newest, superseded.
-- ARGV: H(team), record, previous ('' for none), now, then devices and shares.
if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
  return 0
end
local newest = redis.call('GET', KEYS[3]) or ''
if newest ~= ARGV[3] then
  return {'refused', 'stale-version'}
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('HSET', KEYS[2], unpack(ARGV, 5))
redis.call('SET', KEYS[3], ARGV[1])
if newest ~= '' then
  redis.call('HSET', KEYS[4], newest, ARGV[4])
end
return 1
