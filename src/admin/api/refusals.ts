/** What operations of the API may be refused with, for its document. */
import type { FaultCode } from '../../errors.ts'
import type { Operation } from './operation.ts'

export interface Refusal {
  readonly name: string
  readonly status: number | undefined
  readonly says: string
  /** The codes that it may have; the first stands in the example. */
  readonly codes: readonly [FaultCode, ...FaultCode[]]
  /** RFC 6750 §3, RFC 9470 §3. */
  readonly hasChallenge?: true
  readonly isFor: (operation: Operation) => boolean
}

const always = (): boolean => true

/** What any operation of a kind may be refused with; an operation that says more of one of these says it itself. */
export const refusals: readonly Refusal[] = [
  {
    name: 'Malformed',
    status: 400,
    says: 'The query, the body or an identifier is not as it should be.',
    codes: ['admin_input_invalid'],
    isFor: always,
  },
  {
    name: 'Unauthorized',
    status: 401,
    says: 'No token, none that is good here, or one of a sign-in that is too weak or too old for this.',
    codes: ['admin_token_invalid', 'admin_token_missing', 'admin_token_too_weak'],
    hasChallenge: true,
    isFor: always,
  },
  {
    name: 'Forbidden',
    status: 403,
    says: 'The token lacks the scope, or whoever acts may not do it.',
    codes: ['admin_scope_missing', 'admin_forbidden'],
    hasChallenge: true,
    isFor: always,
  },
  {
    name: 'NotFound',
    status: 404,
    says: 'There is no such thing, or not any more.',
    codes: ['admin_not_found'],
    isFor: ({ id, path }) => path.includes('{') || id === 'searchGrants',
  },
  {
    name: 'Conflict',
    status: 409,
    says: 'It does not fit how things are: read-only, an administrator’s account, the last owner.',
    codes: ['admin_conflict', 'admin_is_administrator', 'admin_last_owner', 'admin_resource_in_use'],
    isFor: ({ method }) => method !== 'get',
  },
  {
    name: 'VersionMissing',
    status: 428,
    says: 'Which version is changed has to be said in `If-Match`.',
    codes: ['admin_version_missing'],
    isFor: ({ takesVersion }) => takesVersion === true,
  },
  {
    name: 'TooMany',
    status: 429,
    says: 'Too many calls; `Retry-After` says how many seconds to wait.',
    codes: ['too_many_requests'],
    isFor: always,
  },
  {
    name: 'Refused',
    status: undefined,
    says: 'Whatever else went wrong, such as a part of the house that does not answer.',
    codes: ['storage_unavailable', 'internal'],
    isFor: () => false,
  },
]
