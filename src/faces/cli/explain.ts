/** `--explain`: the report as a language model tells it, checked. A narrator that fails costs a line on stderr and nothing else. */
import type { Told } from '../../app/render.ts';
import { PlatformError } from '../../domain/error.ts';
import type { Report } from '../../domain/report.ts';
import { complaintOf } from './complaint.ts';
import type { Session } from './session.ts';

/** Null where there is nothing to add: then stderr says why. @param dir whose wicked-platform.yaml may name the model */
export async function tellReport(report: Report, dir: string, session: Session): Promise<Told | null> {
  const { platform, progress, streams } = session;
  const say = (text: string) => {
    progress.clear();
    streams.stderr.write(text);
  };
  try {
    const [{ explainReport }, { narratorSettings }] = await Promise.all([
      import('../../app/explain/explain.ts'),
      import('../../app/explain/settings.ts'),
    ]);
    const narrator = await platform.openNarrator(await narratorSettings(dir, platform));
    say(`wicked-platform: --explain sends the redacted statements of the report to ${narrator.place}\n`);
    const told = await explainReport(report, narrator, await platform.textPolicy([]), platform.signal);
    if (told.sentences.length > 0) return told;
    say(
      `wicked-platform: none of the ${told.dropped} sentences of the narrator agrees with the report; left out\n`,
    );
  } catch (error) {
    if (!(error instanceof PlatformError) || error.code === 'interrupted') throw error;
    say(complaintOf(error, 'warning'));
  }
  return null;
}
