/** `mien keys`: what signs, what is to sign, and the change from one to the other. */
import { readConfig } from '../config.ts'
import { publishedKeys, signerOf } from '../provider/key-schedule.ts'
import { createVault } from '../provider/sealed-file.ts'
import { openSigningKeys, rotateSigningKeys } from '../provider/signing-keys.ts'
import { processTerminal, UsageError, type Terminal } from './terminal.ts'

/** A running server looks at the file each minute. */
export async function keys(args: readonly string[], terminal: Terminal = processTerminal): Promise<void> {
  const [what, ...options] = args
  const isLeaked = options.includes('--leaked')
  if (options.some((each) => each !== '--leaked') || (what !== 'list' && what !== 'rotate')) {
    throw new UsageError('`mien keys` wants `list`, `rotate` or `rotate --leaked`')
  }
  const { dataDir, sessionLimits, keysKey } = readConfig()
  const vault = createVault(keysKey)
  const now = new Date()
  if (what === 'rotate') {
    await rotateSigningKeys(dataDir, { now, isLeaked, vault, sessionSeconds: sessionLimits.absoluteSeconds })
  }
  const { keys: found } = await openSigningKeys(dataDir, { now, vault })
  for (const key of publishedKeys(found, now)) {
    const { kid, alg, signs_from: from, published_until: until } = key
    const isSigning = signerOf(found, alg, now)?.kid === kid
    const isComing = from !== undefined && Date.parse(from) > now.getTime()
    const state = isSigning ? 'signs' : isComing ? `signs from ${from}` : 'verifies'
    terminal.print(`${kid}  ${alg}  ${state}${until === undefined ? '' : `, shown until ${until}`}`)
  }
}
