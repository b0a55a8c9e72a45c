import { assert } from 'chai'
import { z } from 'zod'
import { pagePaths } from './dev-server.ts'
import { look } from './scripts.ts'
import { describeBrowser, onFrames, useStage } from './stage.ts'

const email = 'robin.example@example.com'

describeBrowser('The pages for everyone, in Chromium,', function () {
  // Every page at every width, on a busy machine.
  this.timeout(240_000)
  const stage = useStage()

  const names: readonly (readonly [
    page: string,
    role: 'button' | 'link' | 'textbox' | 'checkbox',
    name: string,
  ])[] = [
    ['home', 'link', 'Sign in with face'],
    ['home', 'link', 'Create account'],
    ['identify', 'textbox', 'Email'],
    ['identify', 'button', 'Continue'],
    ['identify', 'link', 'Create account'],
    ['password', 'button', 'Continue'],
    ['password', 'link', 'Sign in with face'],
    ['register', 'textbox', 'Email'],
    ['register', 'button', 'Continue'],
    ['register', 'link', 'Sign in instead'],
    ['camera', 'button', 'Start camera'],
    ['camera', 'link', 'Use password instead'],
    ['enrol', 'button', 'Start camera'],
    ['enrol', 'button', 'Not now'],
    ['consent', 'button', 'Allow'],
    ['consent', 'button', 'Deny'],
    ['account', 'button', 'Sign out'],
    ['account', 'link', 'Replace my face'],
    ['account~no-face', 'link', 'Enrol your face'],
    ['account~disabled', 'button', 'Turn face sign-in on again'],
    ['password', 'link', 'Forgot your password?'],
    ['password', 'link', 'Get a code by e-mail'],
    ['camera', 'link', 'Get a code by e-mail'],
    ['email-code', 'textbox', 'Code'],
    ['email-code', 'button', 'Send another code'],
    ['email-code~before', 'button', 'Send the code'],
    ['confirm-address', 'textbox', 'Code'],
    ['recover', 'textbox', 'Email'],
    ['recover', 'button', 'Send the link'],
    ['recover-password', 'textbox', 'New password'],
    ['recover-password', 'textbox', 'Code of your authenticator app'],
    ['account-profile', 'textbox', 'Name'],
    ['account-profile', 'textbox', 'New e-mail address'],
    ['account-profile~unverified', 'button', 'Confirm'],
    ['account-password', 'textbox', 'Present password'],
    ['account-password', 'checkbox', 'Sign out everywhere else'],
    ['logout-confirm', 'button', 'Sign out'],
    ['logout-confirm', 'button', 'Stay signed in'],
  ]
  it('name their buttons, links and fields exactly', async () => {
    let opened = ''
    for (const [path, role, name] of names) {
      if (opened !== path) await stage.open(path)
      opened = path
      const count = await stage.page.getByRole(role, { name, exact: true }).count()
      assert.equal(count, 1, `${path}: ${role} “${name}”`)
    }
  })

  it('have one field called Password, which can be shown and hidden', async () => {
    for (const path of ['password', 'register']) {
      await stage.open(path)
      const field = stage.page.getByLabel('Password')
      assert.equal(await field.count(), 1, path)
      await field.fill('four unrelated words')
      await stage.page.getByRole('button', { name: 'Show' }).click()
      assert.equal(await field.getAttribute('type'), 'text')
      await stage.page.getByRole('button', { name: 'Hide' }).click()
      assert.equal(await field.getAttribute('type'), 'password')
    }
  })

  it('ask for consent with a box that starts unticked', async () => {
    for (const path of ['register', 'agree']) {
      await stage.open(path)
      const box = stage.page.getByRole('checkbox', { name: /^I agree/ })
      assert.isFalse(await box.isChecked(), path)
      await stage.page.getByText('I agree that my face').click()
      assert.isTrue(await box.isChecked(), path)
    }
  })

  it('tie an error to its field', async () => {
    for (const [path, label, text] of [
      ['identify~error', 'Email', 'Enter your e-mail address'],
      ['register~field-error', 'Password', 'Choose a password'],
      ['password~error', 'Password', 'That did not work'],
    ] as const) {
      await stage.open(path)
      const ids = await stage.page.getByLabel(label).getAttribute('aria-describedby')
      const said = await Promise.all(
        (ids ?? '').split(' ').map((id) => stage.page.locator(`[id="${id}"]`).textContent()),
      )
      assert.include(said.join(' '), text, path)
    }
  })

  it('put the password first after failures', async () => {
    await stage.open('camera~second-try')
    const texts = await stage.page.locator('.actions > *').allTextContents()
    assert.deepEqual(texts, ['Use password instead', 'Start camera'])
    await stage.open('camera')
    const usual = await stage.page.locator('.actions > *').allTextContents()
    assert.deepEqual(usual, ['Start camera', 'Use password instead'])
  })

  it('complain of nothing, the content security policy included', async () => {
    for (const path of pagePaths) await stage.open(path)
    assert.isEmpty(stage.complaints)
  })

  it('fit any width from 320 to 1920 pixels, with targets of at least 44', async () => {
    for (const path of pagePaths) {
      await stage.open(path)
      for (const width of [320, 360, 768, 1280, 1920]) {
        await stage.page.setViewportSize({ width, height: 800 })
        const { overflow, small } = fitShape.parse(await stage.page.evaluate(fitAt(width)))
        assert.isAtMost(overflow, 0, `${path} at ${width}`)
        assert.deepEqual(small, [], `${path} at ${width}`)
      }
    }
  })

  it('can be read: text has a contrast of at least 4.5 to 1, in light and in dark', async () => {
    for (const path of pagePaths) {
      await stage.open(path)
      for (const colorScheme of ['light', 'dark'] as const) {
        await stage.page.emulateMedia({ colorScheme })
        assert.deepEqual(await stage.page.evaluate(faintTexts), [], `${path} in ${colorScheme}`)
      }
    }
  })

  it('can be used by keyboard alone, in the order in which they are read', async () => {
    await stage.open('password')
    await stage.page.getByRole('checkbox').waitFor()
    await stage.page.keyboard.press('Tab')
    const order: unknown[] = []
    for (let at = 0; at < 8; at += 1) {
      const name = '(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()'
      order.push(await stage.page.evaluate(name))
      await stage.page.keyboard.press('Tab')
    }
    assert.deepEqual(order, [
      'Show',
      'Trust this device for face sign-in',
      'Continue',
      'Sign in with face',
      'Use a passkey',
      'Get a code by e-mail',
      'Forgot your password?',
      'Cancel and return to Aurora Notes',
    ])
    await stage.open('camera')
    await stage.page.keyboard.press('Tab')
    assert.equal(await stage.page.evaluate('document.activeElement.textContent'), 'Skip to the content')
  })

  it('keep the focus where it is when the camera starts and stops', async () => {
    stage.dev.script = onFrames(() => ({ body: look() }))
    await stage.open('camera')
    await stage.page.getByRole('button', { name: 'Start camera' }).focus()
    await stage.page.keyboard.press('Enter')
    await stage.page.getByText('Look straight at the camera.').waitFor()
    assert.equal(await stage.page.evaluate('document.activeElement.textContent'), 'Stop camera')
    await stage.page.keyboard.press('Enter')
    assert.equal(await stage.page.evaluate('document.activeElement.textContent'), 'Start camera')
  })

  it('say the instruction as an alert and the hint politely', async () => {
    stage.dev.script = onFrames(() => ({ body: look({ hint: 'Move closer.' }) }))
    await stage.start()
    await stage.page.getByRole('alert').getByText('Look straight at the camera.').waitFor()
    await stage.page.locator('[aria-live="polite"]').getByText('Move closer.').waitFor()
  })

  it('move nothing for those who ask for that', async () => {
    await stage.page.emulateMedia({ reducedMotion: 'reduce' })
    await stage.open('camera')
    const moving = await stage.page.evaluate(`[...document.querySelectorAll('*')].filter((each) => {
      const { animationName, transitionDuration } = getComputedStyle(each)
      return animationName !== 'none' || parseFloat(transitionDuration) > 0
    }).length`)
    assert.equal(moving, 0)
  })

  it('tell what to do where JavaScript is off', async () => {
    const context = await stage.page.context().browser()?.newContext({ javaScriptEnabled: false })
    if (context === undefined) throw new Error('there is no browser')
    const page = await context.newPage()
    await page.goto(`${stage.dev.origin}/pages/camera`)
    assert.isTrue(await page.locator('noscript p', { hasText: 'The camera needs JavaScript' }).isVisible())
    await page.getByRole('link', { name: 'Use password instead' }).click()
    await page.getByText(email).waitFor()
    assert.equal(await page.getByLabel('Password').count(), 1)
    await context.close()
  })
})

