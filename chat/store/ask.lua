-- E6. KEYS: asks, channel. ARGV: name, row, now, most. In place of what was asked before, unless somebody came already.
local ASKS, CHANGED = KEYS[1], KEYS[2]
local name, now, most = ARGV[1], tonumber(ARGV[3]), tonumber(ARGV[4])
local rows = redis.call('HGETALL', ASKS)
local count = 0
for at = 1, #rows, 2 do
  local row = cjson.decode(rows[at + 1])
  if row['until'] < now then
    redis.call('HDEL', ASKS, rows[at])
  elseif rows[at] ~= name then
    count = count + 1
  elseif row.came then
    return {'refused', 'wrong-moment'}
  end
end
if count >= most then
  return {'refused', 'full'}
end
redis.call('HSET', ASKS, name, ARGV[2])
redis.call('EXPIRE', ASKS, $LIVE$)
redis.call('PUBLISH', CHANGED, '')
return 1
