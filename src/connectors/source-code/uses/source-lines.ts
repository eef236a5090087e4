/** Answers `source-lines`: lines of a file as they stand at a revision, for a patch. */
import type { Probe, ProbeAnswer } from '../../../domain/probe.ts';
import type { RepositoryReader } from '../repository-reader.ts';

const MAX_LINES = 400;
const UNPRINTED = /[^\P{C}\t\n]/u;

/** Null where the file is missing, binary or too long. */
export async function sourceLines(
  probe: Extract<Probe, { kind: 'source-lines' }>,
  reader: RepositoryReader,
): Promise<ProbeAnswer | null> {
  const file = await reader.file(probe.path);
  // What is lost on the way (other line ends, control characters) would make a patch that does not apply.
  if (file === null || UNPRINTED.test(file.text)) return null;
  const openEnd = !file.text.endsWith('\n');
  const fileLines = openEnd ? file.lines.length : file.lines.length - 1;
  const line = Math.max(1, probe.line);
  const endLine = Math.min(fileLines, probe.endLine, line + MAX_LINES - 1);
  return {
    kind: 'source-lines',
    probeId: probe.id,
    location: reader.location(probe.path, line, endLine),
    lines: file.lines.slice(line - 1, endLine),
    fileLines,
    openEnd,
    searched: `${probe.path} at ${reader.revision.slice(0, 7)}`,
    evidence: [],
  };
}
