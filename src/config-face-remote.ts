/** Settings of faces that are measured on other machines; `config.ts` reads them with the rest. */
import { resolve } from 'node:path'
import { z } from 'zod'

const file = z.string().min(1).optional()

export const settings = {
  MIEN_FACE_WORKER_URLS: z
    .string()
    .optional()
    .describe(
      'Machines that look at frames in place of processes here, each running `mien face-worker`: `https://` addresses with spaces or commas between. The least loaded is asked first. docs/face-workers.md tells how to set them up.',
    ),
  MIEN_FACE_WORKER_CERT_FILE: file.describe(
    'The certificate by which server and face workers know each other, as PEM; read again when it changes.',
  ),
  MIEN_FACE_WORKER_KEY_FILE: file.describe('The private key of that certificate, as PEM.'),
  MIEN_FACE_WORKER_CA_FILE: file.describe(
    'The authority of the certificates of server and face workers, as PEM: one that signs for nobody else.',
  ),
  MIEN_INFERENCE_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      'An inference server (Open Inference Protocol, KServe v2) on which the networks run, under the names of `models/manifest.json`. `https`, or `http` at localhost: aligned faces go there. Pictures are still decoded and cut by the face workers.',
    ),
  MIEN_INFERENCE_TOKEN: z
    .string()
    .min(1)
    .optional()
    .describe('The bearer token for `MIEN_INFERENCE_URL`. Face workers hold it; it must open nothing else.'),
  MIEN_INFERENCE_CA_FILE: file.describe(
    'The authority of the certificate at `MIEN_INFERENCE_URL`, as PEM, where it is a private one.',
  ),
}

export const secrets = ['MIEN_INFERENCE_TOKEN'] as const

export interface RemoteFaceConfig {
  /** Empty: frames are looked at by processes here. */
  readonly faceWorkerUrls: readonly string[]
  /** By which server and face workers know each other. */
  readonly faceWorkerCredentials:
    { readonly certFile: string; readonly keyFile: string; readonly caFile: string } | undefined
  readonly inference:
    | { readonly url: string; readonly token: string | undefined; readonly caFile: string | undefined }
    | undefined
}

type Settings = z.infer<z.ZodObject<typeof settings>>

function listOf(value: string | undefined): readonly string[] {
  return (value ?? '').split(/[ ,]+/).filter((each) => each !== '')
}

const isLocal = (url: string): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname)

/** What the settings say of each other. */
export function findProblems(given: Settings): string[] {
  const urls = listOf(given.MIEN_FACE_WORKER_URLS)
  const faults = urls
    .filter((url) => !URL.canParse(url) || new URL(url).protocol !== 'https:')
    .map((url) => `MIEN_FACE_WORKER_URLS: ${url} is not an https address`)
  const files = [
    given.MIEN_FACE_WORKER_CERT_FILE,
    given.MIEN_FACE_WORKER_KEY_FILE,
    given.MIEN_FACE_WORKER_CA_FILE,
  ]
  const isPartial = files.includes(undefined) && files.some((each) => each !== undefined)
  if (isPartial || (urls.length > 0 && files.includes(undefined))) {
    faults.push(
      'MIEN_FACE_WORKER_URLS needs MIEN_FACE_WORKER_CERT_FILE, MIEN_FACE_WORKER_KEY_FILE and MIEN_FACE_WORKER_CA_FILE, all three',
    )
  }
  const { MIEN_INFERENCE_URL: inference } = given
  if (inference === undefined) {
    if (given.MIEN_INFERENCE_TOKEN !== undefined)
      faults.push('MIEN_INFERENCE_TOKEN goes with MIEN_INFERENCE_URL')
    return faults
  }
  if (urls.length > 0)
    faults.push('MIEN_INFERENCE_URL is a setting of the face workers where these are elsewhere')
  if (inference.startsWith('http:') && !isLocal(inference)) {
    faults.push(
      'MIEN_INFERENCE_URL: over http, faces could be read on the way; https, or a proxy at localhost',
    )
  }
  return faults
}

export function toConfig(given: Settings): RemoteFaceConfig {
  const {
    MIEN_FACE_WORKER_CERT_FILE: certFile,
    MIEN_FACE_WORKER_KEY_FILE: keyFile,
    MIEN_FACE_WORKER_CA_FILE: caFile,
    MIEN_INFERENCE_CA_FILE: inferenceCa,
  } = given
  return {
    faceWorkerUrls: listOf(given.MIEN_FACE_WORKER_URLS),
    faceWorkerCredentials:
      certFile === undefined || keyFile === undefined || caFile === undefined
        ? undefined
        : { certFile: resolve(certFile), keyFile: resolve(keyFile), caFile: resolve(caFile) },
    inference:
      given.MIEN_INFERENCE_URL === undefined
        ? undefined
        : {
            url: given.MIEN_INFERENCE_URL,
            token: given.MIEN_INFERENCE_TOKEN,
            caFile: inferenceCa === undefined ? undefined : resolve(inferenceCa),
          },
  }
}
