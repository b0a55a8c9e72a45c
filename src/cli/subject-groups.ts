/** Which group a person belongs to: a CSV row `folder,group` or a YAML entry `folder: group` per person. */
import { parse, YAMLParseError } from 'yaml'
import { z } from 'zod'
import { UsageError } from './terminal.ts'

const mapping = z.record(z.string(), z.union([z.string(), z.number()]).transform(String))
const rows = z.array(
  z.object({ folder: z.string(), group: z.union([z.string(), z.number()]).transform(String) }),
)

type Row = readonly [folder: string, group: string]

/**
 * Folders by name of group.
 * @throws {UsageError} naming the row, where one is none, names a folder twice or a folder that is not there: who were
 * left out by a slip would be missing in their group's rate.
 */
export function readGroups(
  text: string,
  { isYaml, folders }: { readonly isYaml: boolean; readonly folders: ReadonlySet<string> },
): ReadonlyMap<string, readonly string[]> {
  const seen = new Set<string>()
  const groups = new Map<string, string[]>()
  for (const [folder, group] of isYaml ? readYaml(text) : readCsv(text)) {
    if (folder === '' || group === '')
      throw new UsageError(`a row of the groups is not folder,group: ${folder},${group}`)
    if (!folders.has(folder))
      throw new UsageError(`the groups name ${folder}, which is no folder of pictures`)
    if (seen.has(folder)) throw new UsageError(`the groups name ${folder} twice`)
    seen.add(folder)
    const members = groups.get(group) ?? []
    members.push(folder)
    groups.set(group, members)
  }
  if (groups.size === 0) throw new UsageError('the file of groups names nobody')
  return groups
}

/** A heading `folder,group`, empty lines and lines after `#` are no people. */
function readCsv(text: string): readonly Row[] {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
  return lines.filter((line, at) => at > 0 || !/^"?folder"?\s*,\s*"?group"?$/i.test(line)).map(readRow)
}

/** A folder's name may hold commas: the last one parts it from the group. */
function readRow(line: string): Row {
  const comma = line.lastIndexOf(',')
  if (comma < 0) throw new UsageError(`a row of the groups is not folder,group: ${line}`)
  return [unquote(line.slice(0, comma)), unquote(line.slice(comma + 1))]
}

function unquote(field: string): string {
  const trimmed = field.trim()
  return /^".*"$/.test(trimmed) ? trimmed.slice(1, -1).replaceAll('""', '"') : trimmed
}

function readYaml(text: string): readonly Row[] {
  const content = parseYaml(text)
  const asRows = rows.safeParse(content)
  if (asRows.success) return asRows.data.map(({ folder, group }) => [folder, group])
  const asMapping = mapping.safeParse(content)
  if (asMapping.success) return Object.entries(asMapping.data)
  throw new UsageError('the file of groups is neither `folder: group` nor a list of folder and group')
}

function parseYaml(text: string): unknown {
  try {
    return parse(text)
  } catch (error) {
    if (error instanceof YAMLParseError) {
      throw new UsageError(`the file of groups is not YAML: ${error.message}`, { cause: error })
    }
    throw error
  }
}
