/** What all kinds of flag files have in common: a decoded switch, and how values are named. Pure. */
import { canonicalServiceName, type ServiceName } from '../../domain/service.ts';
import type { EpochMs } from '../../domain/time.ts';

export const SOURCE = 'flags-file';

/** A flag that was switched, before it has a place in a file. */
export interface Switch {
  readonly vendor:
    | 'launchdarkly'
    | 'unleash'
    | 'flagsmith'
    | 'configcat'
    | 'split'
    | 'statsig'
    | 'flipt'
    | 'growthbook'
    | 'posthog'
    | 'azure-app-configuration'
    | typeof SOURCE;
  /** The vendor's id of the entry, unique with the environment; null where it gives none. */
  readonly nativeId: string | null;
  readonly flag: string;
  readonly environment: string | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly at: EpochMs;
  readonly zoneless: boolean;
  readonly actor: string | null;
  readonly service: ServiceName | null;
  readonly summary: string;
}

/** `ignored`: a good entry that switched nothing. `rejected`: one that cannot be read. */
export type Decoded =
  | { readonly kind: 'switches'; readonly switches: readonly Switch[] }
  | { readonly kind: 'ignored' }
  | { readonly kind: 'rejected' };

export const IGNORED: Decoded = { kind: 'ignored' };
export const REJECTED: Decoded = { kind: 'rejected' };

const MAX_VALUE_LENGTH = 120;

/** `on` and `off` for switches, text and numbers as written, short JSON for the rest; null for nothing. */
export function valueText(value: unknown): string | null {
  if (value === undefined || value === null || value === '') return null;
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  const text = typeof value === 'string' ? value.trim() : JSON.stringify(value);
  const plain = text.toLowerCase();
  if (plain === 'true' || plain === 'enabled' || plain === 'on') return 'on';
  if (plain === 'false' || plain === 'disabled' || plain === 'off') return 'off';
  return text === '' ? null : text.slice(0, MAX_VALUE_LENGTH);
}

/** The two values that words such as "turned on" or "enabled" speak of; null where they speak of none. */
export function switchedBy(words: string): { readonly from: string; readonly to: string } | null {
  if (/\b(turned|switched|toggled)[ _-]?on\b|\benabled?\b/i.test(words)) return { from: 'off', to: 'on' };
  if (/\b(turned|switched|toggled)[ _-]?off\b|\bdisabled?\b|\bkilled\b/i.test(words))
    return { from: 'on', to: 'off' };
  return null;
}

export function serviceOrNull(name: string | null): ServiceName | null {
  const service = name === null ? '' : canonicalServiceName(name);
  return service === '' ? null : service;
}

/** One sentence for a reader: who did what to which flag where. */
export function summaryOf(fields: Pick<Switch, 'flag' | 'environment' | 'from' | 'to' | 'actor'>): string {
  const values = fields.from === null ? '' : ` from ${fields.from}`;
  const target = fields.to === null ? '' : ` to ${fields.to}`;
  const where = fields.environment === null ? '' : ` in ${fields.environment}`;
  const who = fields.actor === null ? '' : ` by ${fields.actor}`;
  const verb = values === '' && target === '' ? 'changed' : 'switched';
  return `Flag ${fields.flag} ${verb}${values}${target}${where}${who}`;
}
