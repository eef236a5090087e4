/** Releases that platforms tell of: Heroku, Vercel, Nomad, Cloud Run, Flux, Sentry, and marks on Grafana's and Datadog's charts. Pure. */
import { isCommitId } from '../_kit/deployments.ts';
import { textOf } from '../_kit/fields.ts';
import { listAt, objectAt, textAt } from '../_kit/nested.ts';
import { isObject, type JsonObject } from '../_kit/records.ts';
import { deployment, type System, serviceName, timeOf } from './told.ts';

/** https://devcenter.heroku.com/articles/platform-api-reference#release */
export const heroku: System = {
  name: 'Heroku',
  wrappers: [],
  fits: (record) =>
    typeof record['version'] === 'number' &&
    'description' in record &&
    'slug' in record &&
    'created_at' in record,
  decode: (record) => {
    const at = timeOf(record['created_at']);
    if (at === null) return null;
    const said = textOf(record['description']) ?? '';
    const app = textAt(record, 'app', 'name');
    const actor = textAt(record, 'user', 'email');
    const revision = `v${textOf(record['version']) ?? ''}`;
    const isDeploy = /^(deploy|rollback|promote|initial)/i.test(said);
    if (!isDeploy)
      return [
        {
          type: 'config',
          service: serviceName(app),
          at,
          finishedAt: null,
          summary: `Heroku release ${revision}: ${said}`,
          actor,
          attributes: { release: revision },
        },
      ];
    const commit = /^deploy ([0-9a-f]{7,40})/i.exec(said)?.[1] ?? null;
    return [
      deployment('Heroku', {
        service: app,
        at,
        status: textOf(record['status']),
        version: revision,
        commit,
        actor,
        platformRevision: revision,
        deploymentId: textOf(record['id']),
        rollback: /^rollback/i.test(said),
        platform: 'heroku',
      }),
    ];
  },
};

/** https://vercel.com/docs/rest-api/endpoints/deployments */
export const vercel: System = {
  name: 'Vercel',
  wrappers: ['deployments'],
  fits: (record) =>
    'uid' in record &&
    'url' in record &&
    ('readyState' in record || 'state' in record) &&
    ('created' in record || 'createdAt' in record),
  decode: (record) => {
    const at = timeOf(record['buildingAt'] ?? record['created'] ?? record['createdAt']);
    if (at === null) return null;
    const meta = objectAt(record, 'meta');
    const state = (textOf(record['readyState']) ?? textOf(record['state']) ?? '').toLowerCase();
    return [
      deployment('Vercel', {
        service: textOf(record['name']),
        at,
        finishedAt: timeOf(record['ready']),
        status: state === 'ready' ? 'succeeded' : state,
        commit:
          textOf(meta['githubCommitSha']) ??
          textOf(meta['gitlabCommitSha']) ??
          textOf(meta['bitbucketCommitSha']),
        environment: textOf(record['target']) ?? 'preview',
        actor: textAt(record, 'creator', 'username'),
        deploymentId: textOf(record['uid']),
        platform: 'vercel',
      }),
    ];
  },
};

/** `nomad job history -json`. */
export const nomad: System = {
  name: 'Nomad',
  wrappers: ['Versions'],
  fits: (record) => 'SubmitTime' in record && 'TaskGroups' in record && 'Version' in record,
  decode: (record) => {
    const at = timeOf(record['SubmitTime']);
    if (at === null) return null;
    const tasks = listAt(record, 'TaskGroups')
      .filter(isObject)
      .flatMap((group) => listAt(group, 'Tasks').filter(isObject));
    const images = tasks.flatMap((task) => textAt(task, 'Config', 'image') ?? []);
    const revision = textOf(record['Version']);
    return [
      deployment('Nomad', {
        service: textOf(record['Name']) ?? textOf(record['ID']),
        at,
        status: record['Stable'] === true ? 'succeeded' : null,
        version: images[0] ?? revision,
        platformRevision: revision,
        images,
        platform: 'nomad',
        target: textOf(record['ID']),
      }),
    ];
  },
};

