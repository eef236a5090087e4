/** Deployments that runners of jobs tell of: Ansible's controller, Rundeck, TeamCity, jobs of GitLab's pipelines, the dashboard of Octopus. Pure. */

import { isDeployJob, serviceOfJob } from '../_kit/deploy-jobs.ts';
import { isCommitId } from '../_kit/deployments.ts';
import { textOf } from '../_kit/fields.ts';
import { listAt, objectAt, textAt } from '../_kit/nested.ts';
import { isObject, type JsonObject, parseJson } from '../_kit/records.ts';
import { deployment, type System, timeOf } from './told.ts';

const ROLLBACK = /roll-?back|revert/i;
const VERSION = /^(?:.*[_-])?(?:version|tag|release|image_?tag)$/i;
const ENVIRONMENT = /^(?:.*[_-])?(?:env|environment|stage|target_?env)$/i;

function commitOrNull(text: string | null): string | null {
  return text !== null && isCommitId(text) ? text : null;
}

/** The first of the variables whose name says what it is. */
function variable(variables: JsonObject, name: RegExp): string | null {
  const found = Object.entries(variables).find(([key, value]) => name.test(key) && textOf(value) !== null);
  return found === undefined ? null : textOf(found[1]);
}

/** Jobs of AWX and of the Ansible Automation Platform: `/api/v2/jobs/`. */
export const ansible: System = {
  name: 'Ansible',
  wrappers: ['results'],
  fits: (record) =>
    'playbook' in record && 'status' in record && ('extra_vars' in record || 'job_type' in record),
  decode: (record) => {
    const name = textOf(record['name']);
    const at = timeOf(record['started'] ?? record['created']);
    if (at === null) return null;
    if (record['job_type'] === 'check') return [];
    if (!isDeployJob(name) && !isDeployJob(textOf(record['playbook']))) return [];
    const written = parseJson(textOf(record['extra_vars']) ?? '{}');
    const variables = isObject(written) ? written : {};
    return [
      deployment('Ansible', {
        service: serviceOfJob(name) ?? textOf(record['limit']),
        at,
        finishedAt: timeOf(record['finished']),
        status: textOf(record['status']),
        version: variable(variables, VERSION),
        commit: null,
        environment: variable(variables, ENVIRONMENT),
        actor: textAt(record, 'summary_fields', 'created_by', 'username'),
        deploymentId: textOf(record['id']),
        rollback: ROLLBACK.test(name ?? ''),
      }),
    ];
  },
};

