// Written by `npm run gen`. Do not edit: add a folder or a file and run it again.

/** Every operation, by name; its code is read when it is first used. */
export const OPERATION_LOADERS = [
  { name: 'audit', load: async () => (await import('./audit.ts')).operation },
  { name: 'doctor', load: async () => (await import('./doctor.ts')).operation },
  { name: 'incident', load: async () => (await import('./incident.ts')).operation },
  { name: 'incident-answer', load: async () => (await import('./incident-answer.ts')).operation },
  { name: 'incident-approve', load: async () => (await import('./incident-approve.ts')).operation },
  { name: 'incident-decision', load: async () => (await import('./incident-decision.ts')).operation },
  { name: 'incident-document', load: async () => (await import('./incident-document.ts')).operation },
  { name: 'incident-evidence', load: async () => (await import('./incident-evidence.ts')).operation },
  { name: 'incident-explain', load: async () => (await import('./incident-explain.ts')).operation },
  { name: 'incident-note', load: async () => (await import('./incident-note.ts')).operation },
  { name: 'incident-resolve', load: async () => (await import('./incident-resolve.ts')).operation },
  { name: 'incident-show', load: async () => (await import('./incident-show.ts')).operation },
  { name: 'incident-timeline', load: async () => (await import('./incident-timeline.ts')).operation },
  { name: 'incident-verify', load: async () => (await import('./incident-verify.ts')).operation },
  { name: 'incident-view', load: async () => (await import('./incident-view.ts')).operation },
  { name: 'incident-what-if', load: async () => (await import('./incident-what-if.ts')).operation },
  { name: 'incidents', load: async () => (await import('./incidents.ts')).operation },
  { name: 'init', load: async () => (await import('./init.ts')).operation },
] as const;
