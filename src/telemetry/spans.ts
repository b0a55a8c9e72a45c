/** Spans as the house knows them: work with a name, within other work. Who carries them is `open-telemetry.ts`; where traces are off nothing is made. */

/** Words and numbers of ours; nothing that a request said, and nothing that names a person. */
export type SpanFacts = Readonly<Record<string, string | number | boolean>>

export type SpanKind = 'server' | 'client' | 'internal'

export interface SpanInHand {
  rename(name: string): void
  note(facts: SpanFacts): void
  /** It went wrong: a code of ours, never the words of what was thrown. */
  fail(code: string): void
}

export interface SpanWish {
  readonly name: string
  readonly kind?: SpanKind
  readonly facts?: SpanFacts
}

export interface PastSpan {
  readonly name: string
  readonly ms: number
}

export interface Spans {
  /** Does the work within a span, a child of the one in hand, or the first of a trace. What is thrown marks it as failed. */
  readonly within: <T>(wish: SpanWish, work: (span: SpanInHand) => Promise<T>) => Promise<T>
  /** One after the other, the last of them ending now: what another process has done. */
  readonly addPast: (parts: readonly PastSpan[]) => void
  /** Of the trace in hand, where it is being recorded. */
  readonly traceId: () => string | undefined
  /** Sends what is waiting, as far as it goes within two seconds. */
  readonly close: () => Promise<void>
}

const noSpan: SpanInHand = { rename: () => undefined, note: () => undefined, fail: () => undefined }

export const noSpans: Spans = {
  within: (_wish, work) => work(noSpan),
  addPast: () => undefined,
  traceId: () => undefined,
  close: () => Promise.resolve(),
}
