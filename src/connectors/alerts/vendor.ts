/** What decoders of further vendors share: labels out of tags, and a notice out of its fields. Pure. */
import { canonicalServiceName } from '../../domain/service.ts';
import { type Notice, timeOf } from '../_kit/alert-notice.ts';
import { textOf } from '../_kit/fields.ts';
import type { JsonObject } from '../_kit/records.ts';

export interface Vendor {
  fits(record: JsonObject): boolean;
  /** Null for a record that cannot be read; empty for one that is no alert. */
  decode(record: JsonObject): Notice | 'none' | null;
}

export function serviceNamed(text: string | null): string | null {
  const name = canonicalServiceName(text ?? '');
  return name === '' ? null : name;
}

/** `["service:cart", "env:prod"]`, `"service:cart,env:prod"`, `[["service", "cart"]]`. */
export function labelsOf(tags: unknown): Record<string, string> {
  const listed: readonly unknown[] = Array.isArray(tags) ? tags : (textOf(tags) ?? '').split(',');
  const pairs = listed.map((tag): readonly string[] => {
    if (Array.isArray(tag)) return tag.map((part) => textOf(part) ?? '');
    const text = (textOf(tag) ?? '').trim();
    const at = text.indexOf(':');
    return at <= 0 ? [] : [text.slice(0, at), text.slice(at + 1)];
  });
  const known = pairs.flatMap(([key, value]) =>
    key === undefined || value === undefined || key === '__proto__' ? [] : [[key, value] as const],
  );
  return Object.fromEntries(known);
}

interface Fields {
  readonly id: string;
  readonly name: string | null;
  readonly service: string | null;
  readonly severity: string | null;
  readonly firedAt: unknown;
  readonly resolvedAt?: unknown;
  readonly noticedAt?: unknown;
  readonly labels?: Readonly<Record<string, string>>;
  /** True where the same id fires again and again. */
  readonly fires?: boolean;
}

export function notice(fields: Fields): Notice | null {
  const firedAt = timeOf(fields.firedAt);
  if (firedAt === null || fields.name === null) return null;
  const resolvedAt = timeOf(fields.resolvedAt);
  return {
    id: fields.id,
    name: fields.name,
    service: fields.service,
    severity: fields.severity,
    summary: fields.name,
    firedAt,
    resolvedAt: resolvedAt !== null && resolvedAt >= firedAt ? resolvedAt : null,
    noticedAt: timeOf(fields.noticedAt),
    reopened: fields.fires ?? false,
    labels: fields.labels ?? {},
  };
}
