/** The Redis of the house: whether it answers, keeps what it is given, and is spoken to in private. */
import { isIP } from 'node:net'
import { openRedis } from '../../store/redis/connection.ts'
import { forgets, inspectRedis, type RedisState } from '../../store/redis/health.ts'
import { fail, leftOut, ok, reasonOf, warn, type Finding, type Patient } from './findings.ts'

export async function checkRedis({ config, patienceMs }: Patient): Promise<readonly Finding[]> {
  const { redisUrl: url } = config
  if (url === undefined) return [leftOut('redis', 'None is used: what passes is in the database.')]
  try {
    const connection = await openRedis({ url, patienceMs })
    try {
      return [...findingsOf(await inspectRedis(connection), new URL(url).host), ...checkPrivacy(url)]
    } finally {
      await connection.close()
    }
  } catch (error) {
    return [
      fail('redis', reasonOf(error), 'Start it, or mend MIEN_REDIS_URL: nobody can sign in without it.'),
    ]
  }
}

function findingsOf(state: RedisState, host: string): Finding[] {
  const { version, evictionPolicy, isLogged } = state
  const answers = `Redis ${version ?? 'of an unknown version'} answers at ${host}.`
  if (forgets(state)) {
    const says = `${answers} Its maxmemory-policy is ${String(evictionPolicy)}: it forgets which codes were spent.`
    return [fail('redis', says, 'Set maxmemory-policy to noeviction (docs/operations.md).')]
  }
  if (evictionPolicy === undefined)
    return [
      warn(
        'redis',
        `${answers} It does not show its settings.`,
        'See that its maxmemory-policy is noeviction.',
      ),
    ]
  if (isLogged === false)
    return [
      warn(
        'redis',
        `${answers} It keeps no log of what it was told: a restart of it signs people out, and forgets what was spent.`,
        'Set appendonly to yes.',
      ),
    ]
  return [ok('redis', `${answers} It keeps what it is given.`)]
}

/** In the open its password can be read along the way; the records are sealed all the same. */
function checkPrivacy(url: string): Finding[] {
  const { protocol, hostname } = new URL(url)
  const isNear =
    /^(localhost|127\.|\[::1\])/.test(hostname) || (isIP(hostname) === 0 && !hostname.includes('.'))
  if (protocol === 'rediss:' || isNear) return []
  const advice = 'Use rediss:, unless the way there is a network of your own.'
  return [warn('redis', 'It is spoken to without TLS.', advice)]
}
