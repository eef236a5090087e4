/** Keys and values of files with one setting a line: properties, .env, TOML, HCL, Dockerfile. Simple rules, no expansion. */
import type { KeyValueFormat } from '../languages/detect.ts';
import { type CommentText, cleanComment, type KeyEntry } from './entry.ts';
import { textValue } from './text-value.ts';
import { placeholder } from './yaml-entries.ts';

const MAX_ENTRIES = 5_000;

interface LineRule {
  /** Groups: key, value. */
  readonly setting: RegExp;
  /** Group: name of a section that later keys belong to. */
  readonly section: RegExp | null;
  readonly sectionEnd: RegExp | null;
  readonly comment: RegExp;
}

const HASH = /^\s*(#.*)$/;
const RULES: Readonly<Record<Exclude<KeyValueFormat, 'yaml' | 'json'>, LineRule>> = {
  properties: {
    // Perl's and Logstash's files write `key => value`
    setting: /^\s*([^\s=:#!;[]+)\s*(?:=>|[=:])\s*(.*?)\s*$/,
    section: /^\s*\[([^\]]+)\]/,
    sectionEnd: null,
    comment: /^\s*([#!;].*)$/,
  },
  env: {
    setting: /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/,
    section: null,
    sectionEnd: null,
    comment: HASH,
  },
  toml: {
    setting: /^\s*((?:[\w-]+|"[^"]*")(?:\s*\.\s*(?:[\w-]+|"[^"]*"))*)\s*=\s*(.*?)\s*$/,
    section: /^\s*\[\[?([^\]]+)\]\]?/,
    sectionEnd: null,
    comment: HASH,
  },
  hcl: {
    setting: /^\s*([\w-]+)\s*=\s*(.*?)\s*$/,
    section: /^\s*([\w-]+(?:\s+(?:"[^"]*"|[\w-]+))*)\s*=?\s*\{\s*$/,
    sectionEnd: /^\s*\}/,
    comment: /^\s*((?:#|\/\/).*)$/,
  },
  dockerfile: {
    setting: /^\s*(?:ENV|ARG|LABEL)\s+([\w.-]+)(?:=|\s+)(.*?)\s*$/i,
    section: null,
    sectionEnd: null,
    comment: HASH,
  },
};

/** Cuts a trailing comment that stands outside quotes. */
function splitComment(value: string, format: KeyValueFormat): { value: string; comment: string | null } {
  if (format === 'properties') return { value, comment: null };
  const match = /^((?:"(?:[^"\\]|\\.)*"|'[^']*'|[^"'#])*?)\s+(#.*)$/.exec(value);
  return match === null ? { value, comment: null } : { value: match[1] ?? '', comment: match[2] ?? null };
}

function unquote(value: string): { text: string; quoted: boolean } {
  const match = /^(["'])([\s\S]*)\1,?$/.exec(value);
  return match === null
    ? { text: value.replace(/,$/, ''), quoted: false }
    : { text: match[2] ?? '', quoted: true };
}

/** `FROM node:20 AS build` is the key `FROM.node` with the value `20`. */
function baseImage(line: string, number: number): KeyEntry | null {
  const match = /^\s*FROM\s+(?:--\S+\s+)?([^\s:@]+)(?:[:@](\S+))?/i.exec(line);
  if (match === null) return null;
  const key = `FROM.${match[1] ?? ''}`;
  const value = { raw: match[2] ?? 'latest', number: null, unit: 'none', kind: 'string' } as const;
  return {
    key,
    scope: '',
    kind: 'config-value',
    value,
    env: null,
    line: number,
    endLine: number,
    comments: [],
  };
}

/** Entries in order of lines. Never throws. */
export function lineEntries(text: string, format: Exclude<KeyValueFormat, 'yaml' | 'json'>): KeyEntry[] {
  const rule = RULES[format];
  const entries: KeyEntry[] = [];
  let sections: string[] = [];
  const lines = text.split(/\r?\n/);
  for (const [index, line] of lines.entries()) {
    if (entries.length >= MAX_ENTRIES) break;
    if (rule.comment.test(line)) continue;
    const image = format === 'dockerfile' ? baseImage(line, index + 1) : null;
    if (image !== null) entries.push(image);
    const section = rule.section?.exec(line)?.[1];
    if (section !== undefined) {
      const name = section.replaceAll('"', '').trim().replace(/\s+/g, '.');
      sections = rule.sectionEnd === null ? [name] : [...sections, name];
      continue;
    }
    if (rule.sectionEnd?.test(line) === true) sections = sections.slice(0, -1);
    const match = rule.setting.exec(line);
    if (match === null || line.length > 4_000) continue;
    const key = [...sections, (match[1] ?? '').replaceAll('"', '')].join('.');
    const { value, comment } = splitComment(match[2] ?? '', format);
    const { text: bare, quoted } = unquote(value);
    const resolved = placeholder(bare);
    const above = rule.comment.exec(lines[index - 1] ?? '')?.[1];
    const comments: CommentText[] = [
      ...(comment === null ? [] : [{ text: cleanComment(comment), line: index + 1 }]),
      ...(above === undefined ? [] : [{ text: cleanComment(above), line: index }]),
    ];
    entries.push({
      key,
      scope: '',
      kind: 'config-value',
      value: textValue(resolved.value, key, quoted),
      env: resolved.env,
      line: index + 1,
      endLine: index + 1,
      comments: comments.filter((each) => each.text !== ''),
    });
  }
  return entries;
}
