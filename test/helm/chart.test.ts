import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Ajv } from 'ajv'
import { assert } from 'chai'
import { parse, parseAllDocuments } from 'yaml'
import { z } from 'zod'
import { findProgram } from '../../scripts/lib/system.mjs'
import { readConfig, schema } from '../../src/config.ts'

const run = promisify(execFile)
const chart = 'deploy/helm/mien'
const goPath = '/usr/share/gocode'

const labels = z.record(z.string(), z.string())
const objectShape = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), labels }),
})
const containerShape = z.looseObject({
  ports: z.array(z.object({ name: z.string(), containerPort: z.number() })),
  envFrom: z.array(z.record(z.string(), z.object({ name: z.string() }))),
  securityContext: z.record(z.string(), z.unknown()),
  volumeMounts: z.array(z.looseObject({ name: z.string(), mountPath: z.string() })),
  startupProbe: z.looseObject({ httpGet: z.object({ path: z.string(), port: z.string() }) }),
  livenessProbe: z.looseObject({ httpGet: z.object({ path: z.string(), port: z.string() }) }),
  readinessProbe: z.looseObject({ httpGet: z.object({ path: z.string(), port: z.string() }) }),
})
const deploymentShape = z.object({
  spec: z.object({
    replicas: z.number().optional(),
    selector: z.object({ matchLabels: labels }),
    strategy: z.looseObject({ type: z.string() }),
    template: z.object({
      metadata: z.looseObject({ labels }),
      spec: z.looseObject({
        terminationGracePeriodSeconds: z.number(),
        securityContext: z.record(z.string(), z.unknown()),
        containers: z.tuple([containerShape]),
        volumes: z.array(z.looseObject({ name: z.string() })),
      }),
    }),
  }),
})

type KubernetesObject = z.infer<typeof objectShape>

const several = {
  replicaCount: 3,
  sharedDatabase: true,
  existingSecret: 'mien-secrets',
  settings: { MIEN_ISSUER: 'https://id.example.com' },
  ingress: { enabled: true, host: 'id.example.com', tlsSecret: 'id-tls', className: 'nginx' },
  autoscaling: { enabled: true },
  metrics: { enabled: true, serviceMonitor: true, dashboard: true },
  clientsConfigMap: 'mien-clients',
}
const one = { settings: { MIEN_ISSUER: 'https://id.example.com' } }

