/** Deployments that pipelines tell of: GitLab, GitHub Actions, Jenkins, Spinnaker, Octopus. Builds and tests deploy nothing. Pure. */

import { isDeployJob, serviceOfJob } from '../_kit/deploy-jobs.ts';
import { isCommitId } from '../_kit/deployments.ts';
import { textOf } from '../_kit/fields.ts';
import { listAt, objectAt, textAt } from '../_kit/nested.ts';
import { isObject, type JsonObject } from '../_kit/records.ts';
import { deployment, type System, timeOf } from './told.ts';

/** https://docs.gitlab.com/ee/api/deployments.html, and its webhook. */
export const gitlab: System = {
  name: 'GitLab',
  wrappers: [],
  fits: (record) =>
    (isObject(record['deployable']) && isObject(record['environment']) && 'sha' in record) ||
    (record['object_kind'] === 'deployment' && 'deployment_id' in record),
  decode: (record) => {
    const isHook = record['object_kind'] === 'deployment';
    const job = objectAt(record, 'deployable');
    const at = timeOf(isHook ? record['status_changed_at'] : record['created_at']);
    if (at === null) return null;
    const environment = isHook ? textOf(record['environment']) : textAt(record, 'environment', 'name');
    const commit = textOf(record['sha']) ?? textAt(job, 'commit', 'id') ?? textOf(record['short_sha']);
    const ref = textOf(record['ref']);
    return [
      deployment('GitLab', {
        service: textAt(record, 'project', 'name') ?? serviceOfJob(textAt(job, 'name')),
        at: timeOf(job['started_at']) ?? at,
        finishedAt: timeOf(record['finished_at']) ?? timeOf(job['finished_at']),
        status: textOf(record['status']),
        version: ref !== null && /^(\S+[-@/])?v?\d+\.\d+/.test(ref) ? ref : null,
        commit,
        environment: environment?.split('/')[0] ?? null,
        actor: textAt(record, 'user', 'username'),
        deploymentId: textOf(record['deployment_id']) ?? textOf(record['id']),
        rollback: isDeployJob(textAt(job, 'name')) && /roll-?back/i.test(textAt(job, 'name') ?? ''),
      }),
    ];
  },
};

/** https://docs.github.com/rest/actions/workflow-runs, and what `gh run list --json` prints. */
export const githubActions: System = {
  name: 'GitHub Actions',
  wrappers: ['workflow_runs'],
  fits: (record) =>
    ('head_sha' in record && 'run_number' in record) || ('headSha' in record && 'workflowName' in record),
  decode: (record) => {
    const name = textOf(record['workflowName']) ?? textOf(record['name']);
    const at = timeOf(
      record['run_started_at'] ?? record['startedAt'] ?? record['created_at'] ?? record['createdAt'],
    );
    if (at === null) return null;
    if (!isDeployJob(name) && !isDeployJob(textOf(record['path']))) return [];
    const isOver = textOf(record['status']) === 'completed';
    const branch = textOf(record['head_branch']) ?? textOf(record['headBranch']);
    return [
      deployment('GitHub Actions', {
        service: serviceOfJob(name) ?? textAt(record, 'repository', 'name'),
        at,
        finishedAt: isOver ? timeOf(record['updated_at'] ?? record['updatedAt']) : null,
        status: isOver ? textOf(record['conclusion']) : textOf(record['status']),
        version: branch !== null && /^(\S+[-@/])?v?\d+\.\d+/.test(branch) ? branch : null,
        commit: textOf(record['head_sha']) ?? textOf(record['headSha']),
        actor: textAt(record, 'actor', 'login'),
        deploymentId: textOf(record['id']) ?? textOf(record['databaseId']),
        rollback: /roll-?back/i.test(name ?? ''),
      }),
    ];
  },
};

type Parameters = ReadonlyMap<string, string>;

function parametersOf(build: JsonObject): Parameters {
  const pairs = listAt(build, 'actions')
    .filter(isObject)
    .flatMap((action) => listAt(action, 'parameters').filter(isObject))
    .flatMap((parameter): readonly [string, string][] => {
      const [key, value] = [textOf(parameter['name']), textOf(parameter['value'])];
      return key === null || value === null ? [] : [[key.toLowerCase().replaceAll('-', '_'), value]];
    });
  return new Map(pairs);
}

function parameter(parameters: Parameters, ...names: readonly string[]): string | null {
  for (const name of names) {
    const value = parameters.get(name);
    if (value !== undefined) return value;
  }
  return null;
}

