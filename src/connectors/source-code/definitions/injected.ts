/** Settings that a framework puts into a field or parameter: Spring's `@Value`, MicroProfile's `@ConfigProperty`. */
import type { RepositoryReader } from '../repository-reader.ts';
import { commentsBeside } from '../syntax/comments.ts';
import { textValue } from '../values/text-value.ts';
import { type FoundEntry, findSetting } from './config-files.ts';
import type { FoundDefinition } from './found.ts';
import type { Place } from './lookup.ts';
import { type Binding, rootOf } from './scope.ts';

const ANNOTATION =
  /@(?:Value|ConfigProperty|Property)\s*\(\s*(?:name\s*=\s*)?"(?:[$#]\{)?([\w.-]+)(?::([^}"]*))?\}?"(?:\s*,\s*defaultValue\s*=\s*"([^"]*)")?/;

/** The entry of a configuration file as a definition. */
export function settingDefinition(identifier: string, { path, entry }: FoundEntry): FoundDefinition {
  const { key, value, env, line, endLine, comments } = entry;
  return { identifier, key, kind: 'config-value', text: '', value, env, path, line, endLine, comments };
}

/** The setting behind a binding; its default where no file has the key; null where nothing is injected. */
export async function injectedSetting(
  reader: RepositoryReader,
  binding: Binding,
  at: Place,
  identifier: string,
): Promise<FoundDefinition | null> {
  const holder = binding.node.role === 'declare' ? binding.node.parent : binding.node;
  const match = ANNOTATION.exec(holder?.text ?? '');
  const key = match?.[1];
  if (key === undefined || holder === null) return null;
  const setting = await findSetting(reader, at.path, key);
  if (setting !== null) return settingDefinition(identifier, setting);
  const fallback = match?.[2] ?? match?.[3];
  return {
    identifier,
    key,
    kind: fallback === undefined ? 'unresolved' : 'default',
    text: '',
    value: fallback === undefined ? null : textValue(fallback, key, true),
    env: null,
    path: at.path,
    line: holder.line,
    endLine: holder.endLine,
    comments: commentsBeside(rootOf(holder), holder.line, holder.endLine),
  };
}
