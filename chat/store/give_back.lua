-- S5, E8: the same place again. ARGV: sid, lease.
local place = find(ARGV[1])
if not place or place.lease ~= ARGV[2] then
  return 0
end
place.lease, place.duty, place.deadline = nil, nil, nil
keep(ARGV[1], place)
tell()
return 1
