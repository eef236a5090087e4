/** Deployments that hosted pipelines and delivery services tell of: Azure DevOps, Bitbucket, CircleCI, Buildkite, Harness, New Relic's markers, Flagger. Pure. */
import { epochMs } from '../../domain/time.ts';
import { isDeployJob, serviceOfJob } from '../_kit/deploy-jobs.ts';
import { isCommitId } from '../_kit/deployments.ts';
import { textOf } from '../_kit/fields.ts';
import { listAt, objectAt, textAt } from '../_kit/nested.ts';
import { isObject, type JsonObject } from '../_kit/records.ts';
import { deployment, type System, timeOf } from './told.ts';

const ROLLBACK = /roll-?back|revert/i;

function commitOrNull(text: string | null): string | null {
  return text !== null && isCommitId(text) ? text : null;
}

/** Earliest and latest of the times that are there. */
function span(values: readonly unknown[]) {
  const times = values.flatMap((value) => timeOf(value) ?? []);
  return times.length === 0 ? null : { from: epochMs(Math.min(...times)), to: epochMs(Math.max(...times)) };
}

/** Releases of https://learn.microsoft.com/rest/api/azure/devops/release: one deployment for each environment that was deployed to. */
export const azureDevOps: System = {
  name: 'Azure DevOps',
  wrappers: ['value'],
  fits: (record) => isObject(record['releaseDefinition']) && Array.isArray(record['environments']),
  decode: (record) => {
    const artifact = listAt(record, 'artifacts').filter(isObject)[0] ?? {};
    const reference = objectAt(artifact, 'definitionReference');
    const name = textAt(record, 'releaseDefinition', 'name');
    return listAt(record, 'environments')
      .filter(isObject)
      .flatMap((environment) => {
        const steps = listAt(environment, 'deploySteps').filter(isObject);
        const began = span(steps.map((step) => step['queuedOn']));
        const ended = span(steps.map((step) => step['lastModifiedOn']));
        const status = textOf(environment['status']);
        if (began === null || status === null || /notstarted|undefined/i.test(status)) return [];
        const isOver = /succeeded|rejected|canceled|failed/i.test(status);
        return [
          deployment('Azure DevOps', {
            service: serviceOfJob(name) ?? textAt(record, 'projectReference', 'name'),
            at: began.from,
            finishedAt: isOver ? (ended?.to ?? null) : null,
            status: status === 'rejected' ? 'failed' : status,
            version: textAt(reference, 'version', 'name'),
            commit: commitOrNull(textAt(reference, 'sourceVersion', 'id')),
            environment: textOf(environment['name']),
            actor: textAt(record, 'createdBy', 'displayName'),
            deploymentId: textOf(record['id']),
            rollback: ROLLBACK.test(name ?? '') || ROLLBACK.test(textOf(record['description']) ?? ''),
          }),
        ];
      });
  },
};

/** Runs of Azure Pipelines: https://learn.microsoft.com/rest/api/azure/devops/build/builds. */
export const azurePipelines: System = {
  name: 'Azure Pipelines',
  wrappers: ['value'],
  fits: (record) => 'buildNumber' in record && 'sourceVersion' in record && isObject(record['definition']),
  decode: (record) => {
    const name = textAt(record, 'definition', 'name');
    const at = timeOf(record['startTime'] ?? record['queueTime']);
    if (at === null) return null;
    if (!isDeployJob(name)) return [];
    const isOver = textOf(record['status']) === 'completed';
    return [
      deployment('Azure Pipelines', {
        service: serviceOfJob(name) ?? textAt(record, 'repository', 'name'),
        at,
        finishedAt: timeOf(record['finishTime']),
        status: isOver ? textOf(record['result']) : textOf(record['status']),
        version: textOf(record['buildNumber']),
        commit: commitOrNull(textOf(record['sourceVersion'])),
        actor: textAt(record, 'requestedFor', 'displayName'),
        deploymentId: textOf(record['id']),
        rollback: ROLLBACK.test(name ?? ''),
      }),
    ];
  },
};