/** `gcloud run revisions list --format=json`, and other Knative revisions. */
export const cloudRun: System = {
  name: 'Cloud Run',
  wrappers: ['items'],
  fits: (record) =>
    record['kind'] === 'Revision' && /^serving\.knative\.dev\//.test(textOf(record['apiVersion']) ?? ''),
  decode: (record) => {
    const metadata = objectAt(record, 'metadata');
    const at = timeOf(metadata['creationTimestamp']);
    if (at === null) return null;
    const image =
      listAt(objectAt(record, 'spec'), 'containers')
        .filter(isObject)
        .map((own) => textOf(own['image']))
        .find((text) => text !== null) ?? null;
    const ready = listAt(objectAt(record, 'status'), 'conditions')
      .filter(isObject)
      .find((condition) => condition['type'] === 'Ready');
    const word = { True: 'succeeded', False: 'failed' }[textOf(ready?.['status']) ?? ''] ?? null;
    return [
      deployment('Cloud Run', {
        service: textOf(objectAt(metadata, 'labels')['serving.knative.dev/service']),
        at,
        finishedAt: timeOf(ready?.['lastTransitionTime']),
        status: word,
        version: image?.includes('@') === true ? textOf(metadata['name']) : image,
        platformRevision: textOf(metadata['name']),
        actor: textOf(objectAt(metadata, 'annotations')['serving.knative.dev/creator']),
        images: image === null ? [] : [image],
        platform: 'cloud-run',
      }),
    ];
  },
};

/** HelmReleases and Kustomizations of Flux, as `kubectl get` prints them. */
export const flux: System = {
  name: 'Flux',
  wrappers: ['items'],
  fits: (record) =>
    /^(HelmRelease|Kustomization)$/.test(textOf(record['kind']) ?? '') &&
    /toolkit\.fluxcd\.io\//.test(textOf(record['apiVersion']) ?? ''),
  decode: (record) => {
    const name = textAt(record, 'metadata', 'name');
    const status = objectAt(record, 'status');
    const history = listAt(status, 'history').filter(isObject);
    if (record['kind'] === 'HelmRelease')
      return history.flatMap((entry) => {
        const at = timeOf(entry['lastDeployed']);
        if (at === null) return [];
        const version = textOf(entry['appVersion']) ?? textOf(entry['chartVersion']);
        const revision = textOf(entry['version']);
        return [
          deployment('Flux', {
            service: name,
            at,
            status: textOf(entry['status']),
            version,
            platformRevision: revision,
            platform: 'flux',
            target: name,
          }),
        ];
      });
    const ready = listAt(status, 'conditions')
      .filter(isObject)
      .find((condition) => condition['type'] === 'Ready');
    const at = timeOf(ready?.['lastTransitionTime']);
    if (at === null) return [];
    const applied = textOf(status['lastAppliedRevision']) ?? '';
    const sha = /([0-9a-f]{40})$/.exec(applied)?.[1] ?? null;
    const word = textOf(ready?.['status']) === 'True' ? 'succeeded' : 'failed';
    return [
      deployment('Flux', { service: name, at, status: word, commit: sha, platform: 'flux', target: name }),
    ];
  },
};

