-- ARGV: sid, lease, deadline.
local place = find(ARGV[1])
if not place or place.lease ~= ARGV[2] then
  return 0
end
place.deadline = tonumber(ARGV[3])
keep(ARGV[1], place)
return 1
