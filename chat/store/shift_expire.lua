-- C5: notes for the next shift that are older than their time. KEYS: notes, under, erased. ARGV: from when on they stay, now.
local gone = 0
for _, note in ipairs(redis.call('LRANGE', KEYS[1], 0, -1)) do
  if note:sub(1, 8) < ARGV[1] then
    redis.call('LREM', KEYS[1], 1, note)
    if redis.call('HINCRBY', KEYS[2], note:sub(9, 40), -1) <= 0 then
      redis.call('HDEL', KEYS[2], note:sub(9, 40))
    end
    gone = gone + 1
  end
end
if gone > 0 then
  redis.call('HSETNX', KEYS[3], 'since', ARGV[2])
  redis.call('HINCRBY', KEYS[3], 'count', 1)
end
return gone
