-- C1, S4: a version of a request, the first or the next, as a whole or not at all. KEYS: request, open, code, teams, under, erased.
-- ARGV: id, version, places, now, code ('' for none), blob, team, expires, then fields and values of the request.
local version = tonumber(ARGV[2])
local team = ARGV[7]
local found = redis.call('HMGET', KEYS[1], 'version', 'doc', 'state', 'team')
local last = tonumber(found[1] or 0)
local fields = {}
for at = 9, #ARGV do
  fields[#fields + 1] = ARGV[at]
end
if found[3] == 'cancelled' then
  return {'refused', 'callback-cancelled'}
end
if found[3] == 'over' or (last == 0 and version ~= 1) then
  return {'refused', 'callback-unknown'}
end
if last == version and found[2] == fields[2] then
  -- Written once more, so that replicas are waited for again.
  redis.call('HSET', KEYS[1], 'version', version)
  return 0
end
if version ~= last + 1 then
  return {'refused', 'stale-version'}
end
if redis.call('HEXISTS', KEYS[4], team) == 0 then
  return {'refused', 'stale-challenge'}
end
if last == 0 then
  if redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[3]) then
    return {'refused', 'callbacks-full'}
  end
  if ARGV[5] ~= '' then
    if redis.call('EXISTS', KEYS[3]) == 1 then
      return {'refused', 'other-bytes'}
    end
    redis.call('HSET', KEYS[3], 'id', ARGV[1], 'blob', ARGV[6])
  end
  redis.call('HSET', KEYS[1], 'code', ARGV[5], 'state', 'waiting', 'attempts', 0, 'not_before', 0, 'asked', ARGV[4])
else
  -- What the version before held is overwritten here, and on the disk by the next rewrite.
  if redis.call('HINCRBY', KEYS[5], found[4], -1) <= 0 then
    redis.call('HDEL', KEYS[5], found[4])
  end
  redis.call('HSETNX', KEYS[6], 'since', ARGV[4])
  redis.call('HINCRBY', KEYS[6], 'count', 1)
end
redis.call('HINCRBY', KEYS[5], team, 1)
redis.call('HSET', KEYS[1], 'version', version, 'team', team, unpack(fields))
redis.call('ZADD', KEYS[2], ARGV[8], ARGV[1])
return 1
