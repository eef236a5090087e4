/** `narrator:` of the wicked-platform.yaml of a directory, read without looking through the evidence. */
import { PlatformError } from '../../domain/error.ts';
import type { NarratorSettings } from '../../ports/narrator.ts';
import { parseConfig } from '../config.ts';
import type { Platform } from '../platform.ts';

/** Empty where there is no such file. Throws PlatformError `config` for one that is broken. */
export async function narratorSettings(dir: string, platform: Platform): Promise<NarratorSettings> {
  const folder = await platform.workspaceOf(dir);
  for (const name of ['wicked-platform.yaml', 'wicked-platform.yml']) {
    const text = await platform.readTextFile(`${folder}/${name}`).catch((error: unknown) => {
      if (error instanceof PlatformError) return null;
      throw error;
    });
    if (text !== null) return (await parseConfig(text, name)).narrator;
  }
  return {};
}
