/** Takes the pictures of the README into `docs/images`, with a drawn face before the camera: `node test/pages/readme-pictures.ts`. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { launchBrowser } from './browser.ts'
import { startDevServer } from './dev-server.ts'
import { happyScript, look } from './scripts.ts'

const images = fileURLToPath(new URL('../../docs/images/', import.meta.url))
mkdirSync(images, { recursive: true })

const dev = await startDevServer((request, all) =>
  request.sequence === undefined ? happyScript(request, all) : { body: look({ progress: 0.7 }) },
)
const browser = await launchBrowser()
const page = await browser.newPage({ colorScheme: 'light', reducedMotion: 'reduce' })
await page.addInitScript({ path: fileURLToPath(new URL('drawn-face.js', import.meta.url)) })

async function shoot(path: string, file: string, size: { width: number; height: number }): Promise<void> {
  await page.setViewportSize(size)
  await page.goto(`${dev.origin}/pages/${path}`)
  if (path === 'camera') {
    await page.getByRole('button', { name: 'Start camera' }).click()
    await page.getByText('Look straight at the camera.').waitFor()
    await page.mouse.move(0, 0)
    await page.waitForTimeout(600)
  }
  await page.screenshot({ path: join(images, file) })
}

await shoot('home', 'home.png', { width: 640, height: 640 })
await shoot('camera', 'camera.png', { width: 640, height: 960 })
await shoot('account', 'account.png', { width: 900, height: 840 })
await shoot('admin-overview', 'console-overview.png', { width: 1180, height: 860 })
await shoot('admin-client', 'console-app.png', { width: 1180, height: 860 })
await browser.close()
await dev.close()
