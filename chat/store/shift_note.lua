-- C5: a note for the next shift. KEYS: notes, under, teams. ARGV: most, team, note.
if redis.call('LLEN', KEYS[1]) >= tonumber(ARGV[1]) then
  return {'refused', 'full'}
end
if redis.call('HEXISTS', KEYS[3], ARGV[2]) == 0 then
  return {'refused', 'stale-challenge'}
end
redis.call('RPUSH', KEYS[1], ARGV[3])
redis.call('HINCRBY', KEYS[2], ARGV[2], 1)
return 1
