-- Before 7, 8. ARGV: sid, what is told, how urgent. The same as `told_again` in rules/pairing.py.
local sid, urgency = ARGV[1], tonumber(ARGV[3])
local place = find(sid)
if not place then
  return 0
end
local before = place.urgency or $CALM$
place.told, place.urgency = cjson.decode(ARGV[2]), urgency
if urgency == $CALM$ then
  place.turn, place.first = nil, nil
elseif urgency ~= before then
  place.turn = redis.call('HINCRBY', PLACES, 'last', 1)
  place.first = place.first or (before == $CALM$ and place.turn) or place.number
end
change(sid, place)
return 1
