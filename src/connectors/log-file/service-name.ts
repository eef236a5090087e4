/** One identity for the service of a record: what the record says, else its pod's workload, else what its file is called. */
import { canonicalServiceName, workloadOfPod } from '../../domain/service.ts';
import type { ParsedLine } from './format.ts';

/** File names that say what kind of log it is, not whose. */
const KINDS =
  /^(?:app|application|apps|server|service|services|system|syslog|messages|error|errors|err|access|access[-_]log|error[-_]log|debug|info|warn|warning|output|out|stdout|stderr|console|log|logs|all|combined|main|default|current|journal|kern|auth|daemon|deploy|deploys|deployment|deployments|rollout|release|releases|audit|events|requests?|trace|traffic|compose|docker|kubectl|pods?|containers?|nginx[-_]?(?:access|error)?|apache2?|httpd|ssl[-_]?access|incident|sample|test|example|input|data|dump|export|tail|full|dmesg(?:[-_]?t)?|journalctl|(?:kubectl|docker|container|pod)[-_]logs?|slow[-_]?(?:query|queries|log)?(?:[-_]log)?|cloud-?init(?:-output)?|boot|serial|\d+|-)$/i;

const SUFFIX =
  /(?:[-_.](?:access|error|errors|err|out|stdout|stderr|app|application|server|logs?|json|current|combined|requests?|structured|raw))+$/i;
const EXTENSION =
  /\.(?:log|txt|out|err|json|jsonl|ndjson|csv|tsv|gz|zst|zstd|\d{1,4}|\d{4}-?\d{2}-?\d{2}(?:[-_T.]?\d{2,6})?)$/i;
/** A date, or the day of the week by which servers rotate (`postgresql-Mon.log`). */
const DATE =
  /[-_.]\d{4}[-_]?\d{2}[-_]?\d{2}(?:[-_T]?\d{2,6})?$|[-_.](?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?:day|sday|nesday|rsday|urday)?$/;

/** What frameworks and servers call the log of whatever runs in them. It names a service only where no folder does. */
const RUNTIMES =
  /^(?:laravel|lumen|symfony|dev|prod|development|production|staging|puma|unicorn|passenger|sidekiq|resque|delayed_job|gunicorn|uvicorn|uwsgi|celery|celeryd|django|catalina|localhost|spring|tomcat|jetty|php[-_]?fpm|supervisord|pm2)$/i;
/** Rails calls its log after the environment: that is no service, whoever runs there. */
const ENVIRONMENT = /^(?:dev|development|prod|production|staging)$/i;
/** Folders between a service and its logs. */
const LAYOUT = /^(?:log|logs|storage|var|shared|current)$/i;

/** `logs/checkout-api.log.2.gz` → `checkout-api`; `checkout-api/error.log` and `checkout-api/storage/logs/laravel.log` → `checkout-api`; `app.log` → null. */
export function serviceOfPath(path: string): string | null {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  const named = stem(parts.at(-1) ?? '');
  if (named !== null && !RUNTIMES.test(named)) return named;
  const folders = parts.slice(0, -1).reverse();
  const folder = named === null ? folders.at(0) : folders.find((part) => !LAYOUT.test(part));
  const owner = folder === undefined ? null : stem(folder);
  return owner ?? (named !== null && ENVIRONMENT.test(named) ? null : named);
}

/** Parts of a service by what they do: `cart/worker.log`. */
const ROLES = /^(?:workers?|web|cron|scheduler|consumers?|producer|jobs?|queues?|daemon|runner)$/;
const READ_AHEAD = 50;

/** As by its path; a file that is called after a role is of its folder's service where most of its lines name that. */
export function serviceOfFile(path: string, head: string): string | null {
  const named = serviceOfPath(path);
  const folders = path.split('/').slice(0, -1).reverse();
  const folder = folders.find((part) => part !== '' && part !== '.' && !LAYOUT.test(part));
  const owner = folder === undefined ? null : stem(folder);
  if (named === null || owner === null || owner === named || !ROLES.test(named)) return named;
  const lines = head
    .split('\n', READ_AHEAD)
    .slice(0, -1)
    .filter((line) => /^\S/.test(line));
  const naming = lines.filter((line) => line.toLowerCase().split(WORDS).includes(owner));
  return naming.length * 2 > lines.length ? owner : named;
}

