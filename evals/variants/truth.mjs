/** The truth of a case that was rewritten: the same answer in other words. */

/**
 * @typedef {import('../score.mjs').Truth} Truth
 * @typedef {(text: string) => string} Rewrite
 */

/**
 * @param {Truth} truth
 * @param {ReadonlyMap<string, string>} ids commit ids as they were → as they are
 * @param {Rewrite} rename of services, flags, and of patterns for commands
 * @returns {Truth}
 */
export function rewriteTruth(truth, ids, rename = (text) => text) {
  const { cause, affectedServices: affected } = truth;
  const commit = (/** @type {string} */ oid) => ids.get(oid) ?? oid;
  const names = (/** @type {readonly any[]} */ items) => items.map((item) => rename(item?.service ?? item));
  // In a pattern a hyphen may be escaped; outside of brackets that says the same.
  const pattern = (/** @type {string} */ source) => rename(source.replaceAll('\\-', '-'));
  const { change } = cause;
  return {
    ...truth,
    cause: {
      ...cause,
      service: rename(cause.service),
      aliases: names(cause.aliases),
      change: change && {
        ...change,
        flag: rename(change.flag),
        commit: commit(change.commit),
        deploymentCommit: commit(change.deploymentCommit),
        commitsInDeployment: change.commitsInDeployment.map(commit),
      },
    },
    affectedServices: {
      direct: names(affected.direct),
      cascade: names(affected.cascade),
      optional: names(affected.optional ?? []),
    },
    commandMustMatch: truth.commandMustMatch.map(pattern),
  };
}