const fitShape = z.object({ overflow: z.number(), small: z.array(z.string()) })

/**
 * As soon as the page has that width: how far it reaches beyond, and what is too small to be hit.
 * Links within a sentence are exempt (WCAG 2.2, 2.5.8), and a box counts with its label.
 */
const fitAt = (width: number): string => `new Promise((resolve) => {
  const isSmall = (each) => {
    const { width, height } = each.getBoundingClientRect()
    if (width === 0 || each.closest('.visually-hidden, .skip-link') || each.type === 'hidden') return false
    if (each.type === 'checkbox') return each.parentElement.getBoundingClientRect().height < 44
    return height < 44 || width < 44
  }
  const look = () => {
    if (innerWidth !== ${width}) return requestAnimationFrame(look)
    const small = [...document.querySelectorAll('a, button, input, summary')].filter(isSmall)
    resolve({
      overflow: document.documentElement.scrollWidth - innerWidth,
      small: small.map((each) => each.outerHTML.slice(0, 80)),
    })
  }
  look()
})`

/** Contrast as in WCAG 2.2, 1.4.3, of every text with the nearest background below it. */
const faintTexts = `(() => {
  const parse = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number)
  const light = ([r, g, b]) => [r, g, b].map((each) => each / 255)
    .map((each) => (each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4))
    .reduce((sum, each, at) => sum + each * [0.2126, 0.7152, 0.0722][at], 0)
  const ground = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = parse(getComputedStyle(each).backgroundColor)
      if (colour[3] !== 0) return colour
    }
    return [255, 255, 255]
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const faint = []
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement
    if (walker.currentNode.textContent.trim() === '' || element.getClientRects().length === 0) continue
    if (element.closest('script, noscript, :disabled')) continue
    const [one, other] = [light(parse(getComputedStyle(element).color)), light(ground(element))].sort((a, b) => b - a)
    const contrast = (one + 0.05) / (other + 0.05)
    if (!(contrast >= 4.5)) faint.push(element.outerHTML.slice(0, 60) + ' ' + contrast.toFixed(2))
  }
  return faint
})()`