const WORDS = /[^a-z0-9-]+/;

/** A machine of several that are alike: `web-3`, `node12`, `ip-10-0-1-4`. */
const NUMBERED =
  /^(?!(?:v|run|part|day|week|case|test|batch|attempt|step|release|build|try|set)[-_.]?\d+$)[a-z][\w.-]*\d$/i;

/** The nearest folder that is called as machines of a group are: `logs/web-3/access.log` → `web-3`. */
export function machineOfPath(path: string): string | null {
  const folders = path.split('/').slice(0, -1).reverse();
  return folders.find((part) => NUMBERED.test(part)) ?? null;
}

function stem(name: string): string | null {
  let text = name;
  for (let i = 0; i < 6 && EXTENSION.test(text); i++) text = text.replace(EXTENSION, '');
  text = text.replace(DATE, '').replace(SUFFIX, '');
  const pod = workloadOfPod(text);
  if (pod === '' || KINDS.test(pod) || !/[a-z]/i.test(pod) || !/^[\w.@-]{2,80}$/.test(pod)) return null;
  return canonicalServiceName(pod);
}

/** The hash of the replica set in a pod's name, which changes with every rollout; null where the name has none. */
export function revisionOfPod(pod: string): string | null {
  const workload = workloadOfPod(pod);
  const rest = pod.slice(workload.length + 1);
  return /^[a-z0-9]{5,12}-[a-z0-9]{5}$/.test(rest) ? (rest.split('-', 1)[0] ?? null) : null;
}

/** Names whose last word says that they are services. */
export const SERVICE_SHAPE =
  /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*-(?:api|service|svc|gateway|worker|server|backend|bff|db|database|cache|queue|proxy|engine|frontend|provider|consumer|client)$/;

/** Names that a record gives for itself without naming a service. */
const NO_SERVICE = /^(?:root|main|app|server|default|unknown|null|none|undefined|stdout|stderr|console|-)$/i;

/** A logger called `checkout-server` in a pod of `checkout`: a part of the program, or its kind, named after it. */
function isPartOf(logger: string, workload: string): boolean {
  return logger.startsWith(`${workload}-`) || logger.startsWith(`${workload}.`);
}

/** What a record says of its own service, before the file is asked; null where it says nothing. Pods count by their workload. */
export function saidServiceOf(record: Pick<ParsedLine, 'service' | 'pod' | 'logger'>): string | null {
  const { service, pod, logger } = record;
  const isPlainWord = service !== null && !/[-_.]/.test(service);
  const workload = pod === null || workloadOfPod(pod) === pod ? null : workloadOfPod(pod);
  if (service === null && workload !== null && isPartOf(logger ?? '', workload)) return workload;
  // `[checkout-api] routing GET /x`: a name of a service in the place of the logger beats a mere word
  if (logger !== null && SERVICE_SHAPE.test(logger) && (service === null || isPlainWord)) return logger;
  if (service !== null && !NO_SERVICE.test(service)) return workloadOfPod(service);
  return workload;
}

/** What loggers are called beyond their service: `recommendations-server` in the log of `recommendations`. */
const GENERIC = /^[-_.](?:server|service|app|application|main)$/;

/**
 * Null where neither the record nor `fallback` (of the file) names one. A pod's or container's name is reduced to its workload,
 * so `checkout-api-7f9c5d8b6-x2x4q` and `checkout-api` are one.
 */
export function serviceOf(
  record: Pick<ParsedLine, 'service' | 'pod' | 'logger'>,
  fallback: string | null,
): string | null {
  const name = canonicalServiceName(saidServiceOf(record) ?? '');
  const isOfFile = record.service === null && fallback !== null && name.startsWith(fallback);
  if (isOfFile && GENERIC.test(name.slice(fallback.length))) return fallback;
  if (name !== '') return name;
  return fallback ?? (record.pod === null ? null : canonicalServiceName(record.pod));
}