describe('The Helm chart, rendered by Go’s templates as Helm does', function () {
  this.timeout(120_000)
  let folder = ''
  let program = ''

  before(async function () {
    const go = findProgram('go')
    if (go === undefined || !existsSync(join(goPath, 'src/github.com/Masterminds/sprig'))) this.skip()
    folder = await mkdtemp(join(tmpdir(), 'mien-helm-'))
    program = join(folder, 'render')
    const env = {
      PATH: process.env['PATH'],
      HOME: folder,
      GOPATH: goPath,
      GO111MODULE: 'off',
      GOFLAGS: '-buildvcs=false',
    }
    await run(go, ['build', '-o', program, 'test/helm/render/main.go'], { env })
  })
  after(() => rm(folder, { recursive: true, force: true }))

  async function render(values: object): Promise<readonly KubernetesObject[]> {
    const { stdout } = await run(program, [chart, JSON.stringify(values)])
    const files = z.record(z.string(), z.string()).parse(JSON.parse(stdout))
    return Object.entries(files)
      .filter(([name]) => name.endsWith('.yaml'))
      .flatMap(([name, text]) =>
        parseAllDocuments(text).flatMap((document) => {
          assert.deepEqual(document.errors, [], `${name}\n${text}`)
          const value: unknown = document.toJS()
          return value === null ? [] : [objectShape.parse(value)]
        }),
      )
  }
  const findKind = (objects: readonly KubernetesObject[], kind: string): KubernetesObject | undefined =>
    objects.find((each) => each.kind === kind)

  it('gives one node on SQLite a volume that outlives it, and never two processes at once', async () => {
    const objects = await render(one)
    assert.sameMembers(
      objects.map(({ kind }) => kind),
      ['ConfigMap', 'Deployment', 'Service', 'PersistentVolumeClaim'],
    )
    const { spec } = deploymentShape.parse(findKind(objects, 'Deployment'))
    assert.equal(spec.replicas, 1)
    assert.equal(spec.strategy.type, 'Recreate')
  })

  it('gives several nodes everything that goes with them', async () => {
    const objects = await render(several)
    assert.sameMembers(
      objects.map(({ kind }) => kind),
      [
        ...['ConfigMap', 'ConfigMap', 'Deployment', 'Service', 'Service', 'Ingress'],
        ...['HorizontalPodAutoscaler', 'PodDisruptionBudget', 'ServiceMonitor'],
      ],
    )
    const { spec } = deploymentShape.parse(findKind(objects, 'Deployment'))
    assert.isUndefined(spec.replicas, 'left to the autoscaler')
    assert.equal(spec.strategy.type, 'RollingUpdate')
    const names = objects.map(({ kind, metadata: { name } }) => `${kind} ${name}`)
    assert.lengthOf(new Set(names), names.length)
  })

  it('refuses several nodes without a database in common, and a house without an address', async () => {
    const saidOf = (values: object): Promise<string> =>
      render(values).then(
        () => 'rendered',
        (error: unknown) => String(error),
      )
    assert.include(await saidOf({ ...one, replicaCount: 2 }), 'database in common')
    assert.include(await saidOf({}), 'MIEN_ISSUER')
  })

  it('runs as nobody in particular, on a root that cannot be written, with what is written mounted', async () => {
    const { spec } = deploymentShape.parse(findKind(await render(several), 'Deployment'))
    const { containers, securityContext, volumes } = spec.template.spec
    const [container] = containers
    assert.include(securityContext, { runAsNonRoot: true })
    assert.deepInclude(container.securityContext, {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    })
    assert.includeMembers(
      container.volumeMounts.map(({ mountPath }) => mountPath),
      ['/data', '/tmp'],
    )
    assert.sameMembers(
      container.volumeMounts.map(({ name }) => name),
      volumes.map(({ name }) => name),
    )
  })

  it('finds its pods by the labels that they have, and asks the addresses that there are', async () => {
    const objects = await render(several)
    const { spec } = deploymentShape.parse(findKind(objects, 'Deployment'))
    const podLabels = spec.template.metadata.labels
    assert.include(podLabels, spec.selector.matchLabels)
    for (const service of objects.filter(({ kind }) => kind === 'Service')) {
      const { selector, ports } = z
        .looseObject({ selector: labels, ports: z.array(z.looseObject({ targetPort: z.string() })) })
        .parse(service['spec'])
      assert.include(podLabels, selector)
      const portNames = spec.template.spec.containers[0].ports.map(({ name }) => name)
      for (const { targetPort } of ports) assert.include(portNames, targetPort)
    }
    const budget = z.looseObject({ selector: z.object({ matchLabels: labels }) })
    assert.include(
      podLabels,
      budget.parse(findKind(objects, 'PodDisruptionBudget')?.['spec']).selector.matchLabels,
    )
    const monitored = budget.parse(findKind(objects, 'ServiceMonitor')?.['spec']).selector.matchLabels
    const own = objects.filter(
      ({ kind, metadata }) => kind === 'Service' && isWithin(monitored, metadata.labels),
    )
    assert.deepEqual(
      own.map(({ metadata }) => metadata.name),
      ['house-mien-metrics'],
    )
    const [container] = spec.template.spec.containers
    assert.equal(container.startupProbe.httpGet.path, '/healthz')
    assert.equal(container.livenessProbe.httpGet.path, '/healthz')
    assert.equal(container.readinessProbe.httpGet.path, '/readyz')
    const { terminationGracePeriodSeconds } = spec.template.spec
    assert.isAbove(
      terminationGracePeriodSeconds,
      5 + 2 + 10,
      'longer than the wait before, the drain and the grace',
    )
  })

  it('sets settings that there are, to values that the program takes', async () => {
    for (const values of [one, several]) {
      const config = (await render(values)).find(
        ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === 'house-mien',
      )
      const data = labels.parse(config?.['data'])
      for (const name of Object.keys(data)) assert.property(schema.shape, name)
      assert.equal(readConfig(data).issuer, 'https://id.example.com')
    }
  })

  it('ships the dashboard that the tests hold to the metrics', async () => {
    const shipped = (await render(several)).find(({ metadata }) => metadata.name === 'house-mien-dashboard')
    const { 'mien.json': text } = z.object({ 'mien.json': z.string() }).parse(shipped?.['data'])
    assert.equal(text, await readFile('deploy/grafana/mien.json', 'utf8'))
  })
})

describe('The values of the Helm chart', () => {
  it('fit their schema, which refuses what is misspelt', async () => {
    const shape = z.record(z.string(), z.unknown())
    const validate = new Ajv({ allowUnionTypes: true }).compile(
      shape.parse(JSON.parse(await readFile(`${chart}/values.schema.json`, 'utf8'))),
    )
    const values = shape.parse(parse(await readFile(`${chart}/values.yaml`, 'utf8')))
    assert.isTrue(validate(values), JSON.stringify(validate.errors))
    assert.isFalse(validate({ ...values, replicas: 2 }))
    assert.isFalse(validate({ ...values, settings: { MIEN_ISSUER: '', mien_port: 1 } }))
  })
})

function isWithin(
  wanted: Readonly<Record<string, string>>,
  there: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(wanted).every(([name, value]) => there[name] === value)
}
