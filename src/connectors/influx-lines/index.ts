/** Metrics in InfluxDB's line protocol, as Telegraf and `influx` write it to files. */
import type { Contribution } from '../../domain/snapshot.ts';
import type { CollectRequest, Connector, EvidenceFile } from '../../ports/connector.ts';
import { collectFiles, type FileSource, truncatedGaps } from '../_kit/collect-files.ts';
import { metricContribution } from '../_kit/metric-contribution.ts';
import { decodeLines, parseLine } from './decode.ts';

const SOURCE = 'influx-lines';
const MAX_LINES = 1_000_000;
const FILES: FileSource = {
  source: SOURCE,
  effect: 'What these metrics would show is not part of the triage.',
};
const SAMPLE_LINES = 5;

/** Every one of the first lines has to be one with a number. */
function recognise(file: EvidenceFile): number {
  if (file.explicitLog || !/(\.(lp|line|influx|txt|log|out)|(^|\/)[^./]+)(\.(gz|zst))?$/i.test(file.path))
    return 0;
  const lines = file
    .head()
    .split('\n')
    .slice(0, SAMPLE_LINES + 20)
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .slice(0, SAMPLE_LINES);
  const isLine = (line: string) => (parseLine(line)?.fields.length ?? 0) > 0;
  return lines.length > 0 && lines.every(isLine) ? 0.95 : 0;
}

function read({ path }: EvidenceFile, text: string, { asOf }: CollectRequest): Contribution {
  const { series, rejected, truncated } = decodeLines(text, MAX_LINES);
  const found = metricContribution({ source: FILES, path, series, rejected, unit: 'lines', asOf });
  return { ...found, gaps: [...found.gaps, ...truncatedGaps(FILES, path, truncated, `${MAX_LINES} lines`)] };
}

export const connector: Connector = {
  id: SOURCE,
  summary: "Metrics in InfluxDB's line protocol.",
  probes: [],
  always: false,
  recognise,
  collect: (request, context) =>
    collectFiles(request.files, context, FILES, (file, text) => read(file, text, request)),
};
