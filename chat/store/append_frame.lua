-- S1, in its order: known, newest epoch, sender, next number; and F4: what the sender has seen is here.
local digest, sender, epoch, seq, seen = ARGV[3], ARGV[4], ARGV[5], tonumber(ARGV[6]), tonumber(ARGV[7])
local field = 's' .. epoch .. ':' .. sender -- the index of each of the sender's frames in this epoch, two bytes each

local function is_member(members)
  for at = 1, #members, 32 do
    if members:sub(at, at + 31) == sender then
      return true
    end
  end
  return false
end

local found = facts('epoch', 'visitor', 'members', 'n', 'state', 'opened', field, 'code')
if not found then
  return refused('unknown-conversation')
end
local known = found[8] or ''
if seq * 2 < #known then
  local high, low = known:byte(seq * 2 + 1, seq * 2 + 2)
  return first_answer(high * 256 + low, digest)
end
if epoch ~= found[2] then
  return refused(tonumber(epoch) > tonumber(found[2]) and 'lost-entries' or 'stale-epoch')
end
local from_visitor = sender == found[3]
if not (from_visitor or is_member(found[4])) then
  return refused('not-a-member')
end
if seq * 2 > #known then
  return refused('gap')
end
local index = tonumber(found[5]) + 1
if seen >= index then
  return refused('lost-entries')
end
if index > $FRAMES$ then
  return refused('full')
end
redis.call('HSET', FACTS, 'n', index, field, known .. string.char(math.floor(index / 256), index % 256))
if from_visitor then
  renew(found[6], found[7], found[1], found[9])
end
return append(index, digest)
