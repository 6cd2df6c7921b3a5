-- E6. KEYS: invitations, channel. ARGV: name, keys, now, until. The first page that opens the link has it; again, the same one.
local OPEN, CHANGED = KEYS[1], KEYS[2]
local name, keys, now = ARGV[1], ARGV[2], tonumber(ARGV[3])
local found = redis.call('HGET', OPEN, name)
local row = found and cjson.decode(found)
if not row or row['until'] < now or (row.keys and row.keys ~= keys) then
  return {'refused', 'not-invited'}
end
row.keys, row['until'] = keys, tonumber(ARGV[4])
redis.call('HSET', OPEN, name, cjson.encode(row))
redis.call('EXPIRE', OPEN, $LIVE$)
redis.call('PUBLISH', CHANGED, '')
return 1
