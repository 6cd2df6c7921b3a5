-- Call 5: nothing of what was asked is left; a line stays. KEYS of the caller: request, under, erased, notes, code.
local CONTENT = {'doc', 'sig', 'sealed', 'card', 'number', 'team'}
local function release_team(team)
  if team and redis.call('HINCRBY', KEYS[2], team, -1) <= 0 then
    redis.call('HDEL', KEYS[2], team)
  end
end
local function empty(now)
  release_team(redis.call('HGET', KEYS[1], 'team'))
  redis.call('HDEL', KEYS[1], unpack(CONTENT))
  redis.call('HSETNX', KEYS[3], 'since', now)
  redis.call('HINCRBY', KEYS[3], 'count', 1)
end
local function drop_notes()
  for _, note in ipairs(redis.call('LRANGE', KEYS[4], 0, -1)) do
    release_team(note:sub(9, 40))
  end
  redis.call('DEL', KEYS[4])
end
