/** What Terraform did, before it has a place in the snapshot: one act a resource, whatever form the output had. Pure. */
import type { OtherChange } from '../../domain/change.ts';
import { canonicalServiceName, type ServiceName } from '../../domain/service.ts';
import type { EpochMs } from '../../domain/time.ts';
import type { RecordPlace } from '../_kit/records.ts';

export const SOURCE = 'terraform';

export type Action = 'create' | 'update' | 'delete' | 'replace';

/** One attribute that differs: what it was and is, as written; null where it was not there. */
export interface Difference {
  readonly key: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** `startedAt` null: the output has no times. `failed`: the provider refused it. */
export interface Act {
  readonly address: string;
  readonly action: Action;
  readonly startedAt: EpochMs | null;
  readonly finishedAt: EpochMs | null;
  readonly failed: boolean;
  readonly place: RecordPlace;
  readonly text: string;
}

/** What was planned for a resource; whether it was done stands elsewhere. */
export interface Planned {
  readonly address: string;
  readonly action: Action;
  readonly differences: readonly Difference[];
}

export interface ReadOutput {
  readonly acts: readonly Act[];
  readonly planned: readonly Planned[];
  readonly rejected: number;
  readonly truncated: boolean;
}

export const MAX_DIFFERENCES = 12;
export const MAX_ACTS = 20_000;

const DONE: Readonly<Record<Action, string>> = {
  create: 'created',
  update: 'changed',
  delete: 'destroyed',
  replace: 'replaced',
};

/** Resources that are a service by themselves, as their type says. */
const WORKLOAD =
  /(?:^|_)(?:ecs_service|lambda_function|kubernetes_(?:deployment|stateful_set|daemon_set)(?:_v1)?|cloud_run(?:_v2)?_service|cloudfunctions\d?_function|helm_release|container_app|app_service|linux_web_app|app_runner_service|nomad_job|kubernetes_manifest)$/;

/** `module.shop["eu"].aws_ecs_service.checkout_api[0]` → type and name. */
function partsOf(address: string): { readonly type: string; readonly name: string } {
  const bare = address.replace(/\[[^\]]*\]/g, '').split('.');
  return { type: bare.at(-2) ?? '', name: bare.at(-1) ?? '' };
}

function serviceOf(address: string): ServiceName | null {
  const { type, name } = partsOf(address);
  if (!WORKLOAD.test(type) || /^(?:this|main|default|app|service)$/.test(name)) return null;
  const service = canonicalServiceName(name.replace(/_/g, '-'));
  return service === '' ? null : service;
}

const COUNTS =
  /(?:^|[._])(?:desired_count|desired_capacity|min_size|max_size|min_capacity|max_capacity|replicas|node_count|num_nodes|instance_count|min_replicas|max_replicas)$/;

function typeOf(address: string, differences: readonly Difference[]): OtherChange['type'] {
  const { type } = partsOf(address);
  if (/_(?:autoscaling|appautoscaling|scaling|horizontal_pod_autoscaler)/.test(type)) return 'scaling';
  if (differences.length > 0 && differences.every(({ key }) => COUNTS.test(key))) return 'scaling';
  if (/(?:secret|_kms_|certificate|_acm_|iam_access_key|_token$|password)/.test(type)) return 'credential';
  if (/(?:ssm_parameter|appconfig|config_map|parameter_group|app_configuration)/.test(type)) return 'config';
  return 'infrastructure';
}

const shown = (value: string | null) => value ?? '(none)';

/** Null where it failed: what was refused changed nothing. */
export function changeOf(act: Act, planned: Planned | null): Omit<OtherChange, 'id' | 'evidence'> | null {
  if (act.failed) return null;
  const differences = planned?.differences ?? [];
  const listed = differences
    .slice(0, 3)
    .map(({ key, before, after }) => `${key} ${shown(before)} → ${shown(after)}`);
  const [only] = differences;
  const isOnly = differences.length === 1 && only !== undefined;
  return {
    type: typeOf(act.address, differences),
    service: serviceOf(act.address),
    at: act.startedAt,
    finishedAt: act.finishedAt,
    summary: `Terraform ${DONE[act.action]} ${act.address}${listed.length === 0 ? '' : `: ${listed.join(', ')}`}`,
    actor: null,
    source: SOURCE,
    attributes: {
      'terraform.address': act.address,
      'terraform.action': act.action,
      ...(isOnly ? { key: only.key, ...(only.after === null ? {} : { value: only.after }) } : {}),
      ...Object.fromEntries(
        differences
          .slice(0, MAX_DIFFERENCES)
          .map(({ key, before, after }) => [`changed.${key}`, `${shown(before)} → ${shown(after)}`]),
      ),
    },
  };
}
