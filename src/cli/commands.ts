/** The table of commands, from which help is written too. */
import type { Command } from './command.ts'
import { clientCommands } from './commands-clients.ts'
import { operationsCommands } from './commands-operations.ts'
import { adminCommands } from './commands-admin.ts'
import { UsageError } from './terminal.ts'

export type { Command }

/** Of the commands that embed pictures. */
const embeddingDetails = [
  '--cache FOLDER          keep embeddings there, so that the next run goes on where this one ended; biometric data!',
  '--image-adapter ADAPTER auto, opencv or sharp',
  '--model-dir FOLDER      a folder of networks to look in first',
  '--json                  print one object',
] as const

export const commands: Readonly<Record<string, Command>> = {
  models: {
    summary: 'List, fetch, check and take in the networks',
    usage: 'mien models <list | pull | verify | add> [NAME… | FILE…] [--required] [--json]',
    details: [
      'list              what is known and where it was found',
      'pull [NAME…]      fetch what is not here; --required: only what the server needs to start',
      'verify [NAME…]    compare the files with their checksums',
      'add FILE…         take in files that were fetched by hand',
    ],
    examples: [
      'mien models pull --required',
      'mien models verify --json',
      'mien models add ~/Downloads/weights.onnx',
    ],
    run: async (args) => (await import('./models.ts')).models(args),
  },
  evaluate: {
    summary: 'Measure error rates on pairs of pictures, or on presentation attacks',
    usage: [
      'mien evaluate verification --pairs FILE --images FOLDER [--curves FOLDER] [--cache FOLDER] [--image-adapter ADAPTER] [--model-dir FOLDER] [--json]',
      'mien evaluate pad --bona-fide FOLDER --attacks FOLDER [--any-quality] [--image-adapter ADAPTER] [--model-dir FOLDER] [--json]',
    ].join('\n       '),
    details: [
      '--pairs FILE            pairs in the format of Labeled Faces in the Wild',
      '--images FOLDER         the pictures that they name',
      '--curves FOLDER         write roc.svg and det.svg there',
      '--bona-fide FOLDER      captures of live people: a folder of frames each, or a picture each',
      '--attacks FOLDER        a folder for each species of attack, with its captures',
      '--any-quality           count frames, too, that a sign-in would not',
      ...embeddingDetails,
    ],
    examples: [
      'mien evaluate verification --pairs lfw/pairs.txt --images lfw/images --json',
      'mien evaluate verification --pairs lfw/pairs.txt --images lfw/images --curves curves',
      'mien evaluate pad --bona-fide captures/live --attacks captures/attacks --json',
    ],
    run: evaluate,
  },
  calibrate: {
    summary: 'Measure which threshold gives which false match rate',
    usage:
      'mien calibrate --images FOLDER [--groups FILE] [--target-fmr RATE] [--out FILE] [--report FILE] [--cache FOLDER] [--image-adapter ADAPTER] [--model-dir FOLDER] [--json]',
    details: [
      '--images FOLDER         a folder with one folder of pictures per person',
      '--groups FILE           folder,group in a row per person (CSV), or folder: group (YAML): the rate must hold in each group',
      '--target-fmr RATE       the false match rate wanted of one comparison; 1e-4 unless said otherwise',
      '--out FILE              write the calibration there; name it in MIEN_CALIBRATION_FILE',
      '--report FILE           write there, too, what is printed',
      ...embeddingDetails,
      'A rate that so few people cannot support is refused, with how many more are needed, and the exit code is 1.',
    ],
    examples: [
      'mien calibrate --images faces --target-fmr 1e-4 --out calibration.json',
      'mien calibrate --images faces --groups groups.csv --target-fmr 1e-3 --json',
    ],
    run: async (args) => (await import('./calibrate.ts')).calibrate(args),
  },
  audit: {
    summary: 'Check that the audit trail is whole, and list it',
    usage: [
      'mien audit verify [--json]',
      'mien audit list [--subject ID] [--type TYPE] [--since TIME] [--limit N] [--json]',
    ].join('\n       '),
    details: [
      'verify            read the whole chain; where it was tampered with, name the first wrong event and exit with 1',
      'list              newest first',
      '--subject ID      of this subject alone',
      '--type TYPE       of this type alone, such as signed_in',
      '--since TIME      from this moment on, such as 2026-11-23T08:00:00Z',
      '--limit N         at most so many; 100 unless said otherwise',
    ],
    examples: [
      'mien audit verify',
      'mien audit list --type sign_in_refused --since 2026-11-23T00:00:00Z --json',
    ],
    run: async (args) => (await import('./audit.ts')).audit(args),
  },
  ...clientCommands,
  keys: {
    summary: 'List and rotate the signing keys',
    usage: 'mien keys <list | rotate [--leaked]> [--json]',
    details: [
      'list              what signs, what is to sign, what still verifies',
      'rotate            make the next keys: shown now, signing in two hours',
      '--leaked          the old keys are gone at once, and what they signed is worth nothing',
      'A running server takes the change up within a minute.',
    ],
    examples: ['mien keys list --json', 'mien keys rotate'],
    run: async (args) => (await import('./keys.ts')).keys(args),
  },
  users: {
    summary: 'List accounts, sign them out, switch them off and on, erase them',
    usage: [
      'mien users list [--limit N] [--after ID] [--json]',
      'mien users show | sessions ACCOUNT [--json]',
      'mien users end-sessions ACCOUNT [--json]',
      'mien users reset ACCOUNT FACTOR [--json]',
      'mien users disable ACCOUNT [--force] [--json]',
      'mien users enable ACCOUNT [--json]',
      'mien users erase ACCOUNT --yes [--force] [--json]',
    ].join('\n       '),
    details: [
      'ACCOUNT           an e-mail address, or the id of a subject',
      'sessions          where the account is signed in',
      'end-sessions      signs out everywhere, ends all access; apps are told',
      'reset             takes a way to sign in away, so that the owner can set it up anew',
      'FACTOR            face, passkeys, authenticator-app, recovery-codes or trusted-devices',
      'disable           signs out everywhere, ends all access; every sign-in is refused as if nobody had that address',
      'erase             deletes everything of the account; of the audit trail the fact stays, without address',
      '--force           also where it is the last owner of this provider; then `mien admin token` makes another',
      'The owner is told by mail of what the pages of the account would tell of.',
      '--limit N         at most so many; 100 unless said otherwise',
      '--after ID        the page that follows this id',
    ],
    examples: [
      'mien users reset ada@example.com authenticator-app',
      'mien users disable ada@example.com --json',
    ],
    run: async (args) => (await import('./users.ts')).users(args),
  },
  ...operationsCommands,
  ...adminCommands,
  doctor: {
    summary: 'Look the provider over, from outside and from inside, and say what to change',
    usage: 'mien doctor [--issuer ADDRESS] [--json]',
    details: [
      '--issuer ADDRESS  ask there instead of at MIEN_ISSUER',
      '--json            print one object',
      'Changes nothing and prints no secret. The exit code is 1 where something has to be changed.',
    ],
    examples: ['mien doctor', 'mien doctor --issuer https://id.example.com --json'],
    run: async (args) => (await import('./doctor.ts')).doctor(args),
  },
  'face-worker': {
    summary: 'Look at frames for servers on other machines',
    usage: 'mien face-worker --listen HOST:PORT',
    details: [
      'Wants MIEN_FACE_WORKER_CERT_FILE, MIEN_FACE_WORKER_KEY_FILE and MIEN_FACE_WORKER_CA_FILE; servers that have',
      'certificates of the same authority name this machine in MIEN_FACE_WORKER_URLS. Runs until SIGTERM.',
    ],
    examples: ['mien face-worker --listen 0.0.0.0:7443'],
    run: async (args) => (await import('./face-worker.ts')).faceWorker(args),
  },
  docs: {
    summary: 'Write the documents that are made from the settings and from tested code',
    usage: 'mien docs [--check]',
    details: ['--check           change nothing; fail where they have drifted'],
    examples: ['mien docs --check'],
    run: async (args) => (await import('./docs.ts')).docs(args),
  },
}

async function evaluate([what = '', ...args]: readonly string[]): Promise<number> {
  if (what === 'pad') return (await import('./evaluate-pad.ts')).evaluatePad(args)
  if (what !== 'verification')
    throw new UsageError(`\`mien evaluate\` wants \`verification\` or \`pad\`, not \`${what}\``)
  return (await import('./evaluate-verification.ts')).evaluateVerification(args)
}
