-- E8. ARGV: sid, until, now.
local sid, present, now = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local place = find(sid)
if not place then
  return 0
end
local was_here = place.present >= now
place.present = present
keep(sid, place)
if was_here ~= (present >= now) then
  tell()
end
return 1
