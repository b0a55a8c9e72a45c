import { assert } from 'chai'
import { Ajv2020 } from 'ajv/dist/2020.js'
import Router from '@koa/router'
import { passkeyEndpoints, type PasskeysSectionDependencies } from '../../src/account/passkeys.ts'
import { captureRoutes, enrolmentRoutes } from '../../src/interactions/capture-routes.ts'
import type { InteractionDependencies } from '../../src/interactions/dependencies.ts'
import { createMemoryShelf } from '../../src/interactions/capture-shelf.ts'
import { createCaptureDesk } from '../../src/interactions/capture.ts'
import { viewIssued, viewLook } from '../../src/interactions/capture-view.ts'
import { createPasskeyCeremonies } from '../../src/interactions/passkey-ceremony.ts'
import { createPasskeyChallenges } from '../../src/interactions/passkey-challenges.ts'
import { passkeyRoutes } from '../../src/interactions/passkey-routes.ts'
import { createAuthenticator } from '../authenticator.ts'
import { openApiDocument } from '../../src/interactions/openapi.ts'
import { drawFlashSteps, enrolmentSteps } from '../../src/policy/challenge.ts'
import { catalogue } from '../../src/errors.ts'

interface Document {
  readonly openapi: string
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<string, { readonly responses: Readonly<Record<string, { readonly description: string }>> }>
      >
    >
  >
  readonly components: { readonly schemas: Readonly<Record<string, object>> }
}

const document = openApiDocument('http://localhost:3000', '0.1.0') as Document

function routesOf(router: Router): string[] {
  return router.stack.flatMap(({ methods, path }) =>
    methods
      .filter((each) => each !== 'HEAD')
      .map((method) => `${method} ${String(path).replaceAll(/:(\w+)/g, '{$1}')}`),
  )
}

describe('The description of the JSON endpoints', () => {
  it('names every endpoint that there is, and no other', () => {
    // Routes are only listed here, never called.
    const nothing = Object.create(null) as InteractionDependencies
    const sign = new Router({ prefix: '/interaction/:uid' })
    captureRoutes(sign, nothing)
    passkeyRoutes(sign, nothing)
    const account = new Router()
    passkeyEndpoints(account, Object.create(null) as PasskeysSectionDependencies)
    const enter = (): Promise<never> => Promise.reject(new Error('not called'))
    enrolmentRoutes(account, { prefix: '/account/face/enrolment', dependencies: nothing, enter })
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    )
    const posts = [...routesOf(sign), ...routesOf(account)].filter((route) => route.startsWith('POST '))
    assert.sameMembers(described, posts)
  })

  const ajv = new Ajv2020({ strict: false })
  ajv.addSchema({ $id: 'mien', components: document.components })
  const validate = (name: string, value: unknown): void => {
    const check = ajv.compile({ $ref: `mien#/components/schemas/${name}` })
    const sent: unknown = JSON.parse(JSON.stringify(value))
    assert.isTrue(check(sent), `${name}: ${ajv.errorsText(check.errors)}`)
  }

  it('describes the states as they are sent', async () => {
    const now = new Date('2026-01-01T12:00:00Z')
    const engine = { measure: () => Promise.reject(new Error('not called')) }
    const desk = createCaptureDesk({ engine, clock: () => now, shelf: createMemoryShelf(() => now) })
    const capture = await desk.issue({
      binding: 'interaction:1',
      steps: enrolmentSteps,
      ttlSeconds: 75,
      mostFrames: 60,
    })
    validate('CameraReport', {
      label: 'Integrated Camera',
      width: 640,
      height: 480,
      settings: { width: 640, height: 480, frameRate: 30 },
      capabilities: { width: 1280, height: 720 },
    })
    validate('IssuedCapture', viewIssued(capture, '/account/face/enrolment', now))
    validate('CaptureState', viewLook(capture, 'dark'))
    const lit = { binding: 'interaction:2', steps: drawFlashSteps(() => 0), ttlSeconds: 75, mostFrames: 60 }
    validate('CaptureState', viewLook(await desk.issue(lit)))
    validate('CaptureState', { state: 'review', samples: [{ index: 0, name: 'front' }], sampleTaken: 0 })
    validate('CaptureState', { state: 'done', location: '/account' })
    validate('CaptureState', { state: 'failed', message: 'no', location: '/' })
  })

  it('describes what passkeys are asked, and what they answer', async () => {
    const issuer = 'http://localhost:3000'
    const challenges = createPasskeyChallenges({
      clock: () => new Date('2026-01-01T12:00:00Z'),
      secret: new Uint8Array(32),
      spendChallenge: () => Promise.resolve(true),
    })
    const ceremonies = createPasskeyCeremonies({ challenges, issuer })
    const authenticator = createAuthenticator({ origin: issuer })
    const wish = { binding: 'session:1', userHandle: 'AAAA', email: 'ada@example.com', exclude: [] }
    const creation = await ceremonies.registrationOptions(wish)
    validate('PasskeyCreationOptions', creation)
    validate('NewPasskey', { credential: authenticator.register(creation), name: 'Phone' })
    const request = await ceremonies.assertionOptions('interaction:1')
    validate('PasskeyRequestOptions', request)
    validate('PasskeyAnswer', { credential: authenticator.assert(request), anyAccount: true })
  })

  it('describes only faults that exist, with their own status', () => {
    const described = Object.values(document.paths)
      .flatMap((methods) => Object.values(methods))
      .flatMap(({ responses }) => Object.entries(responses))
      .filter(([status]) => !status.startsWith('2'))
    assert.isAbove(described.length, 20)
    for (const [status, { description }] of described) {
      for (const code of description.split(', ')) {
        assert.equal(String(catalogue[code as keyof typeof catalogue][0]), status, code)
      }
    }
  })
})