/** https://developer.atlassian.com/cloud/bitbucket/rest/api-group-deployments/ */
export const bitbucket: System = {
  name: 'Bitbucket',
  wrappers: ['values'],
  fits: (record) =>
    record['type'] === 'deployment' && isObject(record['release']) && isObject(record['state']),
  decode: (record) => {
    const state = objectAt(record, 'state');
    const at = timeOf(state['started_on'] ?? textAt(record, 'release', 'created_on'));
    if (at === null) return null;
    const isOver = /COMPLETED/i.test(textOf(state['name']) ?? '');
    return [
      deployment('Bitbucket', {
        service:
          textAt(record, 'release', 'pipeline', 'repository', 'name') ??
          textAt(record, 'repository', 'name') ??
          textAt(record, 'deployable', 'name'),
        at,
        finishedAt: timeOf(state['completed_on']),
        status: isOver ? textAt(state, 'status', 'name') : textOf(state['name']),
        version: textAt(record, 'release', 'name'),
        commit: commitOrNull(textAt(record, 'release', 'commit', 'hash')),
        environment: textAt(record, 'environment', 'name'),
        deploymentId: textOf(record['uuid']),
        rollback: textAt(record, 'release', 'type') === 'rollback',
      }),
    ];
  },
};

/** Workflows and jobs of https://circleci.com/docs/api/v2 */
export const circleCi: System = {
  name: 'CircleCI',
  wrappers: ['items'],
  fits: (record) =>
    ('project_slug' in record || 'job_number' in record) &&
    'name' in record &&
    'status' in record &&
    ('created_at' in record || 'started_at' in record),
  decode: (record) => {
    const name = textOf(record['name']);
    const at = timeOf(record['started_at'] ?? record['created_at']);
    if (at === null) return null;
    if (!isDeployJob(name)) return [];
    return [
      deployment('CircleCI', {
        service: serviceOfJob(name) ?? textOf(record['project_slug'])?.split('/').at(-1) ?? null,
        at,
        finishedAt: timeOf(record['stopped_at']),
        status: textOf(record['status']),
        commit: commitOrNull(textAt(record, 'vcs', 'revision')),
        actor: textOf(record['started_by']),
        deploymentId: textOf(record['id']) ?? textOf(record['job_number']),
        rollback: ROLLBACK.test(name ?? ''),
      }),
    ];
  },
};

/** https://buildkite.com/docs/apis/rest-api/builds */
export const buildkite: System = {
  name: 'Buildkite',
  wrappers: [],
  fits: (record) =>
    isObject(record['pipeline']) && 'commit' in record && 'state' in record && 'number' in record,
  decode: (record) => {
    const name = textAt(record, 'pipeline', 'name') ?? textAt(record, 'pipeline', 'slug');
    const at = timeOf(record['started_at'] ?? record['created_at']);
    if (at === null) return null;
    if (!isDeployJob(name) && !isDeployJob(textOf(record['message']))) return [];
    return [
      deployment('Buildkite', {
        service: serviceOfJob(name),
        at,
        finishedAt: timeOf(record['finished_at']),
        status: textOf(record['state']),
        commit: commitOrNull(textOf(record['commit'])),
        actor: textAt(record, 'creator', 'name'),
        deploymentId: textOf(record['number']),
        rollback: ROLLBACK.test(`${name ?? ''} ${textOf(record['message']) ?? ''}`),
      }),
    ];
  },
};

