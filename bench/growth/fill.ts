/** Fills a database with subjects who have all that a year of use leaves: in plain SQL, a million in minutes. */

/** What the two engines write differently. */
interface Words {
  /** Random-looking text of so many characters, another for each number and salt. */
  readonly text: (number: string, salt: number, characters: number) => string
  readonly no: string
  readonly yes: string
}

const multiplier = 2_654_435_761

const words: Readonly<Record<'sqlite' | 'postgres', Words>> = {
  postgres: {
    text: (number, salt, characters) =>
      `substr(repeat(md5(${number} || '.${salt}'), ${Math.ceil(characters / 32)}), 1, ${characters})`,
    no: 'false',
    yes: 'true',
  },
  sqlite: {
    // A multiplication by an odd number modulo 2³² hits each value once: keys lie anywhere in an index, as random ones do.
    text: (number, salt, characters) => {
      const part = (at: number): string =>
        `printf('%08x', ((${number}) * ${multiplier + 2 * (salt + at)} + ${salt * 7919 + at}) % 4294967296)`
      const unit = `(${[0, 1, 2, 3].map(part).join(' || ')})`
      const repeated = Array.from({ length: Math.ceil(characters / 32) }, () => unit).join(' || ')
      return `substr(${repeated}, 1, ${characters})`
    },
    no: '0',
    yes: '1',
  },
}

const at = 1_767_268_800_000

interface Filling {
  readonly from: number
  readonly to: number
}

/** @returns statements, one transaction’s worth, for the subjects with these numbers */
export function fillStatements(engine: 'sqlite' | 'postgres', { from, to }: Filling): readonly string[] {
  const { text, yes } = words[engine]
  const subject = (number: string): string => `'s-' || ${text(number, 1, 32)}`
  const each = `WITH RECURSIVE each(i) AS (SELECT ${from} UNION ALL SELECT i + 1 FROM each WHERE i < ${to - 1})`
  const rows = (table: string, columns: Readonly<Record<string, string>>, source = 'each'): string => {
    const names = Object.keys(columns).map((name) => `"${name}"`)
    return `INSERT INTO "${table}" (${names.join(', ')}) ${each} SELECT ${Object.values(columns).join(', ')} FROM ${source}`
  }
  const owner = { subjectId: subject('i') }
  const moment = `${at} + i % 31536000000`
  /** So many rows of each subject: `n` tells them apart. */
  const times = (count: number): string =>
    `each CROSS JOIN (${Array.from({ length: count }, (_, n) => `SELECT ${n} AS n`).join(' UNION ALL ')}) AS several`
  const own = (count: number): string => `(i * ${count} + n)`
  return [
    rows('subjects', {
      id: subject('i'),
      email: `'person-' || i || '@example.org'`,
      emailKey: `'person-' || i || '@example.org'`,
      emailVerified: yes,
      passwordHash: `'$argon2id$v=19$m=19456,t=2,p=1$' || ${text('i', 2, 66)}`,
      createdAt: moment,
      updatedAt: moment,
    }),
    rows('template_keys', { ...owner, keyId: text('i', 3, 36), wrappedKey: text('i', 4, 80) }),
    rows(
      'templates',
      {
        id: `'t-' || ${text(own(5), 5, 34)}`,
        ...owner,
        keyId: text('i', 3, 36),
        model: `'sface-2021dec'`,
        pose: `'front'`,
        // 128 floats, a nonce and a tag, in base64url.
        sealedVector: text('i + n', 6, 720),
        enrolledAt: moment,
        enrolledOn: `'Firefox on Linux'`,
        lastUsedAt: moment,
      },
      times(5),
    ),
    rows('consents', {
      id: text('i', 7, 36),
      ...owner,
      version: `'1'`,
      textDigest: text('i', 8, 43),
      givenAt: moment,
    }),
    rows('receipts', {
      id: text('i', 9, 36),
      ...owner,
      kind: `'consent_given'`,
      detail: `'{"version":"1"}'`,
      at: moment,
    }),
    rows('known_browsers', {
      id: text('i', 10, 36),
      ...owner,
      browserDigest: text('i', 11, 43),
      family: `'Firefox on Linux'`,
      firstSeenAt: moment,
      lastSeenAt: moment,
    }),
    rows('device_keys', {
      id: text('i', 12, 36),
      ...owner,
      publicKey: text('i', 13, 180),
      thumbprint: text('i', 14, 43),
      name: `'Firefox on Linux'`,
      createdAt: moment,
    }),
    rows(
      'attempt_tallies',
      {
        identifierDigest: text('i', 15, 43),
        factor: `CASE n WHEN 0 THEN 'face' WHEN 1 THEN 'face pace' ELSE '*' END`,
        consecutiveFailures: '0',
      },
      times(3),
    ),
    rows(
      'attempts',
      {
        id: text(own(2), 16, 36),
        identifierDigest: text('i', 15, 43),
        ...owner,
        factor: `'face'`,
        outcome: `'accept'`,
        clientId: `'demo'`,
        address: `'192.0.2.1'`,
        at: `${moment} + n`,
      },
      times(2),
    ),
    rows(
      'oidc_records',
      {
        model: `CASE n WHEN 0 THEN 'Grant' ELSE 'Session' END`,
        idDigest: text(own(2), 17, 43),
        sealedPayload: text('i', 18, 400),
        ...owner,
        grantDigest: text(own(2), 19, 43),
        uidDigest: text(own(2), 20, 43),
        expiresAt: `${4 * at}`,
      },
      times(2),
    ),
    ...eventsOf({ rows, times, own, moment, owner, text }),
  ]
}

interface EventWords {
  readonly rows: (table: string, columns: Readonly<Record<string, string>>, source?: string) => string
  readonly times: (count: number) => string
  readonly own: (count: number) => string
  readonly moment: string
  readonly owner: { readonly subjectId: string }
  readonly text: Words['text']
}

/** Below the numbers that the chain gives: it begins above them. */
function eventsOf({ rows, times, own, moment, owner, text }: EventWords): readonly string[] {
  return [
    rows(
      'audit_events',
      {
        id: text(own(4), 21, 36),
        seq: `-1 - ${own(4)}`,
        type: `CASE n WHEN 0 THEN 'account_created' ELSE 'signed_in' END`,
        ...owner,
        clientId: `'demo'`,
        address: `'192.0.2.1'`,
        acr: `'urn:mien:acr:face-device'`,
        detail: `'{"factor":"face"}'`,
        salt: text(own(4), 22, 22),
        personalDigest: text(own(4), 23, 43),
        hash: text(own(4), 24, 43),
        at: `${moment} + n`,
      },
      times(4),
    ),
  ]
}

/** How many rows each subject is given, as above. */
export const rowsPerSubject = 1 + 1 + 5 + 1 + 1 + 1 + 1 + 3 + 2 + 2 + 4
