/** What the doctor asks of machines that measure faces for this one. */
import { inferenceOf } from '../../face-pool.ts'
import { modelTag, readManifest } from '../../face/manifest.ts'
import { selectModels } from '../../face/model-files.ts'
import { openServedModel, awaitServer } from '../../face/remote/kserve.ts'
import { createPeer } from '../../face/remote/peer.ts'
import { fail, leftOut, ok, reasonOf, type Finding, type Patient } from './findings.ts'

/** Each of them, by name: reachable with our certificate, and with the networks that are in use here. */
export async function checkFaceWorkers({ config, patienceMs }: Patient): Promise<readonly Finding[]> {
  const { faceWorkerUrls: urls, faceWorkerCredentials: credentials } = config
  if (credentials === undefined || urls.length === 0)
    return [leftOut('face workers', 'Faces are measured on this machine.')]
  const { pad, ...others } = selectModels(readManifest())
  const networks = [...Object.values(others), ...pad].map(({ sha256 }) => sha256)
  const wanted = { model: modelTag(others.recogniser), networks }
  const looks = urls.map(async (url): Promise<Finding> => {
    let fault = 'it does not answer'
    const peer = createPeer({
      url,
      credentials,
      wanted,
      frameTimeoutMs: patienceMs,
      onEvent: (event) => {
        if (event.kind === 'peer_unfit') fault = event.detail
      },
    })
    const isFit = await peer.check()
    const workers = peer.identity()?.workers ?? 0
    peer.close()
    if (isFit) return ok('face workers', `${url} measures faces (${workers} at once).`)
    const advice =
      'See that it runs, and that the certificates of both are of one authority (docs/face-workers.md).'
    return fail('face workers', `${url} cannot be used: ${fault}.`, advice)
  })
  return Promise.all(looks)
}

export async function checkInference({ config }: Patient): Promise<readonly Finding[]> {
  if (config.inference === undefined) return []
  const { pad, ...others } = selectModels(readManifest())
  try {
    const server = inferenceOf(config) ?? config.inference
    await awaitServer(server, 1)
    for (const entry of [...Object.values(others), ...pad]) await openServedModel(entry, server)
    return [ok('inference', `${server.url} answers as our networks do.`)]
  } catch (error) {
    const advice = 'docs/face-workers.md tells under which names it must have which files.'
    return [fail('inference', `${reasonOf(error)}.`, advice)]
  }
}
