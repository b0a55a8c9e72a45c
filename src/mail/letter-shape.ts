/** Letters as they come back from where they waited. */
import { z } from 'zod'
import type { Letter } from './letter.ts'

const link = z.object({ text: z.string(), url: z.string() }).optional()

const shape = z.object({
  name: z.string(),
  to: z.string(),
  subject: z.string(),
  paragraphs: z.array(z.string()),
  code: z.string().optional(),
  link,
  otherLink: link,
  facts: z.array(z.object({ name: z.string(), value: z.string() })).optional(),
  enclosed: z.array(z.string()).optional(),
  footnotes: z.array(z.string()),
})

/** @throws {Error} for whatever is no letter */
export function readLetter(stored: unknown): Letter {
  return shape.parse(stored)
}
