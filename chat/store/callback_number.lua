-- C2: the service's half of the number's key. KEYS: request.
return refusal() or redis.call('HGET', KEYS[1], 'number')
