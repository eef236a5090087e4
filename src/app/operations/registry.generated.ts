// Written by `npm run gen`. Do not edit: add a folder or a file and run it again.

/** Every operation, by name; its code is read when it is first used. */
export const OPERATION_LOADERS = [
  { name: 'incident', load: async () => (await import('./incident.ts')).operation },
] as const;
