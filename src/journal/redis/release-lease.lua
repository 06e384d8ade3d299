#!lua flags=allow-oom
-- Gives a lease back, unless it is another's by now.
--
-- KEYS[1] the lease · ARGV[1] the lease the caller holds
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