function jenkinsBuild(build: JsonObject, job: string | null) {
  const at = timeOf(build['timestamp']);
  if (at === null) return null;
  const name = job ?? textOf(build['fullDisplayName']) ?? textAt(build, 'job');
  const parameters = parametersOf(build);
  const environment = parameter(parameters, 'environment', 'env', 'target_env', 'stage');
  if (!isDeployJob(name) && environment === null) return [];
  const { duration } = build;
  const revisions = listAt(build, 'actions').filter(isObject);
  const sha = revisions
    .map((action) => textAt(action, 'lastBuiltRevision', 'SHA1'))
    .find((text) => text !== null);
  const isRunning = build['building'] === true || build['result'] === null;
  const given = parameter(parameters, 'commit', 'git_commit', 'sha', 'revision', 'git_sha');
  return [
    deployment('Jenkins', {
      service: parameter(parameters, 'service', 'app', 'application', 'component') ?? serviceOfJob(name),
      at,
      finishedAt: !isRunning && typeof duration === 'number' && duration > 0 ? timeOf(at + duration) : null,
      status: isRunning ? 'running' : textOf(build['result']),
      version: parameter(parameters, 'version', 'tag', 'image_tag', 'release', 'release_version'),
      commit: given !== null && isCommitId(given) ? given : (sha ?? null),
      environment,
      actor:
        revisions
          .flatMap((action) => listAt(action, 'causes').filter(isObject))
          .map((cause) => textOf(cause['userId']))
          .find((user) => user !== null) ?? null,
      deploymentId: textOf(build['number']),
      rollback: /roll-?back/i.test(name ?? ''),
    }),
  ];
}

/** The JSON of a job or of a build: `/job/NAME/api/json?tree=…`. */
export const jenkins: System = {
  name: 'Jenkins',
  wrappers: [],
  fits: (record) =>
    (Array.isArray(record['builds']) &&
      listAt(record, 'builds').some((build) => isObject(build) && 'timestamp' in build)) ||
    ('timestamp' in record &&
      'result' in record &&
      ('building' in record || 'number' in record) &&
      Array.isArray(record['actions'])),
  decode: (record) => {
    if (!Array.isArray(record['builds'])) return jenkinsBuild(record, null);
    const job = textOf(record['fullName']) ?? textOf(record['name']) ?? textOf(record['displayName']);
    return record['builds'].filter(isObject).flatMap((build) => jenkinsBuild(build, job) ?? []);
  },
};

const SPINNAKER_STAGE =
  /deploy|rolloutmanifest|rollbackcluster|undorollout|resizeservergroup|bluegreen|redblack/i;

/** Executions of the Gate API: `/applications/NAME/pipelines`. */
export const spinnaker: System = {
  name: 'Spinnaker',
  wrappers: [],
  fits: (record) => 'application' in record && Array.isArray(record['stages']) && 'buildTime' in record,
  decode: (record) => {
    const at = timeOf(record['startTime'] ?? record['buildTime']);
    if (at === null) return null;
    const stages = listAt(record, 'stages').filter(isObject);
    const acting = stages.filter((stage) => SPINNAKER_STAGE.test(textOf(stage['type']) ?? ''));
    if (acting.length === 0) return [];
    const trigger = objectAt(record, 'trigger');
    const artifact = listAt(trigger, 'artifacts').filter(isObject)[0] ?? {};
    const started = acting.flatMap((stage) => timeOf(stage['startTime']) ?? []);
    const version =
      textAt(trigger, 'parameters', 'version') ?? textOf(trigger['tag']) ?? textOf(artifact['version']);
    const rollback = acting.some((stage) => /rollbackcluster|undorollout/i.test(textOf(stage['type']) ?? ''));
    return [
      deployment('Spinnaker', {
        service: textOf(trigger['repository'])?.split('/').at(-1) ?? textOf(record['application']),
        at: timeOf(Math.min(...started, at + 0)) ?? at,
        finishedAt: timeOf(record['endTime']),
        status: (textOf(record['status']) ?? '').replace('TERMINAL', 'failed'),
        version,
        commit: textAt(trigger, 'buildInfo', 'scm', '0', 'sha1') ?? textOf(trigger['hash']),
        environment:
          acting
            .map((stage) => textAt(stage, 'context', 'account') ?? textAt(stage, 'context', 'credentials'))
            .find((text) => text !== null) ?? null,
        actor: textOf(trigger['user']) ?? textAt(record, 'authentication', 'user'),
        deploymentId: textOf(record['id']),
        rollback: rollback || /roll-?back/i.test(textOf(record['name']) ?? ''),
      }),
    ];
  },
};

/** https://octopus.com/docs/octopus-rest-api: deployments, and the items of the dashboard, which name project and version. */
export const octopus: System = {
  name: 'Octopus',
  wrappers: ['Items'],
  fits: (record) =>
    'ReleaseId' in record && 'EnvironmentId' in record && ('Created' in record || 'QueueTime' in record),
  decode: (record) => {
    const at = timeOf(record['StartTime'] ?? record['QueueTime'] ?? record['Created']);
    if (at === null) return null;
    return [
      deployment('Octopus', {
        service:
          textOf(record['ProjectName']) ?? textOf(record['ProjectSlug']) ?? textOf(record['ProjectId']),
        at,
        finishedAt: timeOf(record['CompletedTime']),
        status: textOf(record['State']),
        version: textOf(record['ReleaseVersion']),
        environment: textOf(record['EnvironmentName']) ?? textOf(record['EnvironmentId']),
        actor: textOf(record['DeployedBy']),
        deploymentId: textOf(record['Id']),
      }),
    ];
  },
};
