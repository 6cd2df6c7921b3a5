-- E6. KEYS: asks, channel. ARGV: name, who, now, until. The first who comes; again by the same one, it lasts longer.
local ASKS, CHANGED = KEYS[1], KEYS[2]
local name, who, now = ARGV[1], ARGV[2], tonumber(ARGV[3])
local found = redis.call('HGET', ASKS, name)
local row = found and cjson.decode(found)
if not row or row['until'] < now or (row.came and row.came ~= who) then
  return {'refused', 'wrong-moment'}
end
local first = not row.came
row.came, row['until'] = who, tonumber(ARGV[4])
redis.call('HSET', ASKS, name, cjson.encode(row))
if first then
  redis.call('PUBLISH', CHANGED, '')
end
return 1
