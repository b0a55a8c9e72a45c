import { assert } from 'chai'
import type { Script } from './dev-server.ts'
import { describeBrowser, useStage } from './stage.ts'

const options = {
  challenge: 'AAAA',
  rpId: 'localhost',
  rp: { id: 'localhost', name: 'Mien' },
  user: { id: 'AAAA', name: 'robin', displayName: 'robin' },
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  timeout: 60_000,
}
/** The server gives options; what it says to an answer is the test’s. */
const withOptions =
  (answer: { readonly status: number; readonly body: object }, timeout = options.timeout): Script =>
  ({ path }) =>
    path.endsWith('/options') ? { body: { ...options, timeout } } : answer

const refusal = { status: 401, body: { code: 'sign_in_failed', message: 'The one door.', reference: 'r' } }
const known = {
  status: 409,
  body: { code: 'passkey_known', message: 'It was added before.', reference: 'r' },
}

/** In the page: what the browser’s own question ends in. */
const fails = (name: string, afterMs = 0): string => `
  const fail = () => new Promise((resolve, reject) => {
    setTimeout(() => reject(new DOMException('no', '${name}')), ${afterMs})
  })
  Object.defineProperty(navigator, 'credentials', { value: { get: fail, create: fail } })
`
const succeeds = `
  const bytes = new ArrayBuffer(4)
  const credential = Object.create(PublicKeyCredential.prototype, { toJSON: { value: () => ({ id: 'AAAA' }) } })
  const give = () => Promise.resolve(credential)
  Object.defineProperty(navigator, 'credentials', { value: { get: give, create: give } })
`

describeBrowser('A passkey that does not come about, in Chromium,', function () {
  this.timeout(30_000)
  const stage = useStage()

  const press = async (page: string, button: string): Promise<void> => {
    await stage.open(page)
    await stage.page.getByRole('button', { name: button, exact: true }).click()
  }
  const alert = () => stage.page.locator('[data-passkey-problem]')

  for (const [name, afterMs, title] of [
    ['NotAllowedError', 0, 'No passkey was used'],
    ['NotAllowedError', 1200, 'It took too long'],
    ['TimeoutError', 0, 'It took too long'],
    ['SecurityError', 0, 'This address is not secure'],
    ['NotReadableError', 0, 'This passkey cannot be used here'],
    ['OperationError', 0, 'Your device is still asking'],
    ['SomethingNewError', 0, 'That did not work'],
  ] as const) {
    it(`at a sign-in helps with ${name}${afterMs > 0 ? ' after a long wait' : ''}: ${title}`, async () => {
      stage.dev.script = afterMs > 0 ? withOptions(refusal, 1000) : withOptions(refusal)
      await stage.page.addInitScript({ content: fails(name, afterMs) })
      await press('passkey', 'Continue with a passkey')
      await alert().getByText(title).waitFor()
      assert.isTrue(await stage.page.getByRole('button', { name: 'Continue with a passkey' }).isEnabled())
      assert.isTrue(await stage.page.getByRole('link', { name: 'Use password instead' }).isVisible())
    })
  }

  for (const [name, title] of [
    ['NotAllowedError', 'No passkey was added'],
    ['InvalidStateError', 'There is a passkey here already'],
    ['ConstraintError', 'This device cannot keep a passkey for you'],
    ['NotSupportedError', 'This device cannot keep a passkey for you'],
  ] as const) {
    it(`when one is added helps with ${name}: ${title}`, async () => {
      stage.dev.script = withOptions(known)
      await stage.page.addInitScript({ content: fails(name) })
      await press('account-passkeys', 'Add a passkey')
      await alert().getByText(title).waitFor()
    })
  }

  it('says in its own words that a sign-in was refused, and in the server’s why one was not added', async () => {
    await stage.page.addInitScript({ content: succeeds })
    stage.dev.script = withOptions(refusal)
    await press('passkey', 'Continue with a passkey')
    await alert().getByText('Try again, or choose another way to sign in.').waitFor()
    stage.dev.script = withOptions(known)
    await press('account-passkeys', 'Add a passkey')
    await alert().getByText('It was added before.').waitFor()
  })

  it('says that the server cannot be reached', async () => {
    stage.dev.script = () => undefined
    await press('passkey', 'Continue with a passkey')
    await alert().getByText('No connection').waitFor()
  })

  it('is not offered at an address that is not secure, and the page says why', async () => {
    const content = "Object.defineProperty(window, 'isSecureContext', { value: false })"
    await stage.page.addInitScript({ content })
    await stage.open('passkey')
    await alert().getByText('This address is not secure').waitFor()
    assert.isTrue(await stage.page.getByRole('button', { name: 'Continue with a passkey' }).isDisabled())
    await stage.open('identify')
    assert.isFalse(await stage.page.getByRole('button', { name: 'Sign in with a passkey' }).isVisible())
  })

  it('tells the server what came of it, with the token of the page', async () => {
    // Suggestions would answer before the button is pressed.
    const unasked = 'PublicKeyCredential.isConditionalMediationAvailable = () => Promise.resolve(false)'
    await stage.page.addInitScript({ content: `${succeeds}\n${unasked}` })
    stage.dev.script = withOptions({ status: 200, body: { state: 'done', location: '/pages/home' } })
    await press('identify', 'Sign in with a passkey')
    await stage.page.waitForURL('**/pages/home')
    const sent = stage.dev.requests.at(-1)
    assert.equal(sent?.token, 'sample-token')
    assert.deepEqual(sent?.body, { credential: { id: 'AAAA' }, anyAccount: true })
  })
})
