/** `wicked-platform init`: writes the proposed wicked-platform.yaml, and never over one that is there unless it was told to. */
import { runOperation } from '../../app/operation.ts';
import { operation } from '../../app/operations/init.ts';
import { parseSources } from '../../app/sources.ts';
import { PlatformError } from '../../domain/error.ts';
import { EXIT } from './exit-code.ts';
import { write } from './print.ts';
import { withSession } from './session.ts';

export interface InitFlags {
  readonly dir: string;
  readonly logs: readonly string[];
  readonly repo: readonly string[];
  readonly source: readonly string[];
  readonly force?: boolean;
}

/** Throws PlatformError `usage` where the file exists and `--force` was not given. */
export function initCommand(flags: InitFlags): Promise<number> {
  return withSession(
    { store: { kind: 'memory' }, sources: parseSources(flags.source) },
    async ({ platform, progress, streams }) => {
      const { dir, logs, repo, force } = flags;
      const input = { dir, logs: [...logs], repos: [...repo] };
      const { path, exists, services, text } = await runOperation(operation, input, platform);
      if (exists && force !== true) throw alreadyThere(path);
      await platform.writeTextFile(path, text);
      progress.clear();
      const count = services === 1 ? '1 service' : `${services} services`;
      await write(
        streams.stdout,
        `Wrote ${path}: ${count} discovered. Fill in criticality and userFacing, then: wicked-platform doctor\n`,
      );
      return EXIT.ok;
    },
  );
}

function alreadyThere(path: string): PlatformError {
  return new PlatformError({
    code: 'usage',
    what: `${path} was not written`,
    why: 'there is one already',
    nextStep: 'Run it with --force to write it anew: settings are kept, comments are not.',
  });
}
