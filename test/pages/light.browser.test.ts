import { assert } from 'chai'
import { z } from 'zod'
import { until } from '../until.ts'
import { done, look } from './scripts.ts'
import { describeBrowser, onFrames, useStage } from './stage.ts'

const canFlash = z.object({ canFlash: z.boolean() })
const changes = z.array(z.object({ at: z.number(), light: z.string() }))
const lights = ['#ff968c', '#96b4ff', '#ffffff', '#96f0a0', '#ff968c']

describeBrowser('Coloured light on the capture page', function () {
  this.timeout(30_000)
  const stage = useStage()

  const noLight = () => stage.page.getByRole('checkbox', { name: /^No coloured light/ })

  it('is announced before the camera starts, and may be left out', async () => {
    await stage.open('camera~coloured-light')
    assert.isTrue(await stage.page.getByText('Near the end your screen shines').isVisible())
    assert.isFalse(await noLight().isChecked())
    await noLight().check()
    await stage.page.getByRole('button', { name: 'Start camera' }).click()
    await stage.page.waitForURL('**/pages/message')
    assert.deepEqual(canFlash.parse(stage.dev.requests[0]?.body).canFlash, false)
  })

  it('is left out unasked where the person wants less motion', async () => {
    await stage.page.emulateMedia({ reducedMotion: 'reduce' })
    await stage.open('camera~coloured-light')
    assert.isTrue(await noLight().isChecked())
  })

  it('fills the page with what the server asks for, changes less than three times a second, and is gone at the end', async () => {
    let isSeen = false
    let held = 0
    // The first light until it was seen, and each of the others for two frames.
    stage.dev.script = onFrames(({ sequence = 0 }) => {
      if (!isSeen) held = sequence
      const light = lights[Math.ceil((sequence - held) / 2)]
      return { body: light === undefined ? done : look({ light }) }
    })
    await stage.page.addInitScript(`
      window.changes = []
      document.addEventListener('DOMContentLoaded', () => new MutationObserver(() => {
        const light = document.documentElement.style.getPropertyValue('--light')
        if (light !== (window.changes.at(-1)?.light ?? '')) {
          window.changes.push({ at: performance.now(), light })
          sessionStorage.setItem('changes', JSON.stringify(window.changes))
        }
      }).observe(document.documentElement, { attributes: true }))`)
    await stage.start('camera~coloured-light')
    await stage.page.locator('html[data-lit]').waitFor()
    const background = 'getComputedStyle(document.body).backgroundColor'
    await until(async () => (await stage.page.evaluate(background)) === 'rgb(255, 150, 140)', 'the light')
    isSeen = true
    await stage.page.waitForURL('**/pages/message')
    const seen = changes.parse(JSON.parse(await stage.page.evaluate("sessionStorage.getItem('changes')")))
    assert.deepEqual(
      seen.map(({ light }) => light),
      [...lights, ''],
    )
    for (const [at, { at: since }] of seen.slice(1, -1).entries()) {
      assert.isAtLeast(since - (seen[at]?.at ?? NaN), 334)
    }
  })
})
