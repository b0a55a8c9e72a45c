/** A second process on the same database file; prints how many of its ten tries went through. */
import { z } from 'zod'
import { openStore } from '../../src/store/open-store.ts'
import type { DatabaseLocation } from '../../src/store/database.ts'
import { secrets } from './fixtures.ts'

const [, , place = '', task, subjectId = '', secret = ''] = process.argv
const store = await openStore({ location: locationIn(place), secrets, clock: () => new Date() })
const face = { identifierDigest: 'digest', factor: 'face', clientId: 'demo', address: '::1' } as const

const tryOnce = async (): Promise<boolean> => {
  if (task === 'append') {
    await store.audit.append({ type: 'signed_in' })
    return true
  }
  if (task === 'consume') return store.oidc.recordsOf('AuthorizationCode').consume('code')
  if (task === 'spend-step') {
    const active = await store.totpSeeds.findActive(subjectId)
    return active !== undefined && store.totpSeeds.spend(active, Number(secret))
  }
  if (task === 'spend-code') {
    const id = await store.recoveryCodes.find(subjectId, secret)
    return id !== undefined && store.recoveryCodes.spend(subjectId, id)
  }
  const admit = ({ consecutiveFailures }: { readonly consecutiveFailures: number }) => ({
    outcome: consecutiveFailures < 5 ? 'proceed' : 'wait',
  })
  return (await store.attempts.begin(face, admit)).isAdmitted
}

const tried = await Promise.all(Array.from({ length: 10 }, tryOnce))
await store.close()
process.stdout.write(String(tried.filter(Boolean).length))

function locationIn(text: string): DatabaseLocation {
  const sqlite = z.object({ kind: z.literal('sqlite'), path: z.string() })
  const postgres = z.object({ kind: z.literal('postgres'), url: z.string() })
  return z.union([sqlite, postgres]).parse(JSON.parse(text))
}
