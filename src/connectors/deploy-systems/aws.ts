/** What AWS tells of changes: ECS services, CodeDeploy, CloudTrail and EventBridge. Calls that read change nothing. Pure. */
import type { OtherChange } from '../../domain/change.ts';
import type { EpochMs } from '../../domain/time.ts';
import { textOf } from '../_kit/fields.ts';
import { listAt, objectAt, textAt } from '../_kit/nested.ts';
import { isObject, type JsonObject } from '../_kit/records.ts';
import { deployment, type System, serviceName, type Told, timeOf } from './told.ts';

/** Last segment of an ARN or path: `…:service/shop/checkout-api` → `checkout-api`. */
function lastOf(text: string | null): string | null {
  return text?.split('/').at(-1)?.split(':').at(-1) ?? null;
}

/** `…task-definition/checkout-api:42` → `checkout-api:42` */
function taskOf(text: string | null): string | null {
  return text?.split('/').at(-1) ?? null;
}

/** `aws ecs describe-services`. A service keeps the deployment that runs and those that it replaces. */
export const ecs: System = {
  name: 'ECS',
  wrappers: ['services'],
  fits: (record) => 'clusterArn' in record && 'serviceName' in record && Array.isArray(record['deployments']),
  decode: (record) =>
    listAt(record, 'deployments')
      .filter(isObject)
      .flatMap((own) => {
        const at = timeOf(own['createdAt']);
        if (at === null) return [];
        const state = textOf(own['rolloutState']);
        const isOver = state === 'COMPLETED' || state === 'FAILED';
        const task = taskOf(textOf(own['taskDefinition']));
        return [
          deployment('ECS', {
            service: textOf(record['serviceName']),
            at,
            finishedAt: isOver && own['status'] === 'PRIMARY' ? timeOf(own['updatedAt']) : null,
            status: state === 'IN_PROGRESS' ? 'started' : state,
            version: task,
            platformRevision: task,
            deploymentId: textOf(own['id']),
            platform: 'ecs',
          }),
        ];
      }),
};

/** `aws deploy get-deployment`. */
export const codeDeploy: System = {
  name: 'CodeDeploy',
  wrappers: ['deploymentsInfo'],
  fits: (record) =>
    ('deploymentId' in record && 'applicationName' in record && 'createTime' in record) ||
    'deploymentId' in objectAt(record, 'deploymentInfo'),
  decode: (record) => {
    const own = isObject(record['deploymentInfo']) ? record['deploymentInfo'] : record;
    const at = timeOf(own['startTime'] ?? own['createTime']);
    if (at === null) return null;
    return [
      deployment('CodeDeploy', {
        service: textOf(own['applicationName']),
        at,
        finishedAt: timeOf(own['completeTime']),
        status: textOf(own['status']),
        commit: textAt(own, 'revision', 'gitHubLocation', 'commitId'),
        version: textAt(own, 'revision', 's3Location', 'key'),
        environment: textOf(own['deploymentGroupName']),
        actor: textOf(own['creator']),
        deploymentId: textOf(own['deploymentId']),
        rollback:
          textAt(own, 'rollbackInfo', 'rollbackTriggeringDeploymentId') !== null ||
          own['creator'] === 'codeDeployRollback',
      }),
    ];
  },
};

/** `ECS Deployment State Change` and alike, as EventBridge delivers them. */
export const eventBridge: System = {
  name: 'EventBridge',
  wrappers: [],
  fits: (record) =>
    'detail-type' in record && isObject(record['detail']) && /^aws\./.test(textOf(record['source']) ?? ''),
  decode: (record) => {
    const at = timeOf(record['time']);
    if (at === null) return null;
    const detail = objectAt(record, 'detail');
    const name = textOf(detail['eventName']) ?? '';
    const isEcs = record['source'] === 'aws.ecs' && /^SERVICE_DEPLOYMENT_/.test(name);
    const isCode = record['source'] === 'aws.codedeploy' && 'deploymentId' in detail;
    if (!isEcs && !isCode) return [];
    const resource =
      listAt(record, 'resources').find((text): text is string => typeof text === 'string') ?? null;
    const word = isEcs
      ? name.replace('SERVICE_DEPLOYMENT_', '').toLowerCase().replace('_', '')
      : textOf(detail['state']);
    return [
      deployment(isEcs ? 'ECS' : 'CodeDeploy', {
        service: isEcs ? lastOf(resource) : textOf(detail['application']),
        at,
        status: word,
        deploymentId: textOf(detail['deploymentId']),
        rollback: /roll(ed|ing)? ?back/i.test(textOf(detail['reason']) ?? ''),
        ...(isEcs ? { platform: 'ecs' as const } : {}),
      }),
    ];
  },
};

type Type = OtherChange['type'];

/** Calls by what they alter; the first that fits. */
const CALLS: readonly (readonly [RegExp, Type])[] = [
  [
    /Secret|AccessKey|LoginProfile|Certificate|KeyPolicy|DisableKey|ScheduleKeyDeletion|Password|ServerCertificate/,
    'credential',
  ],
  [
    /DesiredC(apacity|ount)|ScalingPolicy|AutoScaling|ScalableTarget|ShardCount|ModifyReplicationGroupShard/,
    'scaling',
  ],
  [
    /PutParameter|ConfigurationSetting|AppConfig|FunctionConfiguration|ParameterGroup|FeatureFlag|PutImage|Environment/,
    'config',
  ],
];
const WRITES =
  /^(Create|Update|Modify|Put|Delete|Authorize|Revoke|Attach|Detach|Associate|Disassociate|Set|Start|Stop|Terminate|Reboot|Change|Register|Deregister|Rotate|Enable|Disable|Restore|Failover|Replace|Remove|Add|Schedule|Run)/;
