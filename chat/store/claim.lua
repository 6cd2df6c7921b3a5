-- S5. ARGV: now, lease, duty, deadline, then sids in the order of their turn, each with the version that the rule saw: the first
-- that is still free, and as it was, is leased.
local now, lease, duty, deadline = tonumber(ARGV[1]), ARGV[2], ARGV[3], tonumber(ARGV[4])
for turn = 5, #ARGV, 2 do
  local place = find(ARGV[turn])
  local same = place and (place.version or 0) == tonumber(ARGV[turn + 1])
  if same and not place.lease and place.present >= now then
    place.lease, place.duty, place.deadline = lease, duty, deadline
    keep(ARGV[turn], place)
    tell()
    return ARGV[turn]
  end
end
return nil
