/** Jobs to changes: batch work and migrations that ran beside the services. Pure. */
import type { OtherChange } from '../../domain/change.ts';
import type { EpochMs } from '../../domain/time.ts';
import { serviceOf } from './container.ts';
import { at, instant, type KubeObject, objectsIn } from './objects.ts';

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
