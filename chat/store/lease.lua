-- S5: the service's `leased`. The queue decides who holds a visitor; the later claim stands.
local lease, deadline = ARGV[3], tonumber(ARGV[4])
local found = facts('state', 'lease', 'deadline', 'leased', 'n')
if not found then
  return refused('unknown-conversation')
end
local state = found[2]
if lease == found[3] then
  if state == '$LEASE_AFTER$' then
    return first_answer(found[5], '')
  end
  return refused('lease-lost')
end
if state ~= '$LEASE_BEFORE$' and state ~= '$LEASE_AFTER$' then
  return refused('wrong-moment')
end
if found[4] and deadline < tonumber(found[4]) then
  return refused('lease-lost')
end
local index = tonumber(found[6]) + 1
if index > $ASKING$ then
  return refused('full')
end
redis.call('HSET', FACTS, 'state', '$LEASE_AFTER$', 'lease', lease, 'deadline', deadline, 'leased', index, 'n', index)
return append(index, '')
