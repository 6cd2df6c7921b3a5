-- E6. KEYS: invitations, channel. ARGV: name, row, now, most. One link; those whose time is over make room.
local OPEN = KEYS[1]
local name, now, most = ARGV[1], tonumber(ARGV[3]), tonumber(ARGV[4])
local rows = redis.call('HGETALL', OPEN)
local count = 0
for at = 1, #rows, 2 do
  if cjson.decode(rows[at + 1])['until'] < now then
    redis.call('HDEL', OPEN, rows[at])
  else
    count = count + 1
  end
end
if count >= most or redis.call('HEXISTS', OPEN, name) == 1 then
  return {'refused', 'full'}
end
redis.call('HSET', OPEN, name, ARGV[2])
redis.call('EXPIRE', OPEN, $LIVE$)
return 1
