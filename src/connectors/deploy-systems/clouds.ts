/** Releases that clouds tell of in the words of their own command lines: Fly, Netlify, Elastic Beanstalk, Google's Cloud Deploy, Azure's Container Apps, CodePipeline, Lambda's versions, AppConfig, Firebase. Pure. */
import { isCommitId } from '../_kit/deployments.ts';
import { textOf } from '../_kit/fields.ts';
import { listAt, objectAt, textAt } from '../_kit/nested.ts';
import { isObject } from '../_kit/records.ts';
import { deployment, type System, serviceName, type Told, timeOf } from './told.ts';

/** `registry.fly.io/orders:deployment-01H…` → `orders`. */
function nameOfImage(image: string | null): string | null {
  return /(?:^|\/)([^/:@]+)(?:[:@][^/]*)?$/.exec(image ?? '')?.[1] ?? null;
}

/** `fly releases --json`. */
export const fly: System = {
  name: 'Fly',
  wrappers: [],
  fits: (record) => 'ImageRef' in record && 'CreatedAt' in record && 'Version' in record,
  decode: (record) => {
    const at = timeOf(record['CreatedAt']);
    if (at === null) return null;
    const image = textOf(record['ImageRef']);
    const revision = `v${textOf(record['Version']) ?? ''}`;
    return [
      deployment('Fly', {
        service: nameOfImage(image),
        at,
        status: record['InProgress'] === true ? 'running' : textOf(record['Status']),
        version: revision,
        platformRevision: revision,
        actor: textAt(record, 'User', 'Email'),
        deploymentId: textOf(record['ID']),
        rollback: /rollback/i.test(
          `${textOf(record['Description']) ?? ''} ${textOf(record['Reason']) ?? ''}`,
        ),
        images: image === null ? [] : [image],
        platform: 'fly',
      }),
    ];
  },
};

/** https://docs.netlify.com/api: deploys of a site. */
export const netlify: System = {
  name: 'Netlify',
  wrappers: [],
  fits: (record) => 'site_id' in record && 'state' in record && 'created_at' in record && 'context' in record,
  decode: (record) => {
    const at = timeOf(record['published_at'] ?? record['created_at']);
    if (at === null) return null;
    const state = textOf(record['state']) ?? '';
    const commit = textOf(record['commit_ref']);
    return [
      deployment('Netlify', {
        service: textOf(record['name']),
        at: timeOf(record['created_at']) ?? at,
        finishedAt: timeOf(record['published_at']),
        status: state === 'ready' ? 'succeeded' : state,
        commit: commit !== null && isCommitId(commit) ? commit : null,
        environment: textOf(record['context']),
        actor: textOf(record['committer']),
        deploymentId: textOf(record['id']),
      }),
    ];
  },
};

/** By the event that ended it; null while it runs. */
function statusOf(said: string | null): string {
  if (said === null) return 'started';
  return /fail|abort/i.test(said) ? 'failed' : 'succeeded';
}

/** `aws elasticbeanstalk describe-events`: an update from its start to its end, newest first as they come. */
export const beanstalk: System = {
  name: 'Elastic Beanstalk',
  wrappers: [],
  fits: (record) =>
    listAt(record, 'Events').some(
      (event) => isObject(event) && 'EventDate' in event && 'EnvironmentName' in event,
    ),
  decode: (record) => {
    const events = listAt(record, 'Events')
      .filter(isObject)
      .flatMap((event) => {
        const at = timeOf(event['EventDate']);
        return at === null ? [] : [{ event, at, said: textOf(event['Message']) ?? '' }];
      })
      .sort((a, b) => a.at - b.at);
    return events.flatMap(({ event, at, said }): readonly Told[] => {
      if (!/^Environment update is starting/.test(said)) return [];
      const environment = textOf(event['EnvironmentName']);
      const own = events.filter(
        (other) => other.at >= at && textOf(other.event['EnvironmentName']) === environment,
      );
      const end = own.find(({ said: text }) =>
        /update completed|Failed to deploy|update.*(?:failed|aborted)/i.test(text),
      );
      const next = own.find((other) => other.at > at && /^Environment update is starting/.test(other.said));
      const during = own.filter((other) => next === undefined || other.at < next.at);
      const version =
        during.map((other) => textOf(other.event['VersionLabel'])).find((label) => label !== null) ?? null;
      const isDeploy =
        version !== null || during.some((other) => /application version was deployed/i.test(other.said));
      if (!isDeploy) return [];
      return [
        deployment('Elastic Beanstalk', {
          service: textOf(event['ApplicationName']),
          at,
          finishedAt: end?.at ?? null,
          status: statusOf(end?.said ?? null),
          version,
          environment,
        }),
      ];
    });
  },
};

/** `gcloud deploy rollouts list --format=json`. */
export const cloudDeploy: System = {
  name: 'Cloud Deploy',
  wrappers: ['rollouts'],
  fits: (record) =>
    /\/deliveryPipelines\/[^/]+\/releases\/[^/]+\/rollouts\//.test(textOf(record['name']) ?? ''),
  decode: (record) => {
    const [, pipeline = null, release = null] =
      /\/deliveryPipelines\/([^/]+)\/releases\/([^/]+)\//.exec(textOf(record['name']) ?? '') ?? [];
    const at = timeOf(record['deployStartTime'] ?? record['createTime']);
    if (at === null) return null;
    const state = textOf(record['state']) ?? '';
    if (/^PENDING/.test(state)) return [];
    return [
      deployment('Cloud Deploy', {
        service: pipeline,
        at,
        finishedAt: timeOf(record['deployEndTime']),
        status: state,
        version: release,
        environment: textOf(record['targetId']),
        rollback: 'rollbackOfRollout' in record,
      }),
    ];
  },
};

