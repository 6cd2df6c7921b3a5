-- KEYS: everybody on duty, channel. ARGV: duty, row, until, now, whether there is news.
local ON, CHANGED = KEYS[1], KEYS[2]
local now = tonumber(ARGV[4])
local changed = redis.call('HSET', ON, ARGV[1], ARGV[2]) == 1 or ARGV[5] == '1'
local rows = redis.call('HGETALL', ON)
for at = 1, #rows, 2 do
  if cjson.decode(rows[at + 1])['until'] < now then
    redis.call('HDEL', ON, rows[at])
    changed = true
  end
end
redis.call('EXPIRE', ON, $LIVE$)
if changed then
  redis.call('PUBLISH', CHANGED, '')
end
