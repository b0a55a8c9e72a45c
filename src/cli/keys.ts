/** `mien keys`: what signs, what is to sign, and the change from one to the other. */
import { parseArgs } from 'node:util'
import { publishedKeys, signerOf } from '../provider/key-schedule.ts'
import { openSigningKeys, rotateSigningKeys, type SigningKeys } from '../provider/signing-keys.ts'
import { operatorName } from './client-house.ts'
import { HouseFault, withDocuments, withStore } from './house.ts'
import { processTerminal, readArguments, UsageError, type Terminal } from './terminal.ts'

/** A running server looks at them each minute. */
export async function keys(args: readonly string[], terminal: Terminal = processTerminal): Promise<void> {
  const { values, positionals } = readArguments(() =>
    parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false }, leaked: { type: 'boolean', default: false } },
    }),
  )
  const [what, ...others] = positionals
  const { leaked: isLeaked, json } = values
  if (others.length > 0 || (what !== 'list' && what !== 'rotate') || (what === 'list' && isLeaked)) {
    throw new UsageError('`mien keys` wants `list`, `rotate` or `rotate --leaked`')
  }
  const found = await withDocuments(async (documents, { sessionLimits }) => {
    const now = new Date()
    if (what === 'rotate') {
      await rotateSigningKeys(documents, { now, isLeaked, sessionSeconds: sessionLimits.absoluteSeconds })
    }
    const all = (await openSigningKeys(documents, { now })).keys
    return publishedKeys(all, now).map((key) => factsOf(key, all, now))
  })
  if (what === 'rotate') await recordRotation(isLeaked)
  if (json) terminal.print(JSON.stringify(found, null, 2))
  for (const facts of json ? [] : found) terminal.print(lineOf(facts))
}

/** Before the first start there are keys and no trail to write it into. */
async function recordRotation(isLeaked: boolean): Promise<void> {
  try {
    await withStore(({ audit }) =>
      audit.append({ type: 'keys_rotated', detail: { isLeaked, by: operatorName() } }),
    )
  } catch (error) {
    if (!(error instanceof HouseFault)) throw error
  }
}

type Keys = SigningKeys['keys']

interface KeyFacts {
  readonly kid: string
  readonly alg: string
  readonly state: 'signs' | 'is to sign' | 'verifies'
  readonly signsFrom: string | null
  readonly publishedUntil: string | null
}

function factsOf(key: Keys[number], all: Keys, now: Date): KeyFacts {
  const { kid, alg, signs_from: from, published_until: until } = key
  const isSigning = signerOf(all, alg, now)?.kid === kid
  const isComing = from !== undefined && Date.parse(from) > now.getTime()
  const state = isSigning ? 'signs' : isComing ? 'is to sign' : 'verifies'
  return { kid, alg, state, signsFrom: from ?? null, publishedUntil: until ?? null }
}

function lineOf({ kid, alg, state, signsFrom, publishedUntil }: KeyFacts): string {
  const what = state === 'is to sign' ? `signs from ${signsFrom ?? ''}` : state
  return `${kid}  ${alg}  ${what}${publishedUntil === null ? '' : `, shown until ${publishedUntil}`}`
}
