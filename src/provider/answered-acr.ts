/** Which `acr` an app is told: the name it asked for where the session is at least that, else the session's own. */
import { acrs, answerWith, factorsOf } from '../policy/assurance.ts'

interface Asked {
  readonly session?:
    { readonly acr?: string | undefined; readonly amr?: readonly string[] | undefined } | undefined
  readonly params?: Readonly<Record<string, unknown>> | undefined
  readonly claims?: unknown
}

/**
 * The library reads the level of a request from its context, which takes it from the session; one session serves many
 * apps, and each compares with the names that it asked for (OpenID Connect Core §5.5.1.1).
 */
export function answeredAcr({ session, params, claims }: Asked): string | undefined {
  const { acr, amr = [] } = session ?? {}
  if (acr === undefined || !isOurs(acr)) return acr
  const essential = essentialValues(claims)
  const asked = params?.['acr_values']
  const acrValues = essential.length > 0 ? essential : typeof asked === 'string' ? asked.split(' ') : []
  const answer = answerWith(factorsOf({ acr, amr }), { acrValues, isEssential: false })
  return answer?.acr ?? acr
}

function isOurs(acr: string): boolean {
  return Object.values<string>(acrs).includes(acr)
}

function essentialValues(claims: unknown): string[] {
  const acr = memberOf(memberOf(claims, 'id_token'), 'acr')
  if (memberOf(acr, 'essential') !== true) return []
  const values = memberOf(acr, 'values') ?? [memberOf(acr, 'value')]
  return Array.isArray(values) ? values.filter((each) => typeof each === 'string') : []
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
