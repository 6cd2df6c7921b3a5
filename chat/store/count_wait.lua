-- KEYS: waits. ARGV: hour, band, and the last hour that no longer counts: what is older is forgotten.
for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
  if tonumber(string.match(field, '^%d+')) <= tonumber(ARGV[3]) then
    redis.call('HDEL', KEYS[1], field)
  end
end
redis.call('HINCRBY', KEYS[1], ARGV[1] .. ':' .. ARGV[2], 1)
redis.call('EXPIRE', KEYS[1], $LIVE$)
