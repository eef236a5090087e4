/** Stores in infrastructure code: Terraform resources, stateful Kubernetes objects, images of databases. What moved, what is gone, what is new. */
import { type HazardDraft, plainHazard } from './hazard-draft.ts';
import { documentsOf, isRecord, type Json, lineOfName, records, textOf } from './structured.ts';

const STATEFUL =
  /(db_instance|rds_|_db$|database|dynamodb_table|_table$|s3_bucket|storage_bucket|storage_account|elasticache|redis|memcache|efs_|ebs_volume|_disk$|filestore|bigtable|spanner|cosmosdb|postgresql|mysql|mssql|mariadb|mongodb|docdb|neptune|opensearch|elasticsearch|kafka|msk_|kinesis|sqs_queue|sns_topic|pubsub_topic|servicebus|eventhub|kms_key|keyspaces|timestream|volume)/;
/** Settings whose change replaces a store or cannot be taken back. */
const IDENTITY =
  /^(engine_version|database_version|version|server_version|engine|allocated_storage|disk_size\w*|size|storage_mb|storage_size|hash_key|range_key|partition_key|name|identifier|bucket|family|node_type|storage_encrypted|encrypted|kms_key\w*|availability_zone|subnet_ids?|db_subnet_group_name|character_set\w*|collation|shard_count|partitions)$/;
const PROTECTION = /^(prevent_destroy|deletion_protection|skip_final_snapshot|force_destroy)$/;

interface Resource {
  readonly type: string;
  readonly name: string;
  readonly line: number;
  readonly settings: ReadonlyMap<string, { readonly value: string; readonly line: number }>;
}

/** `resource "type" "name" { … }` with the settings at any depth inside; braces in strings do not occur at line starts. */
function resourcesOf(text: string): ReadonlyMap<string, Resource> {
  const found = new Map<string, Resource>();
  let open: {
    type: string;
    name: string;
    line: number;
    settings: Map<string, { value: string; line: number }>;
    depth: number;
  } | null = null;
  let depth = 0;
  text.split('\n').forEach((raw, index) => {
    const line = raw.replace(/(^|\s)(#|\/\/).*$/, '');
    const header = /^\s*resource\s+"([\w-]+)"\s+"([\w-]+)"/.exec(line);
    if (header !== null)
      open = { type: header[1] ?? '', name: header[2] ?? '', line: index + 1, settings: new Map(), depth };
    const setting = /^\s*([\w-]+)\s*=\s*(.+?)\s*$/.exec(line);
    if (open !== null && setting !== null)
      open.settings.set(setting[1] ?? '', {
        value: (setting[2] ?? '').replace(/^"|"$/g, ''),
        line: index + 1,
      });
    const bare = line.replace(/"(?:[^"\\]|\\.)*"/g, '');
    depth += (bare.match(/\{/g)?.length ?? 0) - (bare.match(/\}/g)?.length ?? 0);
    if (open !== null && depth <= open.depth && /\}/.test(bare)) {
      found.set(`${open.type}.${open.name}`, open);
      open = null;
    }
  });
  return found;
}

export function terraformHazards(before: string, after: string, elsewhere = ''): readonly HazardDraft[] {
  const [old, now, others] = [resourcesOf(before), resourcesOf(after), resourcesOf(elsewhere)];
  const hazards: HazardDraft[] = [];
  for (const [id, resource] of old) {
    if (!STATEFUL.test(resource.type)) continue;
    const is = now.get(id) ?? others.get(id);
    if (is === undefined)
      hazards.push({
        ...plainHazard('state-removed', `${id} is no longer defined`, [resource.name], resource.line, true),
        losesData: true,
      });
    else hazards.push(...changedSettings(id, resource, is));
  }
  for (const [id, resource] of now)
    if (STATEFUL.test(resource.type) && !old.has(id))
      hazards.push(plainHazard('state-added', `${id} is new`, [resource.name], resource.line));
  return hazards;
}

