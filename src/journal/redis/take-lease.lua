#!lua flags=allow-oom
-- Renews the caller's lease on a partition, or takes a free one if the caller wants it. Answers the lease as it is now,
-- "<token> <epoch> <address>", which says whose it is; nil: nobody's. Each taking has a higher epoch than all before it.
--
-- KEYS[1] the lease · KEYS[2] the last epoch
-- ARGV[1] the lease the caller holds, '' none · ARGV[2] the caller's token · ARGV[3] its address · ARGV[4] how long a lease lasts, in ms
-- ARGV[5] '1': the caller wants it
local found = redis.call('GET', KEYS[1])
-- Its own lease that it doesn't know of: the answer to its taking was lost.
local unknown = found and ARGV[1] == '' and string.match(found, '^%S+') == ARGV[2]
if found and not unknown then
  if found == ARGV[1] then redis.call('PEXPIRE', KEYS[1], ARGV[4]) end
  return found
end
if ARGV[5] ~= '1' then return found end
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
local last = tonumber(redis.call('GET', KEYS[2]) or 0)
local epoch = string.format('%.0f', math.max(last + 1, nowMs))
local taken = ARGV[2] .. ' ' .. epoch .. ' ' .. ARGV[3]
redis.call('SET', KEYS[2], epoch)
redis.call('SET', KEYS[1], taken, 'PX', ARGV[4])
return taken
