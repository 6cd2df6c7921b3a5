-- C2: shares for devices that lack one; what is there stays. KEYS: teams, shares. ARGV: H(team), then devices and shares.
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then
  return {'refused', 'stale-challenge'}
end
for at = 2, #ARGV, 2 do
  redis.call('HSETNX', KEYS[2], ARGV[at], ARGV[at + 1])
end
return 1