function changedSettings(id: string, old: Resource, now: Resource): readonly HazardDraft[] {
  const hazards: HazardDraft[] = [];
  for (const [key, { value, line }] of now.settings) {
    const was = old.settings.get(key)?.value;
    if (was === undefined || was === value) continue;
    if (IDENTITY.test(key))
      hazards.push(
        plainHazard('state-moved', `${key} of ${id} went from ${was} to ${value}`, [now.name], line),
      );
    else if (PROTECTION.test(key))
      hazards.push(
        plainHazard('state-moved', `${key} of ${id} went from ${was} to ${value}`, [now.name], line),
      );
  }
  return hazards;
}

const STORE_IMAGE =
  /(^|\/)(postgres(?:ql)?|postgis|timescaledb|mysql|mariadb|percona|mongo(?:db)?|redis|valkey|elasticsearch|opensearch|cassandra|scylla|kafka|rabbitmq|minio|influxdb|clickhouse(?:-server)?|etcd|consul|vault|neo4j|cockroach|zookeeper|meilisearch|typesense|prometheus)$/i;

function imageParts(image: string): { readonly name: string; readonly major: string | null } {
  const [path = '', tag = ''] = image.split('@')[0]?.split(/:(?=[^/]*$)/) ?? [];
  return { name: path, major: /^v?(\d+)/.exec(tag)?.[1] ?? null };
}

function imageHazard(owner: string, before: string, after: string, text: string): readonly HazardDraft[] {
  const [was, is] = [imageParts(before), imageParts(after)];
  if (
    was.name !== is.name ||
    !STORE_IMAGE.test(is.name) ||
    was.major === null ||
    is.major === null ||
    was.major === is.major
  )
    return [];
  return [
    {
      ...plainHazard(
        'state-moved',
        `the store ${owner} went from ${before} to ${after}: its files are of the new version`,
        [owner],
        lineOfName(text, after),
      ),
      losesData: true,
    },
  ];
}

interface KubernetesObject {
  readonly kind: string;
  readonly name: string;
  readonly value: Json;
}

async function objectsOf(text: string): Promise<ReadonlyMap<string, KubernetesObject>> {
  const documents = (await documentsOf(text)).flatMap((each) =>
    each['kind'] === 'List' ? records(each['items']) : [each],
  );
  return new Map(
    documents.flatMap((value) => {
      const [kind, metadata] = [textOf(value['kind']), value['metadata']];
      const name = isRecord(metadata) ? textOf(metadata['name']) : null;
      return kind === null || name === null ? [] : [[`${kind}/${name}`, { kind, name, value }] as const];
    }),
  );
}

function at(value: unknown, ...path: readonly string[]): unknown {
  let current = value;
  for (const key of path) current = isRecord(current) ? current[key] : undefined;
  return current;
}

function podContainers(value: Json): readonly Json[] {
  return records(at(value, 'spec', 'template', 'spec', 'containers'));
}

/** `10Gi` in bytes; null for anything else. */
function sizeOf(value: unknown): number | null {
  const match = /^(\d+(?:\.\d+)?)([KMGTP]i?)?$/.exec(textOf(value) ?? '');
  if (match === null) return null;
  const powers = ['', 'K', 'M', 'G', 'T', 'P'];
  const unit = match[2] ?? '';
  return Number(match[1]) * (unit.endsWith('i') ? 1024 : 1000) ** powers.indexOf(unit.replace('i', ''));
}

function storageHazard(label: string, before: unknown, after: unknown, text: string): readonly HazardDraft[] {
  const [was, is] = [sizeOf(before), sizeOf(after)];
  if (was === null || is === null || was === is) return [];
  return [
    plainHazard(
      'state-moved',
      `the volume of ${label} went from ${textOf(before)} to ${textOf(after)}; volumes cannot shrink`,
      [label],
      lineOfName(text, textOf(after) ?? ''),
    ),
  ];
}

function claimStorage(value: Json): unknown {
  return at(value, 'spec', 'resources', 'requests', 'storage');
}

const KEPT_APART = new Set(['ConfigMap', 'Secret', 'ExternalSecret', 'SealedSecret']);