const PLUMBING =
  /^(CreateLogStream|CreateLogGroup|PutLogEvents|CreateNetworkInterface|DeleteNetworkInterface|StartQuery|StartQueryExecution|PutMetricData|UpdateInstanceInformation|RegisterContainerInstance|AssumeRole|RunTask|StartTask|StopTask|CreateGrant|PutObject|DeleteObject|UpdateItem|PutItem|PutRecords?|StartSession)$/;

function appDeployment(
  name: string,
  source: string,
  parameters: JsonObject,
  at: EpochMs,
  actor: string | null,
): Told | null {
  if (source === 'ecs' && /^(Update|Create)Service$/.test(name)) {
    const task = taskOf(textOf(parameters['taskDefinition']));
    const isRollout = task !== null || parameters['forceNewDeployment'] === true;
    if (!isRollout) return null;
    const service = lastOf(textOf(parameters['service']) ?? textOf(parameters['serviceName']));
    return deployment('ECS', {
      service,
      at,
      version: task,
      platformRevision: task,
      status: 'started',
      actor,
      platform: 'ecs',
    });
  }
  if (source === 'lambda' && /^(UpdateFunctionCode|UpdateAlias|CreateFunction)/.test(name)) {
    const version = textOf(parameters['functionVersion']);
    return deployment('Lambda', {
      service: lastOf(textOf(parameters['functionName'])),
      at,
      version,
      platformRevision: version,
      actor,
      platform: 'lambda',
    });
  }
  if (source === 'codedeploy' && name === 'CreateDeployment')
    return deployment('CodeDeploy', {
      service: textOf(parameters['applicationName']),
      at,
      status: 'started',
      commit: textAt(parameters, 'revision', 'gitHubLocation', 'commitId'),
      environment: textOf(parameters['deploymentGroupName']),
      actor,
    });
  if (
    source === 'elasticbeanstalk' &&
    name === 'UpdateEnvironment' &&
    textOf(parameters['versionLabel']) !== null
  )
    return deployment('Elastic Beanstalk', {
      service: textOf(parameters['applicationName']) ?? textOf(parameters['environmentName']),
      at,
      version: textOf(parameters['versionLabel']),
      actor,
    });
  return null;
}

/** What was altered, by the parameter that names it. */
function subjectOf(parameters: JsonObject): string | null {
  const keys = [
    'functionName',
    'service',
    'serviceName',
    'dBInstanceIdentifier',
    'dBClusterIdentifier',
    'cacheClusterId',
    'replicationGroupId',
    'autoScalingGroupName',
    'secretId',
    'name',
    'resourceId',
    'groupId',
    'loadBalancerArn',
    'targetGroupArn',
    'hostedZoneId',
    'roleName',
    'userName',
    'bucketName',
    'tableName',
    'clusterName',
    'keyId',
  ];
  for (const key of keys) {
    const text = textOf(parameters[key]);
    if (text !== null) return text;
  }
  return null;
}

function actorOf(identity: JsonObject): string | null {
  return textOf(identity['userName']) ?? lastOf(textOf(identity['arn'])) ?? textOf(identity['invokedBy']);
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference.html, and `aws cloudtrail lookup-events`. */
export const cloudTrail: System = {
  name: 'CloudTrail',
  wrappers: ['Records', 'Events'],
  fits: (record) =>
    ('eventSource' in record && 'eventName' in record && 'eventTime' in record) ||
    typeof record['CloudTrailEvent'] === 'string',
  decode: (given) => {
    const record = unwrapped(given);
    const at = timeOf(record['eventTime']);
    const name = textOf(record['eventName']);
    if (at === null || name === null) return null;
    const isRead = record['readOnly'] === true || record['readOnly'] === 'true';
    if (isRead || record['errorCode'] !== undefined || !WRITES.test(name) || PLUMBING.test(name)) return [];
    const source = (textOf(record['eventSource']) ?? '').replace(/\.amazonaws\.com$/, '');
    const parameters = objectAt(record, 'requestParameters');
    const actor = actorOf(objectAt(record, 'userIdentity'));
    const told = appDeployment(name, source, parameters, at, actor);
    if (told !== null) return [told];
    const subject = subjectOf(parameters);
    const plain = name.replace(/\d{8}(v\d+)?$/, '');
    return [
      {
        type: CALLS.find(([pattern]) => pattern.test(plain))?.[1] ?? 'infrastructure',
        service: serviceName(lastOf(textOf(parameters['service']) ?? textOf(parameters['functionName']))),
        at,
        finishedAt: null,
        summary: `${source} ${plain}${subject === null ? '' : ` of ${subject}`}`,
        actor,
        attributes: { 'aws.service': source, 'aws.event': plain, ...(subject === null ? {} : { subject }) },
      },
    ];
  },
};

/** `lookup-events` gives the record as text. */
function unwrapped(record: JsonObject): JsonObject {
  const { CloudTrailEvent: text } = record;
  if (typeof text !== 'string') return record;
  try {
    const inner: unknown = JSON.parse(text);
    return isObject(inner) ? inner : record;
  } catch {
    return record;
  }
}
