-- S5: the service's `returned`, for the lease that is current and was not used.
local lease = ARGV[3]
local found = facts('state', 'lease', 'returned', 'n')
if not found or found[3] ~= lease then
  return nil
end
if found[2] == '$GIVE_BACK_AFTER$' then
  return first_answer(found[4], '')
end
if found[2] ~= '$GIVE_BACK_BEFORE$' then
  return nil
end
local index = tonumber(found[5]) + 1
redis.call('HSET', FACTS, 'state', '$GIVE_BACK_AFTER$', 'returned', index, 'n', index)
return append(index, '')
