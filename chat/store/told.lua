-- Before 7, 8: the visitor tells something else while waiting.
local found = facts('state')
if not found then
  return refused('unknown-conversation')
end
if found[2] == '$ADMIT_AFTER$' then
  return refused('wrong-moment')
end
redis.call('HSET', FACTS, 'told', ARGV[3])
return 1
