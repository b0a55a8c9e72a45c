/** A small inference server of the Open Inference Protocol (KServe v2) on the real networks, as Triton would be to us. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { readManifest } from '../../src/face/manifest.ts'
import { readVerifiedModels, selectModels } from '../../src/face/model-files.ts'
import { type Model, openModel, type Outputs } from '../../src/face/models.ts'

export interface KServe {
  readonly url: string
  /** Of each inference, whether it came as numbers in binary. */
  readonly inferences: boolean[]
  close(): Promise<void>
}

export interface KServeWish {
  readonly isBinary?: boolean
  readonly token?: string
  /** What it makes of a network's answer. */
  readonly change?: (name: string, outputs: Outputs) => Outputs | Promise<Outputs>
  /** Networks served under other names than their own. */
  readonly swap?: Readonly<Record<string, string>>
}

interface Given {
  readonly inputs: readonly {
    readonly data?: readonly number[]
    readonly parameters?: { readonly binary_data_size: number }
  }[]
}

export async function startKServe(modelsDir: string, wish: KServeWish = {}): Promise<KServe> {
  const { pad, ...others } = await readVerifiedModels(selectModels(readManifest()), [modelsDir])
  const models = new Map<string, Model>()
  for (const network of [...Object.values(others), ...pad]) {
    models.set(network.entry.name, await openModel(network))
  }
  const inferences: boolean[] = []
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error))
    })
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const say = (value: unknown) =>
      response.setHeader('content-type', 'application/json').end(JSON.stringify(value))
    const path = request.url ?? ''
    if (wish.token !== undefined && request.headers.authorization !== `Bearer ${wish.token}`) {
      response.writeHead(401).end()
      return
    }
    if (path === '/v2/health/ready') return void response.end()
    if (path === '/v2')
      return void say({ name: 'test', extensions: wish.isBinary === false ? [] : ['binary_tensor_data'] })
    const [, name = '', verb] = /^\/v2\/models\/([\w-]+)(\/infer)?$/.exec(path) ?? []
    const model = models.get(wish.swap?.[name] ?? name)
    if (model === undefined) return void response.writeHead(404).end()
    const { entry } = model
    const tensor = (part: { readonly name: string }) => ({ name: part.name, datatype: 'FP32', shape: [-1] })
    if (verb === undefined)
      return void say({ name, inputs: [tensor(entry.input)], outputs: entry.outputs.map(tensor) })
    const blob = readBlob(await buffer(request), request.headers['inference-header-content-length'])
    const isBinary = request.headers['inference-header-content-length'] !== undefined
    inferences.push(isBinary)
    const outputs = await model.run(blob)
    respond(response, (await wish.change?.(name, outputs)) ?? outputs, isBinary)
  }

  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://localhost:${address.port}`,
    inferences,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function readBlob(body: Buffer, headerLength: string | readonly string[] | undefined): Float32Array {
  const length = typeof headerLength === 'string' ? Number(headerLength) : body.length
  const { inputs } = JSON.parse(body.subarray(0, length).toString()) as Given
  const bytes = Uint8Array.from(body.subarray(length))
  return inputs[0]?.data === undefined ? new Float32Array(bytes.buffer) : Float32Array.from(inputs[0].data)
}

function respond(response: ServerResponse, outputs: Outputs, isBinary: boolean): void {
  const described = [...outputs].map(([name, values]) => ({
    name,
    datatype: 'FP32',
    shape: [1, values.length],
    ...(isBinary ? { parameters: { binary_data_size: values.byteLength } } : { data: Array.from(values) }),
  }))
  const head = Buffer.from(JSON.stringify({ outputs: described }))
  if (!isBinary) {
    response.setHeader('content-type', 'application/json').end(head)
    return
  }
  const tails = [...outputs.values()].map((each) =>
    Buffer.from(each.buffer, each.byteOffset, each.byteLength),
  )
  response.setHeader('inference-header-content-length', head.length).end(Buffer.concat([head, ...tails]))
}
