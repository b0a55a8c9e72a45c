/** Rows of what apps are to be told of sign-outs. */
import { id, instant, optional, rowsOf, text } from './columns.ts'

export interface LogoutDeliveryRow {
  id: string
  clientId: string
  /** Gone once the delivery is over: the log says which app was told when, and of nobody. */
  subjectId: string | null
  sid: string | null
  createdAt: number
  tries: number
  /** Null where it is over. */
  nextAt: number | null
  /** `pending`, `delivered` or `abandoned`. */
  outcome: string
  /** Why the last try failed, as a code. */
  fault: string | null
}
export const logoutDeliveryRows = rowsOf<LogoutDeliveryRow>('logout_delivery', 'logout_deliveries', {
  id,
  clientId: text,
  subjectId: optional(text),
  sid: optional(text),
  createdAt: instant,
  tries: { type: 'integer' },
  nextAt: optional(instant),
  outcome: text,
  fault: optional(text),
})
