/** Takes a way to sign in off an account, so that its owner can set it up anew; the owner is told by mail. */
import type { ResettableFactor } from './admin/subject-services.ts'
import type { AccountEvents } from './interactions/events.ts'
import type { Store } from './store/open-store.ts'

export interface FactorResetParts {
  readonly store: Store
  readonly events: AccountEvents
}

export interface FactorReset {
  readonly factor: ResettableFactor
  /** Who does it, where that is not in the trail otherwise. */
  readonly by?: string
}

const factorNames: Readonly<Record<ResettableFactor, string>> = {
  face: 'Face',
  passkeys: 'Passkeys',
  authenticator_app: 'Authenticator app',
  recovery_codes: 'Recovery codes',
  trusted_devices: 'Trusted devices',
}

/** Nothing is put in the place of what was taken away: that is for its owner to choose (ASVS 5.0 §6.4.6). @returns whether there was one */
export async function resetFactor(
  { store, events }: FactorResetParts,
  subjectId: string,
  { factor, by }: FactorReset,
): Promise<boolean> {
  const taken = await takers[factor](store, subjectId)
  if (taken === undefined) return false
  const detail = { name: factorNames[factor], ...(by === undefined ? {} : { by }) }
  await events.happened({ type: 'factor_reset', subjectId, detail, receipts: taken.receipts })
  return true
}

interface Taken {
  readonly receipts: readonly string[]
}

/** Undefined where there was nothing to take. */
const takers: Readonly<
  Record<ResettableFactor, (store: Store, subjectId: string) => Promise<Taken | undefined>>
> = {
  face: async ({ templates }, id) => {
    const receipt = await templates.erase(id, 'reset_by_administrator')
    return receipt === undefined ? undefined : { receipts: [receipt] }
  },
  passkeys: async ({ passkeys }, id) => {
    const all = await passkeys.list(id)
    for (const passkey of all) await passkeys.remove(id, passkey.id)
    return all.length === 0 ? undefined : { receipts: [] }
  },
  // The codes go with the app that they stand in for: left behind, they would still be asked for.
  authenticator_app: async ({ totpSeeds, recoveryCodes }, id) => {
    const wasThere = await totpSeeds.remove(id)
    await recoveryCodes.erase(id)
    return wasThere ? { receipts: [] } : undefined
  },
  recovery_codes: async ({ recoveryCodes }, id) => {
    if ((await recoveryCodes.summarise(id)) === undefined) return undefined
    await recoveryCodes.erase(id)
    return { receipts: [] }
  },
  trusted_devices: async ({ deviceKeys }, id) => {
    if ((await deviceKeys.list(id)).length === 0) return undefined
    await deviceKeys.revokeAll(id)
    return { receipts: [] }
  },
}