/** `-version 1.4.2 -env prod` of an execution. */
function argumentsOf(text: string | null): JsonObject {
  const pairs = [...(text ?? '').slice(0, 4_000).matchAll(/(?:^|\s)-([\w.-]{1,60}) (?:"([^"]*)"|(\S+))/g)];
  return Object.fromEntries(pairs.map((pair) => [pair[1] ?? '', pair[2] ?? pair[3] ?? '']));
}

/** https://docs.rundeck.com/docs/api: executions. */
export const rundeck: System = {
  name: 'Rundeck',
  wrappers: ['executions'],
  fits: (record) =>
    isObject(record['date-started']) && 'status' in record && ('job' in record || 'argstring' in record),
  decode: (record) => {
    const name = textAt(record, 'job', 'name') ?? textOf(record['description']);
    const started = objectAt(record, 'date-started');
    const at = timeOf(started['unixtime'] ?? started['date']);
    if (at === null) return null;
    if (!isDeployJob(name)) return [];
    const ended = objectAt(record, 'date-ended');
    const variables = {
      ...argumentsOf(textOf(record['argstring'])),
      ...objectAt(objectAt(record, 'job'), 'options'),
    };
    return [
      deployment('Rundeck', {
        service: serviceOfJob(name),
        at,
        finishedAt: timeOf(ended['unixtime'] ?? ended['date']),
        status: textOf(record['status']),
        version: variable(variables, VERSION),
        environment: variable(variables, ENVIRONMENT),
        actor: textOf(record['user']),
        deploymentId: textOf(record['id']),
        rollback: ROLLBACK.test(name ?? ''),
      }),
    ];
  },
};

/** `20240508T101203+0000`. */
function teamCityTime(value: unknown) {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)([+-]\d{4}|Z)?$/.exec(textOf(value) ?? '');
  if (parts === null) return null;
  const [, year, month, day, hour, minute, second, zone = 'Z'] = parts;
  return timeOf(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`);
}

/** https://www.jetbrains.com/help/teamcity/rest: builds of a configuration that deploys. */
export const teamCity: System = {
  name: 'TeamCity',
  wrappers: ['build'],
  fits: (record) =>
    'buildTypeId' in record && 'state' in record && ('number' in record || 'status' in record),
  decode: (record) => {
    const id = textOf(record['buildTypeId']) ?? '';
    const name = textAt(record, 'buildType', 'name') ?? id;
    const at = teamCityTime(record['startDate']);
    if (!isDeployJob(name) && !isDeployJob(id)) return [];
    if (at === null) return null;
    const project = textAt(record, 'buildType', 'projectName')?.split('/').at(-1) ?? id.split('_')[0] ?? '';
    const revision = listAt(objectAt(record, 'revisions'), 'revision').filter(isObject)[0];
    const isOver = textOf(record['state']) === 'finished';
    return [
      deployment('TeamCity', {
        service: serviceOfJob(name) ?? serviceOfJob(project.trim()),
        at,
        finishedAt: isOver ? teamCityTime(record['finishDate']) : null,
        status: isOver ? textOf(record['status']) : textOf(record['state']),
        version: textOf(record['number']),
        commit: commitOrNull(textOf(revision?.['version'])),
        deploymentId: textOf(record['id']),
        rollback: ROLLBACK.test(name),
      }),
    ];
  },
};

/** Jobs of https://docs.gitlab.com/api/jobs: those that deploy. The project stands in the address alone. */
export const gitlabJobs: System = {
  name: 'GitLab',
  wrappers: [],
  fits: (record) =>
    'stage' in record && isObject(record['pipeline']) && 'web_url' in record && 'started_at' in record,
  decode: (record) => {
    const name = textOf(record['name']);
    const at = timeOf(record['started_at']);
    if (!isDeployJob(name) && !isDeployJob(textOf(record['stage']))) return [];
    if (at === null) return [];
    const project = /\/([^/]+)\/-\/jobs\//.exec(textOf(record['web_url']) ?? '')?.[1] ?? null;
    return [
      deployment('GitLab', {
        service: serviceOfJob(name) ?? project,
        at,
        finishedAt: timeOf(record['finished_at']),
        status: textOf(record['status']),
        version: record['tag'] === true ? textOf(record['ref']) : null,
        commit: commitOrNull(textAt(record, 'commit', 'id') ?? textAt(record, 'pipeline', 'sha')),
        environment: textAt(record, 'environment', 'name'),
        actor: textAt(record, 'user', 'username'),
        deploymentId: textOf(record['id']),
        rollback: ROLLBACK.test(name ?? ''),
      }),
    ];
  },
};

/** Id → name of the list under a key. */
function namesIn(record: JsonObject, key: string): ReadonlyMap<string, string> {
  const pairs = listAt(record, key)
    .filter(isObject)
    .map((own) => [textOf(own['Id']) ?? '', textOf(own['Name']) ?? ''] as const);
  return new Map(pairs);
}

/** `/api/dashboard`: its items name projects and environments by ids that stand beside them. */
export const octopusDashboard: System = {
  name: 'Octopus',
  wrappers: [],
  fits: (record) =>
    Array.isArray(record['Projects']) &&
    listAt(record, 'Items').some((item) => isObject(item) && 'ReleaseVersion' in item),
  decode: (record) => {
    const [projects, environments] = [namesIn(record, 'Projects'), namesIn(record, 'Environments')];
    return listAt(record, 'Items')
      .filter(isObject)
      .flatMap((item) => {
        const at = timeOf(item['StartTime'] ?? item['QueueTime'] ?? item['Created']);
        const [project, environment] = [textOf(item['ProjectId']) ?? '', textOf(item['EnvironmentId']) ?? ''];
        if (at === null) return [];
        return [
          deployment('Octopus', {
            service: projects.get(project) ?? project,
            at,
            finishedAt: timeOf(item['CompletedTime']),
            status: textOf(item['State']),
            version: textOf(item['ReleaseVersion']),
            environment: environments.get(environment) ?? environment,
            deploymentId: textOf(item['DeploymentId']) ?? textOf(item['Id']),
          }),
        ];
      });
  },
};
