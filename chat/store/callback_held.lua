-- Who acts on a request must hold it, in the version that was read. KEYS: request, ... ARGV: holder, version, now, ...
local function refusal()
  local found = redis.call('HMGET', KEYS[1], 'state', 'holder', 'until', 'version')
  if not found[1] then
    return {'refused', 'callback-unknown'}
  end
  if found[1] ~= 'waiting' then
    return {'refused', 'callback-' .. found[1]}
  end
  if found[2] ~= ARGV[1] or tonumber(found[3]) <= tonumber(ARGV[3]) then
    return {'refused', 'callback-not-held'}
  end
  if ARGV[2] ~= '' and found[4] ~= ARGV[2] then
    return {'refused', 'stale-version'}
  end
  return nil
end
