-- Call 4: how a call went. KEYS: request, under, erased, notes, code. ARGV: holder, version, now, attempts before, outcome, attempts,
-- not before, 1 where nobody calls again.
local no = refusal()
if no then
  return no
end
if redis.call('HGET', KEYS[1], 'attempts') ~= ARGV[4] then
  return {'refused', 'stale-version'}
end
redis.call('HSET', KEYS[1], 'outcome', ARGV[5], 'attempts', ARGV[6], 'not_before', ARGV[7])
if ARGV[8] == '1' then
  empty(ARGV[3])
  redis.call('DEL', KEYS[5])
  redis.call('HSET', KEYS[1], 'state', 'over')
else
  redis.call('HDEL', KEYS[1], 'holder', 'name', 'until')
end
return redis.call('HGETALL', KEYS[1])
