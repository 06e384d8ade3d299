#!lua flags=allow-oom
-- Makes the queue where it is not there, registers a whale, and answers what the queue is and which whales live:
-- format, partitions, secret, store, the whale that the caller can't be registered beside, then all that live.
--
-- A whale is "<token> <1: exclusive, 0> <address>". Nobody is registered beside an exclusive one, nor two with one address.
--
-- KEYS[1] the queue · KEYS[2] the whales, by when their registration ends
-- ARGV[1] the caller, '' if it is no whale · ARGV[2] how long a registration lasts, in ms
-- ARGV[3…] fields of the queue and their values, for those that are not there
for i = 3, #ARGV, 2 do redis.call('HSETNX', KEYS[1], ARGV[i], ARGV[i + 1]) end
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', string.format('%.0f', nowMs))

local function parts(whale)
  return string.match(whale, '^%S+ (%d) (.*)$')
end

local clash = ''
if ARGV[1] ~= '' then
  local exclusive, address = parts(ARGV[1])
  for _, other in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
    local otherExclusive, otherAddress = parts(other)
    local clashes = exclusive == '1' or otherExclusive == '1' or address == otherAddress
    if other ~= ARGV[1] and clashes then clash = other end
  end
  if clash == '' then
    redis.call('ZADD', KEYS[2], string.format('%.0f', nowMs + ARGV[2]), ARGV[1])
  else
    redis.call('ZREM', KEYS[2], ARGV[1])
  end
end

local answer = redis.call('HMGET', KEYS[1], 'format', 'partitions', 'secret', 'store')
answer[5] = clash
for _, whale in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do answer[#answer + 1] = whale end
return answer
