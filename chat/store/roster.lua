-- K4: the next roster, or words why not. KEYS: rosters. ARGV: digest, number, previous, raw.
local digest, number, previous = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local found = redis.call('HMGET', KEYS[1], 'number', 'newest')
local last, newest = tonumber(found[1] or 0), found[2] or string.rep('\0', 32)
if digest == newest then
  return nil
end
if number < last then
  return 'a later roster is in force'
end
if number == last then
  return 'another roster has this number'
end
if number > last + 1 then
  return 'a roster before this one is missing'
end
if previous ~= newest then
  return 'the roster before it is not the one in force'
end
redis.call('HSET', KEYS[1], 'number', number, 'newest', digest, digest, ARGV[4])
redis.call('HDEL', KEYS[1], 'freshness', 'revoked')
return nil
