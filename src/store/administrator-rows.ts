/** Rows of those who administer, and of the links by which they come to. */
import { id, instant, optional, rowsOf, text } from './columns.ts'

export interface AdministratorRow {
  subjectId: string
  /** `owner`, `operator` or `auditor`. */
  role: string
  createdAt: number
  lastActedAt: number | null
}
export const administratorRows = rowsOf<AdministratorRow>('administrator', 'administrators', {
  subjectId: id,
  role: text,
  createdAt: instant,
  lastActedAt: optional(instant),
})

export interface AdminInvitationRow {
  /** `first` is the one that is printed where there is no administrator yet. */
  id: string
  tokenDigest: string
  role: string
  createdAt: number
  expiresAt: number
}
export const adminInvitationRows = rowsOf<AdminInvitationRow>('admin_invitation', 'admin_invitations', {
  id,
  tokenDigest: text,
  role: text,
  createdAt: instant,
  expiresAt: instant,
})

export const administratorEntities = [administratorRows, adminInvitationRows] as const
