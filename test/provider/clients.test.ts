import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assert } from 'chai'
import { ClientsError, openClients, policyFor, type Clients } from '../../src/provider/clients.ts'

const secret = 'a-secret-of-more-than-thirty-two-characters'
const good = { client_id: 'shop', name: 'Shop', type: 'public', redirect_uris: ['https://shop.example/back'] }
const confidential = { ...good, type: 'confidential', secret }

describe('clients.yaml', () => {
  let folder: string
  let file: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mien-clients-'))
    file = join(folder, 'clients.yaml')
  })
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  // JSON is YAML too.
  const read = (...clients: readonly unknown[]): Clients => {
    writeFileSync(file, JSON.stringify(clients))
    return openClients({ file })
  }
  const problemsOf = (action: () => unknown): readonly string[] => {
    try {
      action()
    } catch (error) {
      if (error instanceof ClientsError) return error.problems
      throw error
    }
    return []
  }

  it('is written at the first start, with the demo app and an explanation of each setting', () => {
    const { metadata } = openClients({ file, demoPort: 4001 })
    assert.lengthOf(metadata, 1)
    assert.deepInclude(metadata[0], {
      client_id: 'demo',
      redirect_uris: ['http://localhost:4001/callback'],
      post_logout_redirect_uris: ['http://localhost:4001/'],
      token_endpoint_auth_method: 'none',
    })
    assert.equal(statSync(file).mode & 0o777, 0o600)
  })

  it('is written without an app where there is no demo, and is then left alone', () => {
    assert.deepEqual(openClients({ file }).metadata, [])
    assert.deepEqual(openClients({ file, demoPort: 4001 }).metadata, [])
  })

  it('makes every client use PKCE but a confidential one that is exempt, with a warning at each start', () => {
    const clients = read(good, { ...confidential, client_id: 'old', pkce: 'exempt' })
    assert.isTrue(policyFor(clients, 'old').isPkceExempt)
    assert.isFalse(policyFor(clients, 'shop').isPkceExempt)
    assert.lengthOf(clients.warnings, 1)
    assert.include(clients.warnings[0] ?? '', 'old')
    assert.isNotEmpty(problemsOf(() => read({ ...good, pkce: 'exempt' })))
  })

  it('may keep a secret in a file of its own', () => {
    writeFileSync(join(folder, 'shop.secret'), `${secret}\n`)
    const clients = read({ ...confidential, secret: undefined, secret_file: 'shop.secret' })
    assert.deepEqual(policyFor(clients, 'shop').secretDigests, [
      { digest: createHash('sha256').update(secret).digest(), until: undefined },
    ])
    const missing = problemsOf(() => read({ ...confidential, secret: undefined, secret_file: 'none' }))
    assert.isTrue(missing.some((each) => each.includes('secret')))
  })

  it('may list two digests in the place of a secret, while one follows the other', () => {
    const digests = ['one', 'two'].map((text) => createHash('sha256').update(text).digest())
    const lines = digests.map((digest) => `sha256:${digest.toString('base64url')}`)
    const clients = read({ ...confidential, secret: undefined, secret_digests: lines })
    const taken = policyFor(clients, 'shop').secretDigests
    assert.deepEqual(
      taken.map(({ digest }) => digest),
      digests,
    )
    const three = { ...confidential, secret: undefined, secret_digests: [...lines, ...lines] }
    assert.isNotEmpty(problemsOf(() => read(three)))
  })

  it('takes https, loopback http, and own schemes with a dot as addresses, and no other', () => {
    const taken = [
      'https://a.example/x?y=z',
      'http://localhost:1/x',
      'http://127.0.0.1/x',
      'http://[::1]:2/x',
      'com.example.app:/x',
    ]
    for (const address of taken) {
      assert.deepEqual(
        problemsOf(() => read({ ...good, redirect_uris: [address] })),
        [],
        address,
      )
    }
    const refused = [
      'http://a.example/x',
      'https://*.example/x',
      'https://a.example/*',
      'https://a.example/x#y',
      'https://a.example/x#',
      'https://u:p@a.example/',
      'javascript:alert(1)',
      'data:text/html,x',
      'app:/x',
      '/x',
      'a.example',
      '',
      'http://localhost.evil.example/',
    ]
    for (const address of refused) {
      assert.isNotEmpty(
        problemsOf(() => read({ ...good, redirect_uris: [address] })),
        address,
      )
    }
  })

  it('is refused with all its faults at once, each with its line', () => {
    writeFileSync(
      file,
      [
        '- client_id: one',
        '  name: One',
        '  type: confidential',
        '  secret: short',
        '  redirect_uris: [http://evil.example/]',
        '',
        '- client_id: two',
        '  name: Two',
        '  type: public',
        '  redirect_url: [https://two.example/]',
      ].join('\n'),
    )
    const problems = problemsOf(() => openClients({ file })).join('\n')
    assert.match(problems, /line 1, client one: secret is shorter than 32 characters/)
    assert.match(problems, /line 1, client one: redirect_uris.0 .*is http/)
    assert.match(problems, /line 7, client two: redirect_uris/)
    assert.include(problems, 'redirect_url')
    assert.notInclude(problems, 'short\n')
  })

  it('cannot list a client twice, take the name of the account page, or give a public client a secret', () => {
    const hostile = [
      [good, good],
      [{ ...good, client_id: 'mien-account' }],
      [{ ...good, secret }],
      [{ ...good, client_id: 'a b' }],
      [{ ...good, scopes: ['email'] }],
      [{ ...good, scopes: ['openid', 'admin'] }],
      [{ ...good, cors_origins: ['https://a.example/'] }],
      [{ ...good, cors_origins: ['*'] }],
      [{ ...good, id_token_alg: 'none' }],
      [{ ...confidential, secret: undefined }],
      ['text'],
    ]
    for (const clients of hostile)
      assert.isNotEmpty(
        problemsOf(() => read(...clients)),
        JSON.stringify(clients),
      )
  })

  it('cannot have a name that every object of the program has: sessions keep what each client was given under its name', () => {
    for (const id of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'])
      assert.isNotEmpty(
        problemsOf(() => read({ ...good, client_id: id })),
        id,
      )
    assert.isEmpty(problemsOf(() => read({ ...good, client_id: 'prototype' })))
  })

  it('cannot show people letters that nobody sees, or that turn others round', () => {
    for (const name of ['A\u0000B', 'Bank\u202Egro.elpmaxe', 'Bank\u200B', 'Bank\nTrust'])
      assert.isNotEmpty(
        problemsOf(() => read({ ...good, name })),
        JSON.stringify(name),
      )
    assert.isEmpty(problemsOf(() => read({ ...good, name: 'Café Zoë 銀行' })))
  })

  it('is refused where it is not YAML, or no list', () => {
    for (const text of ['- a: [', 'clients: 1', 'client: []', 'text', '- &a {b: *c}']) {
      writeFileSync(file, text)
      assert.isNotEmpty(
        problemsOf(() => openClients({ file })),
        text,
      )
    }
    assert.isTrue(existsSync(file))
  })
})