/** https://docs.sentry.io/api/releases/: what was told of deployments to the error tracker. */
export const sentry: System = {
  name: 'Sentry',
  wrappers: [],
  fits: (record) => 'version' in record && 'dateCreated' in record && Array.isArray(record['projects']),
  decode: (record) => {
    const last = objectAt(record, 'lastDeploy');
    const at = timeOf(last['dateStarted'] ?? last['dateFinished'] ?? record['dateReleased']);
    if (at === null) return [];
    const written = textOf(record['version']) ?? '';
    const project =
      listAt(record, 'projects')
        .filter(isObject)
        .map((own) => textOf(own['slug']))[0] ?? null;
    const isSha = isCommitId(written) && written.length >= 12;
    const [named, plain] = written.includes('@')
      ? [written.split('@')[0] ?? null, written.split('@').at(-1) ?? null]
      : [null, written];
    return [
      deployment('Sentry', {
        service: project ?? named,
        at,
        finishedAt: timeOf(last['dateFinished']),
        status: 'succeeded',
        version: isSha ? null : plain,
        commit: isSha ? written : (textAt(record, 'lastCommit', 'id') ?? null),
        environment: textOf(last['environment']),
      }),
    ];
  },
};

function tagsOf(record: JsonObject): ReadonlyMap<string, string> {
  const texts = listAt(record, 'tags').flatMap((tag) => textOf(tag) ?? []);
  return new Map(
    texts.map((text) => [text.split(/[:=]/)[0] ?? '', text.split(/[:=]/).slice(1).join(':')] as const),
  );
}

const SAYS_DEPLOY = /\b(deploy(ed|ing|ment|s)?|released?|releasing|roll(ed|ing)?[ -]?(out|back)|shipped)\b/i;
/** `Deployed checkout-api v2.4.1`, `Rollback of cart to 1.2.0`, `Deploy checkout-api:2.4.1` */
const SAID =
  /(?:deploy\w*|releas\w*|roll\w*[ -]?(?:out|back)|shipped)(?:\s+of)?:?\s+([A-Za-z][\w.-]*?)(?:\s+to)?(?:[ @:-]+(v?\d[\w.+-]*))?(?=$|[\s,;.!)]|\s+(?:to|in|on)\b)/i;

function markOf(system: string, title: string, tags: ReadonlyMap<string, string>, at: unknown, end: unknown) {
  const time = timeOf(at);
  if (time === null) return null;
  const isTagged =
    [...tags.keys()].some((key) => /^(deploy|deployment|release|rollout)s?$/i.test(key)) ||
    /deploy|release/i.test(tags.get('source') ?? '');
  if (!isTagged && !SAYS_DEPLOY.test(title)) return [];
  const said = SAID.exec(title);
  const bare = [...tags]
    .filter(([key, value]) => value === '' && !/^(deploy|release|rollout|prod|production|staging)/i.test(key))
    .map(([key]) => key);
  const service = tags.get('service') ?? tags.get('app') ?? said?.[1] ?? bare[0] ?? null;
  return [
    deployment(system, {
      service,
      at: time,
      finishedAt: timeOf(end),
      version: tags.get('version') ?? said?.[2] ?? null,
      commit: tags.get('git.commit.sha') ?? tags.get('commit') ?? tags.get('sha') ?? null,
      environment: tags.get('env') ?? tags.get('environment') ?? null,
      rollback: /roll(ed|ing)?[ -]?back/i.test(title),
    }),
  ];
}

/** `/api/annotations`: what people and pipelines marked on dashboards. */
export const grafana: System = {
  name: 'Grafana annotations',
  wrappers: ['annotations'],
  fits: (record) =>
    'time' in record &&
    'text' in record &&
    Array.isArray(record['tags']) &&
    ('timeEnd' in record || 'dashboardId' in record || 'panelId' in record),
  decode: (record) => {
    const { time, timeEnd } = record;
    return markOf(
      'Grafana',
      textOf(record['text']) ?? '',
      tagsOf(record),
      time,
      timeEnd === 0 || timeEnd === time ? null : timeEnd,
    );
  },
};

/** `/api/v1/events`. */
export const datadog: System = {
  name: 'Datadog events',
  wrappers: ['events'],
  fits: (record) => 'date_happened' in record && 'title' in record,
  decode: (record) =>
    markOf('Datadog', textOf(record['title']) ?? '', tagsOf(record), record['date_happened'], null),
};
