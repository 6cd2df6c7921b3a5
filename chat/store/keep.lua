-- S6: the visitor's socket is here.
local found = facts('state', 'opened', 'code')
if not found then
  return refused('unknown-conversation')
end
return renew(found[2], found[3], found[1], found[4])
