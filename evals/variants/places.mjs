/** What a path in a case is for: logs, metrics, traces, catalogs, code of a service. By the layout of packs and by common names. */

const LOG = /(?:^|\/)logs\/|\.(?:log|out)(?:\.\d+)?(?:\.gz)?$/;
const DEPLOY_LOG = /(?:^|\/)(?:cd|deploy|deployment|deployments|release|releases)[^/]*\.log(?:\.gz)?$/;
const METRIC = /(?:^|\/)metrics\//;
const TRACE = /(?:^|\/)traces\//;
const CATALOG =
  /(?:^|\/)(?:catalog-info\.ya?ml|(?:docker-)?compose(?:\.[\w-]+)?\.ya?ml|wicked-platform\.ya?ml)$/;
const SERVICE_ROOT = /^(?:apps|cmd|modules|packages|services|src|svc)\/([^/]+)\//;
const SOURCE = /\.(?:cs|go|java|js|kt|mjs|php|py|rb|rs|ts|tsx)$/;
const TEST = /(?:^|\/)(?:tests?|__tests__|spec)\/|[._](?:test|spec)\./;

/** @param {string} path */
export const isLog = (path) => LOG.test(path) && !METRIC.test(path) && !TRACE.test(path);
/** @param {string} path a log that says what was deployed */
export const isDeployLog = (path) => isLog(path) && DEPLOY_LOG.test(path);
/** @param {string} path */
export const isMetric = (path) => METRIC.test(path);
/** @param {string} path */
export const isTrace = (path) => TRACE.test(path);
/** @param {string} path */
export const isCatalog = (path) => CATALOG.test(path);
/** @param {string} path code that runs */
export const isSource = (path) => SOURCE.test(path) && !TEST.test(path);

/** @param {string} path @returns {string | null} the name of the service whose folder holds it */
export function serviceOf(path) {
  const within = SERVICE_ROOT.exec(path)?.[1];
  if (within !== undefined) return within;
  const top = path.split('/');
  return top.length > 1 && isSource(path) ? (top[0] ?? null) : null;
}
