/** Jobs to changes: batch work and migrations that ran beside the services. Pure. */
import type { OtherChange } from '../../domain/change.ts';
import { canonicalServiceName } from '../../domain/service.ts';
import type { EpochMs } from '../../domain/time.ts';
import { textOf } from '../_kit/fields.ts';
import { serviceOf } from './container.ts';
import { at, instant, type KubeObject, objectsIn } from './objects.ts';

/**
 * The start of a Job as the event of its CronJob tells it, where the Job itself is not at hand; null for any other event.
 * When it ended, such an event does not say.
 */
export function changeOfJobEvent(event: KubeObject): Omit<OtherChange, 'id' | 'evidence'> | null {
  const about = at(event.value, 'involvedObject');
  const regarding = textOf(about['kind']) === null ? at(event.value, 'regarding') : about;
  const cronJob = textOf(regarding['name']);
  const message = textOf(event.value['message']) ?? textOf(event.value['note']) ?? '';
  const job = /^Created job (\S+)/i.exec(message)?.[1];
  const startedAt =
    instant(event.value['firstTimestamp']) ?? instant(event.value['eventTime']) ?? event.createdAt;
  if (textOf(regarding['kind']) !== 'CronJob' || cronJob === null || job === undefined || startedAt === null)
    return null;
  const namespace = textOf(regarding['namespace']) ?? event.namespace;
  return {
    type: /(^|[-.])migrat/.test(job) ? 'migration' : 'data-job',
    service: canonicalServiceName(cronJob),
    at: startedAt,
    finishedAt: null,
    summary: `Job ${job} started`,
    actor: null,
    source: 'kubernetes',
    attributes: {
      'k8s.job.name': job,
      'k8s.cronjob.name': cronJob,
      ...(namespace === null ? {} : { 'k8s.namespace.name': namespace }),
    },
  };
}

/** Null for a Job that never started. `asOf`: an end after it is not known yet. */
export function changeOfJob(
  job: KubeObject,
  asOf: EpochMs | null,
): Omit<OtherChange, 'id' | 'evidence'> | null {
  const status = at(job.value, 'status');
  const startedAt = instant(status['startTime']);
  if (startedAt === null) return null;
  const conditions = objectsIn(status['conditions']);
  const failed = conditions.find(({ type, status: value }) => type === 'Failed' && value === 'True');
  const endedAt = instant(status['completionTime']) ?? instant(failed?.['lastTransitionTime']);
  const isOver = endedAt !== null && endedAt >= startedAt && (asOf === null || endedAt <= asOf);
  const end = failed === undefined ? 'completed' : 'failed';
  const cronJob = job.owner?.kind === 'CronJob' ? job.owner.name : null;
  const attributes: Record<string, string> = { 'k8s.job.name': job.name, status: isOver ? end : 'running' };
  if (cronJob !== null) attributes['k8s.cronjob.name'] = cronJob;
  if (job.namespace !== null) attributes['k8s.namespace.name'] = job.namespace;
  return {
    type: /(^|[-.])migrat/.test(job.name) ? 'migration' : 'data-job',
    service: serviceOf(job.labels, cronJob ?? job.name),
    at: startedAt,
    finishedAt: isOver ? endedAt : null,
    summary: `Job ${job.name} ${isOver ? end : 'started'}`,
    actor: null,
    source: 'kubernetes',
    attributes,
  };
}
