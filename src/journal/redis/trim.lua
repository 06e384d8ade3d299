#!lua flags=allow-oom
-- Removes the records of a partition before a sequence, and says so in the partition's count of bytes.
--
-- KEYS[1] the stream · KEYS[2] the partition's state · ARGV[1] the first sequence that stays
if redis.call('XTRIM', KEYS[1], 'MINID', '=', '0-' .. ARGV[1]) == 0 then return 0 end
local first = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
local trimmed = first and tonumber(first[2][4]) - #first[2][2] or redis.call('HGET', KEYS[2], 'appended')
redis.call('HSET', KEYS[2], 'trimmed', string.format('%.0f', trimmed))
return 1
