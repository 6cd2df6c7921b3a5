-- Call 4: a lease that all see. KEYS: request. ARGV: holder, name, until, now. The request's fields and values.
local found = redis.call('HMGET', KEYS[1], 'state', 'holder', 'until')
if not found[1] then
  return {'refused', 'callback-unknown'}
end
if found[1] ~= 'waiting' then
  return {'refused', 'callback-' .. found[1]}
end
if found[2] and found[2] ~= ARGV[1] and tonumber(found[3]) > tonumber(ARGV[4]) then
  return {'refused', 'callback-taken'}
end
redis.call('HSET', KEYS[1], 'holder', ARGV[1], 'name', ARGV[2], 'until', ARGV[3])
return redis.call('HGETALL', KEYS[1])
