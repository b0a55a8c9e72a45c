/** `mien keys`: what signs, what is to sign, and the change from one to the other. */
import { publishedKeys, signerOf } from '../provider/key-schedule.ts'
import { openSigningKeys, rotateSigningKeys, type SigningKeys } from '../provider/signing-keys.ts'
import { withDocuments } from './house.ts'
import { processTerminal, UsageError, type Terminal } from './terminal.ts'

/** A running server looks at them each minute. */
export async function keys(args: readonly string[], terminal: Terminal = processTerminal): Promise<void> {
  const [what, ...options] = args
  const isLeaked = options.includes('--leaked')
  if (options.some((each) => each !== '--leaked') || (what !== 'list' && what !== 'rotate')) {
    throw new UsageError('`mien keys` wants `list`, `rotate` or `rotate --leaked`')
  }
  await withDocuments(async (documents, { sessionLimits }) => {
    const now = new Date()
    if (what === 'rotate') {
      await rotateSigningKeys(documents, { now, isLeaked, sessionSeconds: sessionLimits.absoluteSeconds })
    }
    const { keys: found } = await openSigningKeys(documents, { now })
    for (const key of publishedKeys(found, now)) terminal.print(lineOf(key, found, now))
  })
}

type Keys = SigningKeys['keys']

function lineOf(key: Keys[number], found: Keys, now: Date): string {
  const { kid, alg, signs_from: from, published_until: until } = key
  const isSigning = signerOf(found, alg, now)?.kid === kid
  const isComing = from !== undefined && Date.parse(from) > now.getTime()
  const state = isSigning ? 'signs' : isComing ? `signs from ${from}` : 'verifies'
  return `${kid}  ${alg}  ${state}${until === undefined ? '' : `, shown until ${until}`}`
}
