/** What the account page shows of a subject: never a score, never a picture. */
import type { SignedIn } from './sign-in.ts'

export interface SignInRecord {
  readonly at: Date
  readonly factor: 'face' | 'password'
  readonly outcome: string
  readonly clientId: string | undefined
}

export interface FaceSummary {
  readonly count: number
  readonly enrolledAt: Date
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
    | { readonly enrolledAt: string; readonly lastUsedAt: string | undefined; readonly count: number }
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
  { subjectId, amr }: SignedIn,
): Promise<AccountView> {
  const { email } = await records.getSubject(subjectId)
  const face = await records.findFace(subjectId)
  const signIns = await records.listSignIns(subjectId)
  return {
    email,
    signedInBy: nameFactors(amr),
    face: face && {
      enrolledAt: face.enrolledAt.toISOString(),
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

function nameFactors(amr: readonly string[]): string {
  if (!amr.includes('face')) return 'your password'
  if (amr.includes('pwd')) return 'your face and your password'
  return amr.includes('swk') ? 'your face on a trusted device' : 'your face'
}

async function viewSignIn(
  records: AccountRecords,
  record: SignInRecord,
): Promise<AccountView['signIns'][number]> {
  const name = record.clientId === undefined ? undefined : await records.findClientName(record.clientId)
  return {
    at: record.at.toISOString(),
    how: record.factor === 'face' ? 'Face' : 'Password',
    app: name ?? 'An app that is gone',
    outcome: record.outcome === 'accept' ? 'Signed in' : 'Refused',
  }
}
