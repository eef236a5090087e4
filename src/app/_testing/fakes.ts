/** Stand-ins for tests of app/: a platform without a machine below it, connectors and directories made of values. */
import type { PlatformError } from '../../domain/error.ts';
import type { Report } from '../../domain/report.ts';
import type { LogPattern } from '../../domain/signal.ts';
import { type Contribution, EMPTY_CONTRIBUTION } from '../../domain/snapshot.ts';
import { type EpochMs, epochMs } from '../../domain/time.ts';
import type { Connector, EvidenceDirectory, EvidenceFile } from '../../ports/connector.ts';
import type { IncidentStore } from '../../ports/incident-store.ts';
import type { Platform } from '../platform.ts';

export const at = (text: string): EpochMs => epochMs(Date.parse(text));
export const NOW = at('2024-01-15T14:41:00Z');

export function fileOf(path: string, text = ''): EvidenceFile {
  return {
    path,
    absolutePath: `/evidence/${path}`,
    size: text.length,
    modifiedAt: NOW,
    compression: 'none',
    explicitLog: false,
    head: () => text,
  };
}

export function directoryOf(files: Readonly<Record<string, string>>): EvidenceDirectory {
  return {
    root: '/evidence',
    repos: [],
    files: async () =>
      Object.keys(files)
        .sort()
        .map((path) => fileOf(path, files[path])),
    readText: async (file) => files[file.path] ?? '',
  };
}

export function connectorOf(fields: Partial<Connector> & { readonly id: string }): Connector {
  return {
    summary: '',
    probes: [],
    always: true,
    recognise: () => 0,
    collect: async () => EMPTY_CONTRIBUTION,
    ...fields,
  };
}

export function patternOf(fields: Partial<LogPattern> = {}): LogPattern {
  const firstSeenAt = fields.firstSeenAt ?? at('2024-01-15T14:23:15Z');
  const lastSeenAt = fields.lastSeenAt ?? at('2024-01-15T14:23:20Z');
  return {
    id: 'p1',
    template: 'Payment timeout for order <*>',
    service: 'checkout-api',
    severity: 'error',
    count: 6,
    buckets: { widthMs: 60_000, at: [at('2024-01-15T14:23:00Z')], count: [6] },
    samples: [],
    splits: [],
    frames: [],
    exceptionType: null,
    attributes: {},
    failing: [],
    ...fields,
    firstSeenAt,
    lastSeenAt,
  };
}

export function contributionOf(fields: Partial<Contribution> = {}): Contribution {
  return { ...EMPTY_CONTRIBUTION, ...fields };
}

export interface TestPlatform extends Platform {
  readonly problems: PlatformError[];
  readonly files: Map<string, string>;
  readonly controller: AbortController;
}

interface PlatformFields {
  readonly connectors?: readonly Connector[];
  readonly files?: Readonly<Record<string, string>>;
  readonly now?: EpochMs;
  readonly sources?: Platform['sources'];
  readonly store?: () => Promise<IncidentStore>;
  readonly triage?: Awaited<ReturnType<Platform['loadTriage']>>;
}

export function testPlatform(fields: PlatformFields = {}): TestPlatform {
  const problems: PlatformError[] = [];
  const files = new Map<string, string>();
  const controller = new AbortController();
  return {
    problems,
    files,
    controller,
    clock: { now: () => fields.now ?? NOW, elapsedMs: () => performance.now() },
    logger: { debug: () => undefined, warn: () => undefined },
    environment: { USER: 'dana' },
    sources: fields.sources ?? {},
    signal: controller.signal,
    connectors: (fields.connectors ?? []).map((connector) => ({
      id: connector.id,
      load: async () => connector,
    })),
    progress: () => undefined,
    onProblem: (problem) => problems.push(problem),
    loadTriage: async () =>
      fields.triage ?? ((snapshot) => ({ report: reportOf(snapshot.request.incidentId), probes: [] })),
    textPolicy: async () => ({
      redact: (text) => text.replaceAll('hunter2', '[redacted]'),
      isSecretName: () => false,
    }),
    openPlace: async () => ({
      directory: directoryOf(fields.files ?? {}),
      workspace: '/evidence',
      gaps: async () => [],
      close: async () => undefined,
    }),
    workspaceOf: async () => '/evidence',
    openStore: fields.store ?? (() => Promise.reject(new Error('no store'))),
    openNarrator: () => Promise.reject(new Error('no narrator')),
    readTextFile: async (path) => files.get(path) ?? '',
    writeTextFile: async (path, text) => {
      files.set(path, text);
    },
    close: async () => undefined,
  };
}

/** The least report that the app's own rules look at. */
export function reportOf(id: string, fields: { cause?: string; recommendation?: string } = {}): Report {
  const report = {
    schemaVersion: 1,
    durationMs: 0,
    incident: {
      id,
      title: 'Checkout fails',
      symptom: 'checkout fails',
      severity: 'SEV1',
      status: 'IDENTIFIED',
    },
    rootCause: fields.cause === undefined ? null : { statement: fields.cause },
    rollback: { recommendation: fields.recommendation ?? 'NONE', reason: 'because' },
    summary: '',
    symptoms: [],
    timeline: [],
    notes: [],
    questions: [],
    evidence: {},
  };
  return report as unknown as Report;
}
