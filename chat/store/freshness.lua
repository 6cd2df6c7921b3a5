-- K4: the next freshness over the roster in force, or words why not. KEYS: rosters. ARGV: roster, n, revoked, raw.
local roster, n, revoked, raw = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4]
local found = redis.call('HMGET', KEYS[1], 'newest', 'n', 'freshness', 'revoked')
local last = tonumber(found[2] or 0)
if roster ~= found[1] then
  return 'another roster is in force'
end
if raw == found[3] then
  return nil
end
if n == last then
  return 'another statement has this number'
end
if n ~= last + 1 then
  return 'its number is not the next'
end
local listed = {}
for at = 1, #revoked, 32 do
  listed[revoked:sub(at, at + 31)] = true
end
local before = found[4] or ''
for at = 1, #before, 32 do
  if not listed[before:sub(at, at + 31)] then
    return 'an earlier revocation is missing'
  end
end
redis.call('HSET', KEYS[1], 'n', n, 'freshness', raw, 'revoked', revoked)
return nil
