/** From CDEvents about services to deployments. Pure. */
import type { Deployment } from '../../domain/change.ts';
import type { EvidenceRef } from '../../domain/evidence.ts';
import { canonicalServiceName } from '../../domain/service.ts';
import type { EpochMs } from '../../domain/time.ts';
import { deploymentStatus, imageTag, plainVersion, shareOfWeight } from '../_kit/deployments.ts';
import { Fields } from '../_kit/fields.ts';
import { readInstant } from '../_kit/instants.ts';
import { isObject, type JsonObject } from '../_kit/records.ts';

export const SOURCE = 'cdevents';

/** What is done to a service; other CDEvents are not about a change that serves. */
const ABOUT_SERVICE = /^dev\.cdevents\.service\.(deployed|upgraded|rolledback)\./;

const WEIGHT = ['canaryWeight', 'canary_percent', 'weight', 'percentage', 'traffic'];

function child(record: JsonObject, ...path: readonly string[]): JsonObject {
  let current: JsonObject = record;
  for (const key of path) {
    const next = current[key];
    if (!isObject(next)) return {};
    current = next;
  }
  return current;
}

/** A CloudEvent of CDEvents, of whatever subject; also one without the envelope, whose context says so. */
export function isCdEvent(record: JsonObject): boolean {
  return typeOf(record).startsWith('dev.cdevents.');
}

function typeOf(record: JsonObject): string {
  const outer =
    record['type'] ?? child(record, 'data', 'context')['type'] ?? child(record, 'context')['type'];
  return typeof outer === 'string' ? outer : '';
}

export type Decoded =
  | { readonly kind: 'deployment'; readonly deployment: Deployment; readonly observedAt: EpochMs }
  /** Another kind of event, or a service that was removed. */
  | { readonly kind: 'ignored' }
  | { readonly kind: 'rejected' };

/** Version of a package URL: its `tag` qualifier, else what follows `@` unless that is a digest; an image's tag otherwise. */
export function versionOfArtifact(artifact: string): string | null {
  const tag = /[?&]tag=([^&#]+)/.exec(artifact)?.[1];
  if (tag !== undefined) return safeDecode(tag);
  const [name = '', rest = ''] = artifact.replace(/[?#].*$/, '').split('@');
  const after = safeDecode(rest);
  if (after !== '' && !/^sha\d+:/i.test(after)) return after;
  return artifact.startsWith('pkg:') ? null : imageTag(name);
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function commitOf(custom: JsonObject): string | null {
  const git = new Fields(child(custom, 'git'));
  return (
    git.text('commit', 'sha', 'revision', 'commit_id') ??
    new Fields(custom).text('commit', 'sha', 'git_commit', 'git_sha', 'commit_sha')
  );
}

function actorOf(custom: JsonObject): string | null {
  return new Fields(custom).text('actor', 'user', 'author', 'triggered_by');
}

/** `time` is when the service was upgraded, so the end; `customData.startedAt` is the beginning where it is given. */
export function decodeEvent(record: JsonObject, evidence: EvidenceRef): Decoded {
  const match = ABOUT_SERVICE.exec(typeOf(record));
  if (match === null) return isCdEvent(record) ? { kind: 'ignored' } : { kind: 'rejected' };
  const data = isObject(record['data']) ? record['data'] : record;
  const subject = child(data, 'subject');
  const content = isObject(subject['content']) ? subject['content'] : subject;
  const inner = data['customData'] ?? record['customData'];
  const custom = isObject(inner) ? inner : {};
  const customFields = new Fields(custom);
  const subjectId = new Fields(subject).text('id') ?? new Fields(record).text('subject');
  const service = canonicalServiceName(subjectId?.split('/').at(-1) ?? '');
  const context = child(data, 'context');
  const finished = readInstant(record['time'] ?? context['timestamp'], null);
  if (service === '' || finished === null) return { kind: 'rejected' };
  const started = readInstant(customFields.value('startedAt', 'started_at', 'start_time'), null);
  const artifact = new Fields(content).text('artifactId', 'artifact_id') ?? '';
  const written = customFields.text('version', 'tag', 'release') ?? versionOfArtifact(artifact);
  const version = written === null ? null : plainVersion(written, service);
  const rollback = match[1] === 'rolledback';
  const id = new Fields(record).text('id') ?? new Fields(context).text('id');
  const environment = new Fields(child(content, 'environment')).text('id', 'name');
  const what = `${rollback ? 'Rollback' : 'Deployment'} of ${service} ${version ?? ''}`.trim();
  const said = deploymentStatus(customFields.text('status', 'outcome', 'result'));
  const deployment: Deployment = {
    type: 'deployment',
    id: `${SOURCE}:${id ?? evidence}`,
    service,
    at: started !== null && started.at <= finished.at ? started.at : finished.at,
    summary: environment === null ? what : `${what} to ${environment}`,
    actor: actorOf(custom),
    source: SOURCE,
    evidence: [evidence],
    version,
    commit: commitOf(custom),
    finishedAt: finished.at,
    status: said === 'unknown' ? 'succeeded' : said,
    environment,
    platformRevision: customFields.text('revision', 'platformRevision'),
    // The id names the event; a deployment system's own id would stand in its custom data.
    deploymentId: customFields.text('deploymentId', 'deployment_id'),
    rollback,
    share: shareOfWeight(customFields.number(...WEIGHT)),
    target: null,
    images: artifact === '' || artifact.startsWith('pkg:') ? [] : [artifact],
  };
  return { kind: 'deployment', deployment, observedAt: finished.at };
}