function harnessExecution(record: JsonObject) {
  const at = timeOf(record['startTs']);
  if (at === null) return null;
  const cd = objectAt(objectAt(record, 'moduleInfo'), 'cd');
  const services = listAt(cd, 'serviceIdentifiers').flatMap((name) => textOf(name) ?? []);
  const name = textOf(record['name']) ?? textOf(record['pipelineIdentifier']);
  if (services.length === 0 && !isDeployJob(name)) return [];
  return (services.length === 0 ? [serviceOfJob(name)] : services).map((service) =>
    deployment('Harness', {
      service,
      at,
      finishedAt: timeOf(record['endTs']),
      status: textOf(record['status']),
      version: textAt(cd, 'serviceInfo', 'artifacts', 'primary', 'tag'),
      environment: listAt(cd, 'envIdentifiers').flatMap((own) => textOf(own) ?? [])[0] ?? null,
      actor: textAt(record, 'executionTriggerInfo', 'triggeredBy', 'identifier'),
      deploymentId: textOf(record['planExecutionId']),
      rollback: ROLLBACK.test(name ?? ''),
    }),
  );
}

/** The executions of an answer: `{ "data": { "content": […] } }`. */
function harnessContent(record: JsonObject): readonly JsonObject[] {
  return listAt(objectAt(record, 'data'), 'content').filter(isObject);
}

/** Executions of https://apidocs.harness.io: `moduleInfo.cd` names services, environments and artifacts. */
export const harness: System = {
  name: 'Harness',
  wrappers: [],
  fits: (record) =>
    [record, ...harnessContent(record)].some(
      (own) => 'planExecutionId' in own && 'pipelineIdentifier' in own,
    ),
  decode: (record) =>
    'planExecutionId' in record
      ? harnessExecution(record)
      : harnessContent(record).flatMap((own) => harnessExecution(own) ?? []),
};

/** Deployment markers: https://docs.newrelic.com/docs/apis/rest-api-v2; `entity.name` in those of change tracking. */
export const newRelic: System = {
  name: 'New Relic',
  wrappers: ['deployments'],
  fits: (record) =>
    'revision' in record &&
    'changelog' in record &&
    'timestamp' in record &&
    ('links' in record || 'user' in record),
  decode: (record) => {
    const at = timeOf(record['timestamp']);
    if (at === null) return null;
    const revision = textOf(record['revision']);
    const commit = commitOrNull(textOf(record['commit'])) ?? commitOrNull(revision);
    return [
      deployment('New Relic', {
        service: textAt(record, 'entity', 'name') ?? textOf(record['application']),
        at,
        status: 'succeeded',
        version: textOf(record['version']) ?? (commit === revision ? null : revision),
        commit,
        actor: textOf(record['user']),
        deploymentId: textOf(record['id']) ?? textOf(record['deploymentId']),
      }),
    ];
  },
};

/** The last turn of a canary: https://docs.flagger.app/usage/how-it-works. Its start is not kept, so it is dated to its last transition. */
export const flagger: System = {
  name: 'Flagger',
  wrappers: ['items'],
  fits: (record) =>
    record['kind'] === 'Canary' &&
    /^flagger\.app\//.test(textOf(record['apiVersion']) ?? '') &&
    isObject(record['spec']),
  decode: (record) => {
    const status = objectAt(record, 'status');
    const at = timeOf(status['lastTransitionTime']);
    const phase = textOf(status['phase']);
    if (at === null || phase === null) return null;
    if (/^(Initializ|Waiting|Terminat)/.test(phase)) return [];
    const isOver = /^(Succeeded|Failed)$/.test(phase);
    const name = textAt(record, 'spec', 'targetRef', 'name') ?? textAt(record, 'metadata', 'name');
    const told = deployment('Flagger', {
      service: name,
      at,
      finishedAt: isOver ? at : null,
      status: isOver ? phase : 'progressing',
      platform: 'kubernetes',
      target: name,
    });
    const weight = Number(textOf(status['canaryWeight']) ?? 0);
    const outcome: Readonly<Record<string, string>> = {
      Failed: 'failed its analysis: traffic was taken back to the old version',
      Succeeded: 'was promoted',
    };
    return [
      {
        ...told,
        summary: `Canary of ${told.service ?? 'an unnamed service'} ${outcome[phase] ?? `takes ${weight} % of the traffic`} (Flagger)`,
        share: isOver || !(weight > 0 && weight < 100) ? null : weight / 100,
      },
    ];
  },
};
