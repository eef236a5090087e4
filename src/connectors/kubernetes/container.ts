/** What a pod template tells about the software in it: service, version, commit, images, limits. Environment values are read for versions and commits only. */
import { canonicalServiceName, type ServiceName } from '../../domain/service.ts';
import { imageTag, isCommitId, plainVersion } from '../_kit/deployments.ts';
import { textOf } from '../_kit/fields.ts';
import type { JsonObject } from '../_kit/records.ts';
import { at, objectsIn } from './objects.ts';

const SIDECAR =
  /^(istio-(proxy|init|validation)|linkerd-(proxy|init)|envoy(-sidecar)?|fluent-?(bit|d)|datadog-agent|vault-agent(-init)?|cloud-?sql-proxy|otel-?(agent|collector)|opentelemetry-.*|dapr(d)?|consul-.*|filebeat|promtail|jaeger-agent)$/;
/** Tags that name a stream of builds, not a build. */
const MOVING_TAG = /^(latest|stable|main|master|edge|nightly|dev|prod|production|staging|release|current)$/i;
const COMMIT_ENV = new Set(
  'GIT_SHA GIT_COMMIT GIT_COMMIT_SHA GIT_REVISION COMMIT_SHA COMMIT COMMIT_HASH SOURCE_COMMIT SOURCE_VERSION VCS_REF REVISION BUILD_SHA CI_COMMIT_SHA HEROKU_SLUG_COMMIT'.split(
    ' ',
  ),
);
const VERSION_ENV = new Set(
  'APP_VERSION VERSION SERVICE_VERSION RELEASE_VERSION RELEASE DD_VERSION BUILD_VERSION IMAGE_TAG'.split(' '),
);
const COMMIT_KEY = /(^|[./-])(git-?(sha|commit|revision)|commit(-?(sha|id|hash))?|vcs-ref|image\.revision)$/i;

export interface Template {
  /** Key of the object's own value that holds `spec`: the pod itself, or its template. */
  readonly spec: JsonObject;
  readonly labels: Readonly<Record<string, unknown>>;
  readonly annotations: Readonly<Record<string, unknown>>;
}

/** Keys down to the pod template: a ControllerRevision keeps it under `data`. */
export function templateKeys(value: JsonObject): readonly string[] {
  return value['kind'] === 'ControllerRevision' ? ['data', 'spec', 'template'] : ['spec', 'template'];
}

export function templateOf(value: JsonObject): Template {
  const template = at(value, ...templateKeys(value));
  return {
    spec: at(template, 'spec'),
    labels: at(template, 'metadata', 'labels'),
    annotations: at(template, 'metadata', 'annotations'),
  };
}

const SERVICE_LABELS = ['app.kubernetes.io/name', 'app', 'k8s-app', 'service', 'tags.datadoghq.com/service'];

/** The service that labels name, else the workload. */
export function serviceOf(labels: Readonly<Record<string, unknown>>, workload: string): ServiceName {
  for (const label of SERVICE_LABELS) {
    const name = canonicalServiceName(textOf(labels[label]) ?? '');
    if (name !== '') return name;
  }
  return canonicalServiceName(workload);
}

function imageName(image: string): string {
  return (image.split('@')[0] ?? '').split('/').at(-1)?.replace(/:.*$/, '') ?? '';
}

/** Containers as written, with their index; the one that runs the service comes first. */
export function containersOf(
  spec: JsonObject,
  service: ServiceName,
): readonly { readonly index: number; readonly value: JsonObject }[] {
  const listed = Array.isArray(spec['containers']) ? spec['containers'] : [];
  const all = listed.flatMap((value: unknown, index) =>
    objectsIn([value]).map((own) => ({ index, value: own })),
  );
  const rank = ({ value }: { value: JsonObject }) => {
    const name = textOf(value['name']) ?? '';
    if (canonicalServiceName(imageName(textOf(value['image']) ?? '')) === service) return 0;
    if (canonicalServiceName(name) === service || /^(app|main|server|web)$/.test(name)) return 1;
    return SIDECAR.test(name) ? 3 : 2;
  };
  return all.sort((a, b) => rank(a) - rank(b) || a.index - b.index);
}

function environmentValue(container: JsonObject | undefined, names: ReadonlySet<string>): string | null {
  for (const variable of objectsIn(container?.['env'])) {
    const name = textOf(variable['name']);
    const value = textOf(variable['value']);
    if (name !== null && value !== null && names.has(name)) return value;
  }
  return null;
}

export interface Software {
  readonly version: string | null;
  readonly commit: string | null;
  readonly images: readonly string[];
}

function markedCommit({ labels, annotations }: Template): string | null {
  for (const marks of [annotations, labels]) {
    for (const [key, value] of Object.entries(marks)) {
      const text = textOf(value);
      if (text !== null && COMMIT_KEY.test(key) && isCommitId(text)) return text;
    }
  }
  return null;
}

/** The image's tag where it names a build, else the version label, else a version variable. */
export function softwareOf(template: Template, service: ServiceName): Software {
  const containers = containersOf(template.spec, service);
  const own = containers[0]?.value;
  const images = containers.flatMap(({ value }) => textOf(value['image']) ?? []);
  const tag = imageTag(images[0] ?? '');
  const label = textOf(template.labels['app.kubernetes.io/version'] ?? template.labels['version']);
  const built = tag !== null && !MOVING_TAG.test(tag) ? tag : null;
  const version = built ?? label ?? environmentValue(own, VERSION_ENV) ?? tag;
  const variable = environmentValue(own, COMMIT_ENV);
  const given = variable !== null && isCommitId(variable) ? variable : markedCommit(template);
  const tagged = built !== null && /[a-f]/.test(built) && isCommitId(built) ? built : null;
  return {
    version: version === null ? null : plainVersion(version, service),
    commit: given ?? tagged,
    images,
  };
}
