-- Before 8. ARGV: sid, H(name) of who declines.
local sid, name = ARGV[1], ARGV[2]
local place = find(sid)
if not place then
  return 0
end
local declined = place.declined or ''
if not string.find(' ' .. declined .. ' ', ' ' .. name .. ' ', 1, true) then
  place.declined = declined == '' and name or declined .. ' ' .. name
end
change(sid, place)
return 1
