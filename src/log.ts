/** The log: one JSON object a line, with what was thrown spelt out and what must not be there cut out. */
import pino, { type DestinationStream, type Logger } from 'pino'
import type { RequestContext } from './request-context.ts'

/** Nothing is meant to log these; if something does one day, the line says only that it did. */
const secretNames = [
  'password',
  'authorization',
  'cookie',
  'set-cookie',
  'secret',
  'client_secret',
  'token',
  'access_token',
  'refresh_token',
  'id_token',
  'id_token_hint',
  'login_hint',
  'logout_token',
  'client_assertion',
  'assertion',
  'code_verifier',
  'device_code',
  'user_code',
  'otp',
  'seed',
  'email',
  'to',
  'frame',
  'embedding',
  'vector',
  'score',
  'padScore',
  'livenessScore',
] as const

/** `requests`, where given, puts the reference of the request in hand, and its trace, into each line. */
export function createLog(
  level: string,
  destination: DestinationStream,
  requests?: Pick<RequestContext, 'fields'>,
): Logger {
  const paths = secretNames.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`])
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { error: (thrown: unknown) => describe(thrown) },
      redact: { paths, censor: '[cut out]' },
      ...(requests === undefined ? {} : { mixin: () => requests.fields() }),
    },
    destination,
  )
}

const deepestCause = 4

/** What an error says and where; what else hangs on it, such as the values of a statement, stays out. */
function describe(thrown: unknown, depth = 0): unknown {
  if (!(thrown instanceof Error)) return { message: typeof thrown === 'string' ? thrown : typeof thrown }
  const { name: type, message, stack, cause } = thrown
  const code = 'code' in thrown && typeof thrown.code === 'string' ? { code: thrown.code } : {}
  const deeper = cause === undefined || depth >= deepestCause ? {} : { cause: describe(cause, depth + 1) }
  return { type, ...code, message, stack, ...deeper }
}
