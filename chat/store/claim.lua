-- S5. ARGV: now, lease, duty, deadline, then sids in the order of their turn: the first that is still free is leased.
local now, lease, duty, deadline = tonumber(ARGV[1]), ARGV[2], ARGV[3], tonumber(ARGV[4])
for turn = 5, #ARGV do
  local place = find(ARGV[turn])
  if place and not place.lease and place.present >= now then
    place.lease, place.duty, place.deadline = lease, duty, deadline
    keep(ARGV[turn], place)
    tell()
    return ARGV[turn]
  end
end
return nil
