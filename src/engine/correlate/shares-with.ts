/** What joins a release to the failure of a service that nobody is known to call, by the name of the match. */
export const SHARED: Readonly<Record<string, string>> = {
  symbolInError: 'names in its errors what this release changed: the two share it',
  sharedField: 'names in its errors what this release changed: the two share it',
  nameStillUsed: 'uses a name that this release took away',
  feedsFailure: 'works with what this release changed',
  routeRule: 'fails where it serves by a rule that this release changed',
  changedStatement: 'waits while the database works on what this release changed',
};
