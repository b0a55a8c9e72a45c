/** The machine that the provider runs on: its folder, its networks, its room, its way to send mail. Changes nothing. */
import { existsSync } from 'node:fs'
import { readdir, stat, statfs } from 'node:fs/promises'
import { availableParallelism, totalmem } from 'node:os'
import { join } from 'node:path'
import { readManifest } from '../../face/manifest.ts'
import { findModel, isGenuine, modelFolders } from '../../face/model-store.ts'
import { adminResource } from '../../provider/admin-resource.ts'
import { trySmtp } from '../../mail/smtp.ts'
import { ClientsError, openClients } from '../../provider/clients.ts'
import { fail, leftOut, ok, reasonOf, warn, type Finding, type Patient } from './findings.ts'

const megabyte = 1024 * 1024
const leastRoom = 500 * megabyte
/** As `docs/benchmarks.md` has them, rounded up. */
const memoryOf = { server: 150 * megabyte, worker: 260 * megabyte } as const

/** Of the group and of others: nobody but the owner may read keys and data (security check 39). */
const strangersBits = 0o077

export async function checkFolder({ config }: Patient): Promise<readonly Finding[]> {
  const { dataDir } = config
  if (!existsSync(dataDir))
    return [leftOut('data folder', `${dataDir} is not there yet; the first start makes it.`)]
  const keys = join(dataDir, 'keys')
  const files = [dataDir, join(dataDir, 'mien.sqlite'), ...(existsSync(keys) ? await filesOf(keys) : [])]
  const open = []
  for (const file of files) {
    if (existsSync(file) && ((await stat(file)).mode & strangersBits) !== 0) open.push(file)
  }
  const room = await roomIn(dataDir)
  const isTight = !(room >= leastRoom)
  const says = `${dataDir} has ${Math.floor(room / megabyte)} MB left.`
  return [
    open.length === 0
      ? ok('data folder', 'Data and keys are readable by their owner alone.')
      : fail(
          'data folder',
          `Others can read ${open.join(', ')}.`,
          'chmod 700 the folders and 600 the files; where others are on this machine, change the keys too.',
        ),
    isTight ? warn('room', says, 'Make room: a full disk stops every sign-in.') : ok('room', says),
  ]
}

async function filesOf(folder: string): Promise<string[]> {
  return [folder, ...(await readdir(folder)).map((name) => join(folder, name))]
}

async function roomIn(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

export async function checkNetworks({ config }: Patient): Promise<readonly Finding[]> {
  if (config.faceWorkerUrls.length > 0 || config.inference !== undefined)
    return [leftOut('networks', 'They are on other machines.')]
  const folders = modelFolders(config.modelsDir)
  const findings: Finding[] = []
  for (const entry of readManifest().models) {
    const path = findModel(entry, folders)
    if (path === undefined && entry.required) {
      findings.push(
        fail('networks', `${entry.file} is not here.`, 'Fetch it with `mien models pull --required`.'),
      )
    } else if (path !== undefined && !(await isGenuine(entry, path))) {
      findings.push(
        fail(
          'networks',
          `${path} has other bytes than it should.`,
          'Delete it and fetch it again with `mien models pull`.',
        ),
      )
    }
  }
  return findings.length > 0 ? findings : [ok('networks', 'The networks are here, with the right bytes.')]
}

export function checkClients({ config }: Patient): Promise<readonly Finding[]> {
  const { clientsFile: file, issuer } = config
  if (!existsSync(file))
    return Promise.resolve([leftOut('clients', `${file} is not there yet; the first start makes it.`)])
  try {
    const { metadata, warnings } = openClients({ file, ownResources: [adminResource(issuer)] })
    const doubts = warnings.map((each) => warn('clients', `${each}.`, 'See docs/clients.md.'))
    return Promise.resolve([ok('clients', `${metadata.length} apps may sign people in.`), ...doubts])
  } catch (error) {
    if (!(error instanceof ClientsError)) throw error
    return Promise.resolve([
      fail('clients', error.message, `Mend ${file}; docs/clients.md has every setting.`),
    ])
  }
}

export function checkMachine({ config }: Patient): Promise<readonly Finding[]> {
  const wanted = memoryOf.server + config.faceWorkers * memoryOf.worker
  const cores = availableParallelism()
  const memory = `${config.faceWorkers} face workers want about ${Math.ceil(wanted / megabyte)} MB; the machine has ${Math.floor(totalmem() / megabyte)}.`
  return Promise.resolve([
    totalmem() > 1.5 * wanted
      ? ok('memory', memory)
      : warn('memory', memory, 'Set MIEN_FACE_WORKERS lower, or give the machine more.'),
    config.faceWorkers <= cores
      ? ok('cores', `${config.faceWorkers} face workers on ${cores} cores.`)
      : warn(
          'cores',
          `${config.faceWorkers} face workers share ${cores} cores.`,
          'More than one a core only takes memory: set MIEN_FACE_WORKERS=0.',
        ),
  ])
}

/** Signs in to the mail server, as for a mail, and sends none. */
export async function checkMail({ config, patienceMs }: Patient): Promise<readonly Finding[]> {
  if (config.smtpUrl === undefined) {
    const isTrial = new URL(config.issuer).hostname === 'localhost'
    const says = `No mail server is set: mails are written into ${join(config.dataDir, 'outbox')}.`
    return [
      isTrial
        ? ok('mail', says)
        : warn('mail', says, 'Set MIEN_SMTP_URL and MIEN_MAIL_FROM, or people get no codes and no warnings.'),
    ]
  }
  const { host } = new URL(config.smtpUrl)
  try {
    await trySmtp(config.smtpUrl, patienceMs)
    return [ok('mail', `${host} takes mails of this provider.`)]
  } catch (error) {
    return [
      fail(
        'mail',
        `${host} takes no mails of this provider: ${reasonOf(error)}.`,
        'Look at MIEN_SMTP_URL, its user and password, and at the firewall.',
      ),
    ]
  }
}
