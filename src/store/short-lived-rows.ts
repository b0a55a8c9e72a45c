/** Rows of what is kept for a short while and shared by nodes: found by digests, read only with the record key. */
import { id, instant, rowsOf, text } from './columns.ts'

export interface ShortLivedRow {
  kind: string
  idDigest: string
  /** Random, and another at each write. */
  version: string
  sealedValue: string
  expiresAt: number
}
export const shortLivedRows = rowsOf<ShortLivedRow>('short_lived', 'short_lived', {
  kind: id,
  idDigest: id,
  version: text,
  sealedValue: text,
  expiresAt: instant,
})

export interface ShortLivedPieceRow {
  kind: string
  idDigest: string
  /** Counts from 0. */
  position: number
  sealedPiece: string
  expiresAt: number
}
export const shortLivedPieceRows = rowsOf<ShortLivedPieceRow>('short_lived_piece', 'short_lived_pieces', {
  kind: id,
  idDigest: id,
  position: { type: 'integer', primary: true },
  sealedPiece: text,
  expiresAt: instant,
})

export const shortLivedEntities = [shortLivedRows, shortLivedPieceRows] as const
