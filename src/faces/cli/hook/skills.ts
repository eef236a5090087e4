/** The skills of the plugin that show the engine's words, by name, and which view each one asks for. */

const PLUGIN = 'wicked-platform';

/** Null: whatever the words after it ask for. */
export const SKILL_VIEWS: Readonly<Record<string, string | null>> = {
  incident: null,
  'rollback-decision': '--rollback-decision',
  'status-update': '--status-update',
  postmortem: '--postmortem',
  verify: '--verify',
};

/**
 * The skill that a client names, with or without the plugin's name before it; null for anything else.
 * @param ours whether the client says that it is a plugin's
 */
export function skillOf(name: string | null, ours: boolean): string | null {
  if (name === null) return null;
  const [, plugin, skill = ''] = /^\/?(?:([\w-]+):)?([\w-]+)$/.exec(name) ?? [];
  if (plugin === undefined ? !ours : plugin !== PLUGIN) return null;
  return Object.hasOwn(SKILL_VIEWS, skill) ? skill : null;
}
