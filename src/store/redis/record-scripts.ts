/**
 * What Redis does in one step with the provider's records. A record is a hash; under each of its handles (subject, grant,
 * user code, uid, client) stands a sorted set of the ids that have it, by when they are over, which ends with the last of them.
 */

/** In the order in which `saveRecord` takes their digests. */
export const handles = ['subject', 'grant', 'userCode', 'uid', 'client'] as const
export type Handle = (typeof handles)[number]

const shared = `
local prefix, model = ARGV[1], ARGV[2]
local handles = { ${handles.map((each) => `'${each}'`).join(', ')} }
local function recordOf(id) return prefix .. 'record:' .. model .. ':' .. id end
local function indexOf(handle, digest) return prefix .. handle .. ':' .. model .. ':' .. digest end
-- As long as what was there before, which is -2 for nothing and -1 for ever, or longer; 0 stands for: for ever.
local function prolong(key, before, ttl)
  if ttl == 0 then redis.call('PERSIST', key)
  elseif before ~= -1 and ttl > before then redis.call('PEXPIRE', key, ttl) end
end
local function drop(id)
  local record = recordOf(id)
  for _, handle in ipairs(handles) do
    local digest = redis.call('HGET', record, handle)
    if digest then redis.call('ZREM', indexOf(handle, digest), id) end
  end
  redis.call('DEL', record)
end
`

/**
 * KEYS: the record. ARGV: prefix, model, id, now, sealed payload, when it is over ('' for never), milliseconds until then
 * (0 for never), digests of the handles ('' for none).
 * One that was consumed stays consumed, and is remembered for no shorter time than before.
 */
export const saveRecord = `${shared}
local record, id, now, sealed, overAt, ttl = KEYS[1], ARGV[3], ARGV[4], ARGV[5], ARGV[6], tonumber(ARGV[7])
for at, handle in ipairs(handles) do
  local before, after = redis.call('HGET', record, handle), ARGV[7 + at]
  if before and before ~= after then
    redis.call('ZREM', indexOf(handle, before), id)
    redis.call('HDEL', record, handle)
  end
  if after ~= '' then
    local index = indexOf(handle, after)
    redis.call('ZREMRANGEBYSCORE', index, '-inf', '(' .. now)
    local left = redis.call('PTTL', index)
    redis.call('ZADD', index, overAt == '' and '+inf' or overAt, id)
    prolong(index, left, ttl)
    redis.call('HSET', record, handle, after)
  end
end
local left = redis.call('PTTL', record)
local isSpent = redis.call('HEXISTS', record, 'consumedAt') == 1
redis.call('HSET', record, 'sealed', sealed, 'overAt', overAt)
if ttl == 0 then redis.call('PERSIST', record)
elseif not isSpent then redis.call('PEXPIRE', record, ttl)
else prolong(record, left, ttl) end
return 1
`

/** KEYS: the record. ARGV: when. Answers 1 to exactly one caller. */
export const consumeRecord = `
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
return redis.call('HSETNX', KEYS[1], 'consumedAt', ARGV[1])
`

/** ARGV: prefix, model, id. */
export const destroyRecord = `${shared}
drop(ARGV[3])
return 1
`

/** ARGV: prefix, model, handle, digest, how many at the most: Redis does nothing else meanwhile. Answers how many there were. */
export const destroyRecordsBy = `${shared}
local index = indexOf(ARGV[3], ARGV[4])
local ids = redis.call('ZRANGE', index, 0, tonumber(ARGV[5]) - 1)
for _, id in ipairs(ids) do
  drop(id)
  redis.call('ZREM', index, id)
end
return #ids
`

/** ARGV: prefix, model, handle, digest. Answers id, sealed payload, when it is over and when it was consumed of each, the last to end first. */
export const readRecordsBy = `${shared}
local answer = {}
for _, id in ipairs(redis.call('ZREVRANGE', indexOf(ARGV[3], ARGV[4]), 0, -1)) do
  local found = redis.call('HMGET', recordOf(id), 'sealed', 'overAt', 'consumedAt')
  if found[1] then answer[#answer + 1] = { id, found[1], found[2], found[3] or '' } end
end
return answer
`
