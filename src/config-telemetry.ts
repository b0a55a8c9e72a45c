/** Settings of what operators see of a running house: metrics, traces, the access log; `config.ts` reads them with the rest. */
import { z } from 'zod'

const flag = z.enum(['on', 'off']).transform((value) => value === 'on')

export const settings = {
  MIEN_METRICS_PORT: z.coerce
    .number()
    .int()
    .min(1)
    .max(65535)
    .optional()
    .describe(
      'The port of a listener of its own that serves `/metrics` for Prometheus; never the public one. Default: none, and nothing is measured.',
    ),
  MIEN_METRICS_HOST: z
    .string()
    .min(1)
    .default('localhost')
    .describe('The address of that listener; it should be reached by the monitoring alone.'),
  MIEN_METRICS_TOKEN: z
    .string()
    .min(16, 'is shorter than 16 characters')
    .max(1024)
    .optional()
    .describe('What whoever scrapes sends as a bearer token. Default: none is asked for.'),
  MIEN_TRACES_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      'Where traces are sent by OTLP over HTTP, such as `http://localhost:4318/v1/traces`. Default: none are made.',
    ),
  MIEN_TRACES_TOKEN: z
    .string()
    .min(1)
    .max(1024)
    .optional()
    .describe('What the collector of the traces wants as a bearer token.'),
  MIEN_TRACES_RATIO: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(0.1)
    .describe('Which share of the requests is traced, 0 to 1, drawn by chance.'),
  MIEN_ACCESS_LOG: flag
    .default(false)
    .describe(
      'Whether each request is a line of the log at level `info` (`on` or `off`); at `off` it is one at `debug`. Without query, cookie and network address.',
    ),
}

export const secrets = ['MIEN_METRICS_TOKEN', 'MIEN_TRACES_TOKEN'] as const

export interface TelemetryConfig {
  readonly metrics:
    { readonly host: string; readonly port: number; readonly token: string | undefined } | undefined
  readonly traces:
    { readonly url: string; readonly token: string | undefined; readonly ratio: number } | undefined
  readonly accessLog: boolean
}

type Settings = z.infer<z.ZodObject<typeof settings>>

/** What the settings say of each other. */
export function findProblems(given: Settings & { readonly MIEN_PORT: number }): string[] {
  const { MIEN_METRICS_PORT: port } = given
  if (port === undefined)
    return given.MIEN_METRICS_TOKEN === undefined ? [] : ['MIEN_METRICS_TOKEN goes with MIEN_METRICS_PORT']
  return port === given.MIEN_PORT ? ['MIEN_METRICS_PORT is MIEN_PORT: metrics are never served there'] : []
}

export function toConfig(given: Settings): TelemetryConfig {
  const { MIEN_METRICS_PORT: port, MIEN_TRACES_URL: url } = given
  return {
    metrics:
      port === undefined
        ? undefined
        : { host: given.MIEN_METRICS_HOST, port, token: given.MIEN_METRICS_TOKEN },
    traces:
      url === undefined ? undefined : { url, token: given.MIEN_TRACES_TOKEN, ratio: given.MIEN_TRACES_RATIO },
    accessLog: given.MIEN_ACCESS_LOG,
  }
}
