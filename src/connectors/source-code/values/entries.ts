/** Keys and values of any file that is understood. */
import { keyValueFormatOf, profileOf } from '../languages/detect.ts';
import { MAX_PARSED_BYTES, parseSource } from '../syntax/parser.ts';
import { codeEntries } from './code-entries.ts';
import { directiveEntries, isDirectives } from './directive-entries.ts';
import type { KeyEntry } from './entry.ts';
import { lineEntries } from './line-entries.ts';
import { yamlEntries } from './yaml-entries.ts';

/** In order of lines; empty for a file that is not understood, too long or binary. Never throws. */
export async function entriesOf(path: string, text: string): Promise<readonly KeyEntry[]> {
  if (text.length > MAX_PARSED_BYTES || text.includes('\u0000')) return [];
  const profile = profileOf(path);
  if (profile !== null) {
    const tree = await parseSource(profile, text);
    return tree === null ? [] : codeEntries(tree);
  }
  const format = keyValueFormatOf(path);
  if (format === null) return [];
  if (format === 'yaml' || format === 'json') return yamlEntries(text);
  return format === 'properties' && isDirectives(text) ? directiveEntries(text) : lineEntries(text, format);
}
