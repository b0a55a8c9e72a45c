// The walls of the house: who may import whom (ARCHITECTURE.md). Each rule says what is forbidden and why.
const only = (name, third, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: '^src/', pathNot: allowed },
  to: { path: third },
})
const wall = (name, from, toNot, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: '^src/', pathNot: toNot },
})

export default {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    wall(
      'face-knows-only-itself',
      '^src/face/',
      '^src/face/',
      'face/ measures; it knows no HTTP, database or account',
    ),
    wall('policy-knows-only-itself', '^src/policy/', '^src/policy/', 'policy/ decides over plain numbers'),
    wall(
      'store-knows-embeddings',
      '^src/store/',
      '^src/(store/|face/embedding\\.ts|errors\\.ts)',
      'store/ remembers',
    ),
    wall(
      'mail-knows-only-itself',
      '^src/mail/',
      '^src/(mail/|errors\\.ts)',
      'mail/ writes and sends letters',
    ),
    wall(
      'telemetry-declares-what-it-watches',
      '^src/telemetry/',
      '^src/(telemetry/|policy/|errors\\.ts)',
      'telemetry/ measures the house; telemetry-parts.ts joins them',
    ),
    wall('http-knows-errors', '^src/http/', '^src/(http/|errors\\.ts)', 'http/ is the ground floor'),
    wall(
      'provider-knows-policy',
      '^src/provider/',
      '^src/(provider/|policy/|config|errors\\.ts)',
      'provider/ speaks the protocol',
    ),
    wall(
      'interactions-declare-what-they-need',
      '^src/interactions/',
      '^src/(interactions/|face/|policy/|http/|errors\\.ts)',
      'app.ts fills their dependencies from store/ and provider/',
    ),
    wall(
      'account-declares-what-it-needs',
      '^src/account/',
      '^src/(account/|interactions/|face/|policy/|http/|errors\\.ts)',
      'app.ts fills its dependencies',
    ),
    wall(
      'admin-declares-what-it-needs',
      '^src/admin/',
      '^src/(admin/|policy/|http/|errors\\.ts)',
      'app.ts fills its dependencies',
    ),
    {
      name: 'nobody-imports-the-root',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(main|serve|app)\\.ts$' },
      to: { path: '^src/(main|serve|app)\\.ts$' },
    },
    { name: 'examples-stand-alone', severity: 'error', from: { path: '^examples/' }, to: { path: '^src/' } },
    only(
      'opencv-in-one-file',
      'node_modules/@u4/opencv4nodejs',
      '^src/face/image-opencv\\.ts$',
      'native code behind one adapter',
    ),
    only(
      'onnxruntime-in-one-file',
      'node_modules/onnxruntime-node',
      '^src/face/models\\.ts$',
      'a network opens only after its checksum',
    ),
    only(
      'sharp-in-one-file',
      'node_modules/sharp/',
      '^src/face/image-sharp\\.ts$',
      'the image port has two adapters',
    ),
    only(
      'age-in-one-file',
      'node_modules/age-encryption/',
      '^src/backup/archive\\.ts$',
      'one way into and out of a sealed file',
    ),
    only(
      'tar-in-one-file',
      'node_modules/tar-stream/',
      '^src/backup/archive\\.ts$',
      'one way into and out of a sealed file',
    ),
    wall(
      'backup-knows-what-it-keeps',
      '^src/backup/',
      '^src/(backup/|store/|store-parts\\.ts|provider/|config|version\\.ts|errors\\.ts)',
      'backup/ keeps a house and puts it back',
    ),
    only(
      'nodemailer-in-one-file',
      'node_modules/nodemailer/',
      '^src/mail/smtp\\.ts$',
      'one way out for mails',
    ),
    only(
      'prom-client-in-telemetry',
      'node_modules/prom-client/',
      '^src/telemetry/',
      'metrics have one table and one way out',
    ),
    only(
      'opentelemetry-in-telemetry',
      'node_modules/@opentelemetry/',
      '^src/telemetry/',
      'the house knows spans, not who carries them',
    ),
    only('typeorm-in-store', 'node_modules/typeorm/', '^src/store/', 'only store/ knows the database'),
    only('ioredis-in-one-folder', 'node_modules/ioredis/', '^src/store/redis/', 'one way to Redis'),
    only(
      'rate-limiter-in-store',
      'node_modules/rate-limiter-flexible/',
      '^src/store/',
      'what counts tries is opened by the store, so that all nodes count together',
    ),
    only(
      'webauthn-in-interactions',
      'node_modules/@simplewebauthn/',
      '^src/interactions/',
      'the ceremonies are interactions’ own; account/ asks them',
    ),
    only(
      'oidc-provider-in-provider',
      'node_modules/oidc-provider/',
      '^src/(provider|interactions)/|^src/(app|provider-(parts|pages)|account-records)\\.ts$',
      'the protocol library stays in its rooms',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
}
