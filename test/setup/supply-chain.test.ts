import { assert } from 'chai'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'

const packages = z.record(
  z.string(),
  z.looseObject({
    version: z.string().optional(),
    integrity: z.string().optional(),
    resolved: z.string().optional(),
    dev: z.boolean().optional(),
    link: z.boolean().optional(),
  }),
)
const lockFile = z.object({ lockfileVersion: z.number(), packages })
const lock = lockFile.parse(JSON.parse(readFileSync('package-lock.json', 'utf8')))
const own = z
  .object({
    dependencies: z.record(z.string(), z.string()),
    devDependencies: z.record(z.string(), z.string()),
    optionalDependencies: z.record(z.string(), z.string()),
  })
  .parse(JSON.parse(readFileSync('package.json', 'utf8')))

const component = z.looseObject({
  name: z.string(),
  version: z.string(),
  type: z.string(),
  purl: z.string().optional(),
  hashes: z.array(z.object({ alg: z.string(), content: z.string() })).optional(),
})
const bill = z.object({
  bomFormat: z.literal('CycloneDX'),
  metadata: z.object({ component }),
  components: z.array(component),
})

describe('What is built in', function () {
  this.timeout(60_000)

  it('is wanted in one version each, and locked by its digest to the byte', () => {
    assert.equal(lock.lockfileVersion, 3)
    for (const [name, version] of Object.entries({
      ...own.dependencies,
      ...own.devDependencies,
      ...own.optionalDependencies,
    })) {
      assert.match(version, /^\d+\.\d+\.\d+$/, `${name} is wanted as ${version}`)
      assert.equal(lock.packages[`node_modules/${name}`]?.version, version, name)
    }
    const fetched = Object.entries(lock.packages).filter(([path]) => path !== '')
    for (const [path, { integrity, resolved, link }] of fetched) {
      assert.isUndefined(link, path)
      assert.match(integrity ?? '', /^sha512-[A-Za-z0-9+/]{86}==$/, path)
      // From a registry by name and digest: no address of somebody's server, and no checkout.
      if (resolved !== undefined) assert.match(resolved, /^https:\/\//, path)
    }
  })

  it('is listed for a release: every library that the server runs on and every network, with their digests, and no tool of ours', function () {
    if (spawnSync('npm', ['--version']).status !== 0) this.skip()
    const folder = mkdtempSync(join(tmpdir(), 'mien-sbom-'))
    try {
      const file = join(folder, 'sbom.cdx.json')
      const { status, stderr } = spawnSync(process.execPath, ['scripts/sbom.mjs', file], { encoding: 'utf8' })
      assert.equal(status, 0, stderr)
      const { metadata, components } = bill.parse(JSON.parse(readFileSync(file, 'utf8')))
      assert.deepEqual([metadata.component.name, metadata.component.type], ['mien', 'application'])
      for (const [name, version] of Object.entries(own.dependencies)) {
        const found = components.find((each) => each.name === name && each.version === version)
        assert.equal(found?.hashes?.[0]?.alg, 'SHA-512', name)
      }
      for (const name of ['mocha', 'eslint', 'playwright-core']) {
        assert.notInclude(
          components.map((each) => each.name),
          name,
        )
      }
      const networks = components.filter(({ type }) => type === 'machine-learning-model')
      assert.isNotEmpty(networks)
      for (const { hashes, name } of networks)
        assert.match(hashes?.[0]?.content ?? '', /^[0-9a-f]{64}$/, name)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('has no weakness that its registry knows as high or critical', function () {
    const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--package-lock-only', '--json'], {
      encoding: 'utf8',
    })
    const report = z
      .object({
        metadata: z.object({ vulnerabilities: z.object({ high: z.number(), critical: z.number() }) }),
      })
      .safeParse(parseJson(stdout))
    // A mirror need not answer this, and a machine may have no network.
    if (!report.success) return this.skip()
    const { high, critical } = report.data.metadata.vulnerabilities
    assert.deepEqual({ high, critical }, { high: 0, critical: 0 }, stdout)
  })
})

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