/** Keys that the earlier side had and the new one lacks, and whether anything differs at all. */
function keptApart(
  old: KubernetesObject,
  now: KubernetesObject | undefined,
  text: string,
): readonly HazardDraft[] {
  const entries = (value: Json | undefined) => ({
    ...(isRecord(value?.['data']) ? value['data'] : {}),
    ...(isRecord(value?.['stringData']) ? value['stringData'] : {}),
    ...(isRecord(at(value, 'spec', 'encryptedData')) ? (at(value, 'spec', 'encryptedData') as Json) : {}),
    ...Object.fromEntries(
      records(at(value, 'spec', 'data')).map((entry) => [
        textOf(entry['secretKey']) ?? '',
        JSON.stringify(entry),
      ]),
    ),
  });
  const [was, is] = [entries(old.value), entries(now?.value)];
  const label = `${old.kind} ${old.name}`;
  const gone = Object.keys(was).filter((key) => !(key in is));
  const differs = Object.keys({ ...was, ...is }).filter((key) => was[key] !== is[key]);
  return [
    ...gone.map((key) =>
      plainHazard(
        'setting-removed',
        `${key} is no longer in ${label}`,
        [key],
        now === undefined ? 1 : lineOfName(text, old.name),
        now === undefined,
      ),
    ),
    ...(now === undefined || differs.length === 0
      ? []
      : [
          plainHazard(
            'unversioned-config',
            `${label} differs (${differs.slice(0, 4).join(', ')})`,
            [old.name, ...differs.slice(0, 8)],
            lineOfName(text, differs[0] ?? old.name),
          ),
        ]),
  ];
}

function objectHazards(
  old: KubernetesObject,
  now: KubernetesObject | undefined,
  text: string,
): readonly HazardDraft[] {
  if (KEPT_APART.has(old.kind)) return keptApart(old, now, text);
  if (old.kind === 'PersistentVolumeClaim') {
    if (now === undefined)
      return [
        {
          ...plainHazard(
            'state-removed',
            `the volume claim ${old.name} is no longer defined`,
            [old.name],
            1,
            true,
          ),
          losesData: true,
        },
      ];
    return storageHazard(old.name, claimStorage(old.value), claimStorage(now.value), text);
  }
  if (now === undefined)
    return old.kind === 'StatefulSet'
      ? [
          plainHazard(
            'state-removed',
            `the StatefulSet ${old.name} is no longer defined`,
            [old.name],
            1,
            true,
          ),
        ]
      : [];
  const claims = (value: Json) => records(at(value, 'spec', 'volumeClaimTemplates'));
  const volumes = claims(old.value).flatMap((claim, index) =>
    storageHazard(old.name, claimStorage(claim), claimStorage(claims(now.value)[index] ?? {}), text),
  );
  const images = podContainers(old.value).flatMap((container, index) =>
    imageHazard(
      old.name,
      textOf(container['image']) ?? '',
      textOf(podContainers(now.value)[index]?.['image']) ?? '',
      text,
    ),
  );
  return [...volumes, ...images];
}

export async function manifestHazards(
  before: string,
  after: string,
  elsewhere = '',
): Promise<readonly HazardDraft[]> {
  const [old, now, others] = [await objectsOf(before), await objectsOf(after), await objectsOf(elsewhere)];
  const hazards = [...old].flatMap(([id, object]) =>
    objectHazards(object, now.get(id) ?? others.get(id), after),
  );
  const added = [...now].filter(([id, { kind }]) => !old.has(id) && kind === 'PersistentVolumeClaim');
  return [
    ...hazards,
    ...added.map(([, { name }]) =>
      plainHazard('state-added', `the volume claim ${name} is new`, [name], lineOfName(after, name)),
    ),
    ...(await composeHazards(before, after)),
  ];
}

async function composeHazards(before: string, after: string): Promise<readonly HazardDraft[]> {
  const services = async (text: string) => {
    const value = (await documentsOf(text))[0]?.['services'];
    return isRecord(value) ? value : {};
  };
  const [old, now] = [await services(before), await services(after)];
  return Object.keys(old).flatMap((name) =>
    imageHazard(name, textOf(at(old[name], 'image')) ?? '', textOf(at(now[name], 'image')) ?? '', after),
  );
}
