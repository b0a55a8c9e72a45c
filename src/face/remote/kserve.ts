/** A network on an inference server that speaks the Open Inference Protocol (KServe v2), as Triton and others do. */
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { ModelEntry } from '../manifest.ts'
import type { Model, Outputs } from '../models.ts'
import { exchange, type InferenceServer, type Line, openLine } from './inference-line.ts'
import { isSameAnswer, readReferenceAnswers, referenceInput, sampleOutputs } from './reference.ts'

const tensor = z.object({
  name: z.string(),
  datatype: z.string(),
  shape: z.array(z.coerce.number()),
})
const serverShape = z.object({ extensions: z.array(z.string()).default([]) })
const modelShape = z.object({ inputs: z.array(tensor), outputs: z.array(tensor) })
const answerShape = z.object({
  outputs: z.array(
    tensor.extend({
      data: z.array(z.unknown()).optional(),
      parameters: z.object({ binary_data_size: z.int().nonnegative() }).optional(),
    }),
  ),
})

/** A server that starts beside this one loads its networks for a while. */
const patienceSeconds = 60

/** @throws {Error} where it is not ready within so many seconds */
export async function awaitServer(server: InferenceServer, seconds = patienceSeconds): Promise<void> {
  const line = openLine(server)
  for (let second = 1; ; second++) {
    try {
      await exchange(line, { method: 'GET', path: '/v2/health/ready' })
      return
    } catch (cause) {
      if (second === seconds) throw new Error(`${server.url} is not ready`, { cause })
      await sleep(1000)
    }
  }
}

/**
 * Opens the network that the server has under the manifest's name for it, and asks it the reference question.
 * @throws {Error} saying what is wrong with the server or its network
 */
export async function openServedModel(entry: ModelEntry, server: InferenceServer): Promise<Model> {
  const line = openLine(server)
  const path = `/v2/models/${encodeURIComponent(entry.name)}`
  const metadata = modelShape.safeParse(await readJson(line, path))
  const fault = metadata.success ? findMismatch(entry, metadata.data) : 'its description cannot be read'
  if (fault !== undefined) throw new Error(`${server.url} has no network ${entry.name} like ours: ${fault}`)
  const { extensions } = serverShape.parse(await readJson(line, '/v2'))
  const isBinary = extensions.includes('binary_tensor_data')
  const run = (blob: Float32Array): Promise<Outputs> => infer({ line, entry, path, isBinary }, blob)
  const wanted = readReferenceAnswers()[entry.sha256]
  if (wanted === undefined || !isSameAnswer(wanted, sampleOutputs(await run(referenceInput(entry))))) {
    throw new Error(
      `${server.url} serves another network as ${entry.name}: it does not answer as ${entry.file} does`,
    )
  }
  return { entry, run }
}

/** The batch may be left open there (-1), whatever it is here. */
function findMismatch(
  entry: ModelEntry,
  { inputs, outputs }: z.infer<typeof modelShape>,
): string | undefined {
  const [input, ...others] = inputs
  if (input?.name !== entry.input.name || others.length > 0) return `its input is not ${entry.input.name}`
  const absent = entry.outputs.find(({ name }) => outputs.every((each) => each.name !== name))
  if (absent !== undefined) return `it has no output ${absent.name}`
  const odd = [input, ...outputs].find(({ datatype }) => datatype !== 'FP32')
  if (odd !== undefined) return `${odd.name} is ${odd.datatype}, not FP32`
  return undefined
}

interface Served {
  readonly line: Line
  readonly entry: ModelEntry
  readonly path: string
  readonly isBinary: boolean
}

async function infer({ line, entry, path, isBinary }: Served, blob: Float32Array): Promise<Outputs> {
  const shape = entry.input.shape.map((side) => (typeof side === 'number' ? side : 1))
  const input = { name: entry.input.name, shape, datatype: 'FP32' }
  const bytes = Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength)
  const head = JSON.stringify(
    isBinary
      ? {
          inputs: [{ ...input, parameters: { binary_data_size: bytes.length } }],
          outputs: entry.outputs.map(({ name }) => ({ name, parameters: { binary_data: true } })),
        }
      : {
          inputs: [{ ...input, data: Array.from(blob) }],
          outputs: entry.outputs.map(({ name }) => ({ name })),
        },
  )
  const answer = await post(line, `${path}/infer`, { head, tail: isBinary ? bytes : undefined })
  return new Map(readOutputs(answer, entry))
}

interface Answer {
  readonly head: unknown
  readonly tail: Buffer
}

function* readOutputs({ head, tail }: Answer, entry: ModelEntry): Generator<[string, Float32Array]> {
  const { outputs } = answerShape.parse(head)
  let offset = 0
  for (const { name, datatype, shape, data, parameters } of outputs) {
    const length = shape.reduce((product, side) => product * side, 1)
    const size = parameters?.binary_data_size
    const values = size === undefined ? floatsOf(data) : floatsIn(tail.subarray(offset, offset + size))
    offset += size ?? 0
    if (datatype !== 'FP32' || values.length !== length)
      throw new Error(`${entry.name} answered a ${name} of another size than it says`)
    yield [name, values]
  }
}

/** Numbers may be nested by dimension or not: the protocol allows both. */
function floatsOf(data: readonly unknown[] | undefined): Float32Array {
  const flat: unknown[] = (data ?? []).flat(4)
  return Float32Array.from(flat, (each) => (typeof each === 'number' ? each : NaN))
}

/** Little endian, as the extension says and as this machine has them. */
function floatsIn(bytes: Buffer): Float32Array {
  return new Float32Array(Uint8Array.from(bytes).buffer, 0, Math.floor(bytes.length / 4))
}

async function readJson(line: Line, path: string): Promise<unknown> {
  const { bytes } = await exchange(line, { method: 'GET', path })
  const value: unknown = JSON.parse(bytes.toString())
  return value
}

/** The extension puts a description first, whose length a header tells, and the numbers after it. */
async function post(
  line: Line,
  path: string,
  { head, tail }: { readonly head: string; readonly tail: Buffer | undefined },
): Promise<Answer> {
  const described = Buffer.from(head)
  const binary = { 'inference-header-content-length': String(described.length) }
  const { bytes, headerLength } = await exchange(line, {
    method: 'POST',
    path,
    body: tail === undefined ? described : Buffer.concat([described, tail]),
    headers:
      tail === undefined
        ? { 'content-type': 'application/json' }
        : { 'content-type': 'application/octet-stream', ...binary },
  })
  const split = headerLength ?? bytes.length
  return { head: JSON.parse(bytes.subarray(0, split).toString()) as unknown, tail: bytes.subarray(split) }
}
