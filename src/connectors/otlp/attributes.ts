/** Values of OTLP's JSON: attributes, nanosecond times and numbers that are written as text. It knows no signal. */
import { isPlaceholderService, workloadOfPod } from '../../domain/service.ts';
import { objectAt, textAt } from '../_kit/nested.ts';
import { isObject, type JsonObject } from '../_kit/records.ts';

/** 1980 to 2100: anything outside is no time of an incident. */
const FIRST_MS = Date.UTC(1980, 0, 1);
const LAST_MS = Date.UTC(2100, 0, 1);

/** Milliseconds with fractions from nanoseconds as text or number; null for anything else. */
export function millisecondsOf(nanoseconds: unknown): number | null {
  const text = typeof nanoseconds === 'number' ? String(nanoseconds) : nanoseconds;
  if (typeof text !== 'string' || !/^\d{16,20}$/.test(text)) return null;
  // In two parts: a double holds nanoseconds since 1970 only to a quarter of a microsecond.
  const ms = Number(text.slice(0, -6)) + Number(text.slice(-6)) / 1e6;
  return ms >= FIRST_MS && ms < LAST_MS ? ms : null;
}

export function numberOfText(value: unknown): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

function valueText(value: unknown): string | null {
  if (!isObject(value)) return null;
  for (const key of ['stringValue', 'intValue', 'doubleValue', 'boolValue']) {
    const inner = value[key];
    if (typeof inner === 'boolean') return String(inner);
    const text = textAt(value, key);
    if (text !== null) return text;
  }
  return null;
}

/** `[{ key, value: { stringValue } }]` as a record of texts; lists and maps are left out. */
export function attributesOf(list: unknown): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const item of Array.isArray(list) ? list : []) {
    if (!isObject(item) || typeof item['key'] !== 'string' || item['key'] === '__proto__') continue;
    const text = valueText(item['value']);
    if (text !== null) attributes[item['key']] = text;
  }
  return attributes;
}

/** What else names the program where nobody named the service, the surest first. */
const WORKLOADS = [
  'k8s.deployment.name',
  'k8s.statefulset.name',
  'k8s.daemonset.name',
  'k8s.cronjob.name',
  'k8s.container.name',
  'container.name',
];

/** Attributes of the resource; `service.name` is the workload's where the SDK was not told a name. */
export function resourceOf(entry: JsonObject): Record<string, string> {
  const { 'service.name': named, ...others } = attributesOf(objectAt(entry, 'resource')['attributes']);
  if (named !== undefined && !isPlaceholderService(named)) return { ...others, 'service.name': named };
  const pod = others['k8s.pod.name'];
  const workload = WORKLOADS.map((key) => others[key]).find((name) => name !== undefined && name !== '');
  const service = workload ?? (pod === undefined ? undefined : workloadOfPod(pod));
  return service === undefined ? others : { ...others, 'service.name': service };
}
