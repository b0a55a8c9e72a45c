/** The provider's records in two places, as one: what is short-lived in Redis, the rest in the database. */
import type { OidcStore } from './oidc-records.ts'
import { isShortLived } from './oidc-models.ts'

export interface OidcPlaces {
  readonly database: OidcStore
  readonly redis: OidcStore
}

export function joinOidcStores({ database, redis }: OidcPlaces): OidcStore {
  const placeOf = (model: string): OidcStore => (isShortLived(model) ? redis : database)
  return {
    recordsOf: (model) => placeOf(model).recordsOf(model),
    listOf: (model, subjectId) => placeOf(model).listOf(model, subjectId),
    destroyOf: async (subjectId) => {
      // Redis first: where it is down, nothing was done, and whoever asked is told to try again.
      await redis.destroyOf(subjectId)
      await database.destroyOf(subjectId)
    },
  }
}
