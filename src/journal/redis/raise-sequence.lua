#!lua flags=allow-oom
-- Answers the last sequence that a partition has given; from now on it is at least the one that its consumer has been applied through.
--
-- KEYS[1] the partition's state · ARGV[1] the consumer's sequence
local last = tonumber(redis.call('HGET', KEYS[1], 'sequence') or 0)
if last >= tonumber(ARGV[1]) then return last end
redis.call('HSET', KEYS[1], 'sequence', ARGV[1])
return tonumber(ARGV[1])
