/** What the account page shows of a subject: never a score, never a picture. */
import { factorsOf, type Factor } from '../policy/assurance.ts'
import type { SignedIn } from './sign-in.ts'

export interface SignInRecord {
  readonly at: Date
  readonly factor: Factor
  readonly outcome: string
  readonly clientId: string | undefined
}

export interface FaceSummary {
  readonly count: number
  readonly enrolledAt: Date
  readonly enrolledOn: string | undefined
  readonly lastUsedAt: Date | undefined
  readonly model: string
}

export interface TrustedDevice {
  readonly id: string
  readonly name: string
  readonly createdAt: Date
  readonly lastUsedAt: Date | undefined
}

/** Another way in than the face, and how it stands. */
export interface SignInMethod {
  readonly name: string
  readonly state: string
  readonly isOn: boolean
  /** Where it is changed. */
  readonly url: string | undefined
}

export interface AccountRecords {
  /** @throws {Fault} not_signed_in where the subject is gone */
  getSubject(subjectId: string): Promise<{ readonly email: string }>
  findFace(subjectId: string): Promise<FaceSummary | undefined>
  isFaceDisabled(subjectId: string): Promise<boolean>
  listDevices(subjectId: string): Promise<readonly TrustedDevice[]>
  hasConsent(subjectId: string): Promise<boolean>
  /** In the order of the page. */
  listMethods(subjectId: string): Promise<readonly SignInMethod[]>
  listSignIns(subjectId: string): Promise<readonly SignInRecord[]>
  findClientName(clientId: string): Promise<string | undefined>
}

export interface AccountView {
  readonly email: string
  readonly signedInBy: string
  readonly face:
    | {
        readonly enrolledAt: string
        readonly enrolledOn: string | undefined
        readonly model: string
        readonly lastUsedAt: string | undefined
        readonly count: number
      }
    | undefined
  readonly faceDisabled: boolean
  readonly methods: readonly SignInMethod[]
  readonly signIns: readonly {
    readonly at: string
    readonly how: string
    readonly app: string
    readonly outcome: string
  }[]
}

export async function viewAccount(
  records: AccountRecords,
  { subjectId, acr, amr }: SignedIn,
): Promise<AccountView> {
  const { email } = await records.getSubject(subjectId)
  const face = await records.findFace(subjectId)
  const signIns = await records.listSignIns(subjectId)
  return {
    email,
    signedInBy: nameFactors({ acr, amr }),
    face: face && {
      enrolledAt: face.enrolledAt.toISOString(),
      enrolledOn: face.enrolledOn,
      model: face.model,
      lastUsedAt: face.lastUsedAt?.toISOString(),
      count: face.count,
    },
    faceDisabled: await records.isFaceDisabled(subjectId),
    methods: await records.listMethods(subjectId),
    signIns: await Promise.all(signIns.map((each) => viewSignIn(records, each))),
  }
}

export interface DeviceView {
  readonly id: string
  readonly name: string
  readonly since: string
  readonly lastUsedAt: string | undefined
}

export function viewDevices(devices: readonly TrustedDevice[]): DeviceView[] {
  return devices.map(({ id, name, createdAt, lastUsedAt }) => ({
    id,
    name,
    since: createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString(),
  }))
}

const factorNames: Readonly<Record<Factor, string>> = {
  face: 'Face',
  password: 'Password',
  passkey: 'Passkey',
  otp: 'Code of an app',
  email: 'Code by e-mail',
}

/** “your face and your password”, and so on; a device key is said where it stands beside the face alone. */
function nameFactors(authentication: {
  readonly acr: string | undefined
  readonly amr: readonly string[]
}): string {
  const { face, password, passkey, otp, email, deviceKey } = factorsOf(authentication)
  const names = [
    ...(face === true ? ['your face'] : []),
    ...(password === true ? ['your password'] : []),
    ...(passkey === undefined ? [] : ['a passkey']),
    ...(otp === true ? ['a code of your app'] : []),
    ...(email === true ? ['a code by e-mail'] : []),
  ]
  if (names.length === 1 && face === true && deviceKey === true) return 'your face on a trusted device'
  const last = names.pop() ?? 'an earlier sign-in'
  return names.length === 0 ? last : `${names.join(', ')} and ${last}`
}

async function viewSignIn(
  records: AccountRecords,
  record: SignInRecord,
): Promise<AccountView['signIns'][number]> {
  const name = record.clientId === undefined ? undefined : await records.findClientName(record.clientId)
  return {
    at: record.at.toISOString(),
    how: factorNames[record.factor],
    app: name ?? 'An app that is gone',
    outcome: record.outcome === 'accept' ? 'Signed in' : 'Refused',
  }
}