/** `az containerapp revision list`. */
export const containerApps: System = {
  name: 'Container Apps',
  wrappers: ['value'],
  fits: (record) => /^microsoft\.app\/containerapps\/revisions$/i.test(textOf(record['type']) ?? ''),
  decode: (record) => {
    const properties = objectAt(record, 'properties');
    const at = timeOf(properties['createdTime']);
    if (at === null) return null;
    const name = textOf(record['name']);
    const containers = listAt(objectAt(properties, 'template'), 'containers').filter(isObject);
    const images = containers.flatMap((own) => textOf(own['image']) ?? []);
    const state = textOf(properties['provisioningState']);
    return [
      deployment('Container Apps', {
        service: name?.split('--')[0] ?? null,
        at,
        status: state === 'Provisioned' ? 'succeeded' : state,
        version: images[0] ?? null,
        platformRevision: name,
        images,
      }),
    ];
  },
};

/** `aws codepipeline get-pipeline-state`: the last execution of each stage that deploys. */
export const codePipeline: System = {
  name: 'CodePipeline',
  wrappers: [],
  fits: (record) => 'pipelineName' in record && Array.isArray(record['stageStates']),
  decode: (record) =>
    listAt(record, 'stageStates')
      .filter(isObject)
      .filter((stage) => /deploy|release|prod/i.test(textOf(stage['stageName']) ?? ''))
      .flatMap((stage) => {
        const runs = listAt(stage, 'actionStates')
          .filter(isObject)
          .map((action) => objectAt(action, 'latestExecution'));
        const last = runs.flatMap((run) => timeOf(run['lastStatusChange']) ?? []).sort((a, b) => b - a)[0];
        if (last === undefined) return [];
        return [
          deployment('CodePipeline', {
            service: textOf(record['pipelineName']),
            at: last,
            status: textAt(stage, 'latestExecution', 'status') ?? textOf(runs[0]?.['status']),
            deploymentId: textAt(stage, 'latestExecution', 'pipelineExecutionId'),
          }),
        ];
      }),
};

/** `aws lambda list-versions-by-function`; `$LATEST` is what is edited, not what was published. */
export const lambdaVersions: System = {
  name: 'Lambda',
  wrappers: ['Versions'],
  fits: (record) =>
    'FunctionName' in record && 'CodeSha256' in record && 'LastModified' in record && 'Version' in record,
  decode: (record) => {
    const version = textOf(record['Version']);
    const at = timeOf((textOf(record['LastModified']) ?? '').replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
    if (version === '$LATEST') return [];
    if (at === null) return null;
    const name = textOf(record['FunctionName']);
    return [
      deployment('Lambda', {
        service: name,
        at,
        status: 'succeeded',
        version,
        platformRevision: version,
        platform: 'lambda',
        target: name,
      }),
    ];
  },
};

/** `aws appconfig list-deployments`: a configuration that was brought out. */
export const appConfig: System = {
  name: 'AppConfig',
  wrappers: ['Items'],
  fits: (record) => 'ConfigurationName' in record && 'DeploymentNumber' in record && 'StartedAt' in record,
  decode: (record) => {
    const at = timeOf(record['StartedAt']);
    if (at === null) return null;
    const [name, version] = [
      textOf(record['ConfigurationName']) ?? '',
      textOf(record['ConfigurationVersion']) ?? '',
    ];
    const state = textOf(record['State']) ?? '';
    const how = /ROLL/.test(state) ? 'was rolled back' : 'was brought out';
    return [
      {
        type: 'config',
        service: serviceName(name.replace(/[-_ ](?:feature-?)?(?:flags?|config(?:uration)?|settings)$/i, '')),
        at,
        finishedAt: timeOf(record['CompletedAt']),
        summary: `Configuration ${name} version ${version} ${how} (AppConfig)`,
        actor: null,
        attributes: { key: name, value: version },
      },
    ];
  },
};

/** `/v1/projects/ID/remoteConfig:listVersions`: that it changed, when and by whom; not what. */
export const firebase: System = {
  name: 'Firebase',
  wrappers: ['versions'],
  fits: (record) =>
    'versionNumber' in record &&
    'updateTime' in record &&
    ('updateOrigin' in record || 'updateType' in record),
  decode: (record) => {
    const at = timeOf(record['updateTime']);
    if (at === null) return null;
    const said = textOf(record['description']);
    const what = /ROLLBACK/.test(textOf(record['updateType']) ?? '')
      ? 'rolled back to an earlier version'
      : 'changed';
    return [
      {
        type: 'config',
        service: null,
        at,
        finishedAt: null,
        summary: `Remote Config ${textOf(record['versionNumber'])} was ${what}${said === null ? '' : `: ${said}`} (Firebase)`,
        actor: textAt(record, 'updateUser', 'email'),
        attributes: {},
      },
    ];
  },
};
