-- A chore's owner, of many processes. KEYS: owner. ARGV: who asks.
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then
  return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'EX', $SECONDS$)
return 1
