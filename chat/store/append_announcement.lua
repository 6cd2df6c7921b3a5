-- S1, E5: a new epoch. Before admission it is the admission, and names the current lease.
local digest, epoch, members, certificates, lease = ARGV[3], tonumber(ARGV[4]), ARGV[5], ARGV[6], ARGV[7]
local found = facts('state', 'opened', 'epoch', 'lease', 'n', 'a' .. epoch, 'code')
if not found then
  return refused('unknown-conversation')
end
if found[7] then
  return first_answer(found[7], digest)
end
if epoch ~= tonumber(found[4]) + 1 then
  return refused('gap')
end
local state = found[2]
if state == '$ADMIT_AFTER$' then
  if lease ~= '' then
    return refused('wrong-moment')
  end
elseif members == '' then
  return refused('wrong-moment')
elseif state ~= '$ADMIT_BEFORE$' or lease ~= found[5] then
  return refused('lease-lost')
end
local index = tonumber(found[6]) + 1
if index > $ANNOUNCEMENTS$ then
  return refused('full')
end
redis.call('HSET', FACTS, 'state', '$ADMIT_AFTER$', 'epoch', epoch, 'newest', digest, 'members', members,
  'certificates', certificates, 'n', index, 'a' .. epoch, index)
renew('$ADMIT_AFTER$', found[3], found[1], found[8])
return append(index, digest)
