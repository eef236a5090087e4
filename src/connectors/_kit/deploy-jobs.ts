/** Jobs of pipelines by their names: whether they bring something out, and what. */

/** Words of a job's or pipeline's name that say what is done and where, not what it is done to. */
const DOING =
  /^(deploy|deploys|deployment|deploying|release|releases|rollout|rollback|promote|publish|ship|cd|ci|pipeline|workflow|job|build|and|to|the|of|on|in|for|prod|production|live|staging|stage|canary|main|master|trunk|\d+)$/i;

/** `deploy-checkout-api to production` → `checkout-api`; null where nothing is left: `Deploy to production`. */
export function serviceOfJob(name: string | null): string | null {
  const words = (name ?? '').replace(/#\d+.*$/, '').split(/[\s:/»>_-]+/);
  const rest = words.filter((word) => word !== '' && !DOING.test(word));
  return rest.length === 0 || rest.length > 5 ? null : rest.join('-');
}

/** Whether a job's name says that it brings something out rather than builds or tests it. */
export function isDeployJob(name: string | null): boolean {
  return /(^|[^a-z])(deploy|release|rollout|roll ?back|promote|publish|ship|cd)/i.test(name ?? '');
}
