/** Real Chromium with a fake camera that plays one person's video. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser, type Page } from 'playwright-core'
import { facesDir, type Person } from '../media.ts'

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
)

/** Whether this machine has what these tests need: a browser and the people. */
export const canBrowse = executablePath !== undefined && facesDir !== undefined

const screens = fileURLToPath(new URL('../../test-output/screens/', import.meta.url))

/** Seconds of the middle of each video: the first half enrols, the second signs in. */
const middles: Readonly<Record<Person, number>> = {
  d0: 1.5,
  d6: 17,
  d10: 7.5,
  d11: 4.5,
  d12: 3.5,
  d14: 9,
  d18: 3.5,
  d19: 4,
}
/** A fake camera plays its file again and again; more than this is not needed. */
const mostSeconds = 8

/** Makes a raw video of one half of a person's video, for Chromium's fake camera. */
export async function cameraFile(folder: string, person: Person, half: 'first' | 'second'): Promise<string> {
  const from = half === 'first' ? 0 : middles[person]
  const length = Math.min(mostSeconds, half === 'first' ? middles[person] : 60)
  const scale = 'scale=480:480:force_original_aspect_ratio=decrease,pad=640:480:(ow-iw)/2:(oh-ih)/2'
  return film(join(folder, `${person}-${half}.y4m`), {
    input: ['-ss', String(from), '-t', String(length), '-i', join(facesDir ?? '', 'videos', `${person}.mp4`)],
    filter: `${scale},fps=15,format=yuv420p`,
  })
}

/** Two people side by side. */
export async function twoFacesFile(folder: string, one: Person, other: Person): Promise<string> {
  const video = (person: Person): string => join(facesDir ?? '', 'videos', `${person}.mp4`)
  const half = 'scale=320:320,setsar=1,fps=15'
  const graph = `[0:v]${half}[l];[1:v]${half}[r];[l][r]hstack,pad=640:480:0:80,format=yuv420p`
  return film(join(folder, 'two-faces.y4m'), {
    input: ['-t', '3', '-i', video(one), '-t', '3', '-i', video(other)],
    filter: graph,
    isGraph: true,
  })
}

export async function darkFile(folder: string, person: Person): Promise<string> {
  return film(join(folder, 'dark.y4m'), {
    input: ['-t', '3', '-i', join(facesDir ?? '', 'videos', `${person}.mp4`)],
    filter: 'scale=480:480,pad=640:480:80:0,fps=15,lutyuv=y=16+(val-16)*0.15,format=yuv420p',
  })
}

export async function emptyRoomFile(folder: string): Promise<string> {
  return film(join(folder, 'empty.y4m'), {
    input: ['-f', 'lavfi', '-t', '2', '-i', 'gradients=size=640x480:rate=15:c0=0x8899aa:c1=0xccbbaa'],
    filter: 'format=yuv420p',
  })
}

interface Film {
  readonly input: readonly string[]
  readonly filter: string
  readonly isGraph?: boolean
}

async function film(file: string, { input, filter, isGraph = false }: Film): Promise<string> {
  if (existsSync(file)) return file
  const filtering = [isGraph ? '-filter_complex' : '-vf', filter]
  const ffmpeg = spawn('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...input, ...filtering, '-an', file])
  const ended = once(ffmpeg, 'close')
  const said = await text(ffmpeg.stderr)
  await ended
  if (ffmpeg.exitCode !== 0) throw new Error(`ffmpeg could not make ${file}: ${said}`)
  return file
}

/** A browser whose camera plays the file; each has its own fresh profile. */
export async function openBrowser(camera?: string): Promise<Browser> {
  return chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      ...(camera === undefined ? [] : [`--use-file-for-fake-video-capture=${camera}`]),
    ],
  })
}

/** Runs the story in a fresh browser and closes it; what its console complained of fails the test. */
export async function withBrowser<T>(
  camera: string | undefined,
  story: (page: Page) => Promise<T>,
): Promise<T> {
  const browser = await openBrowser(camera)
  try {
    const page = await browser.newPage({ viewport: { width: 1024, height: 800 } })
    const complaints: string[] = []
    page.on('console', (message) => {
      if (
        message.type() === 'error' &&
        /Content Security Policy|Permissions|Uncaught/i.test(message.text())
      ) {
        complaints.push(message.text())
      }
    })
    page.on('pageerror', (error) => complaints.push(error.message))
    const told = await story(page)
    if (complaints.length > 0) throw new Error(`the browser complained:\n${complaints.join('\n')}`)
    return told
  } finally {
    await browser.close()
  }
}

export async function screenshot(page: Page, name: string): Promise<void> {
  await mkdir(screens, { recursive: true })
  await page.screenshot({ path: join(screens, `${name}.png`), fullPage: true })
}
