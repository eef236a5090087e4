/** Asks an Argo CD server for its Applications: the only I/O beside files, GET only. It decodes nothing. */
import { ConnectorError } from '../../domain/error.ts';
import type { ConnectorContext, LiveDeclaration } from '../../ports/connector.ts';
import { getJson, readLiveSource, textSetting } from '../_kit/http.ts';
import { isObject, type JsonRecord, type JsonRecords } from '../_kit/records.ts';

const PATH = '/api/v1/applications';
/** Only what is read: the resource tree of a large cluster has many times the size. */
const FIELDS = ['metadata', 'spec', 'status.history', 'status.operationState', 'status.summary']
  .map((field) => `items.${field}`)
  .join(',');

/** Throws ConnectorError where the server cannot be asked. Argo CD gives all Applications in one answer. */
export async function listApplications(
  live: LiveDeclaration,
  config: unknown,
  { environment, signal }: ConnectorContext,
  max: number,
): Promise<{ readonly server: string; readonly records: JsonRecords }> {
  const source = readLiveSource(live, config, environment, signal);
  const project = textSetting(source, config, 'project');
  const parameters = { ...(project === null ? {} : { projects: project }), fields: FIELDS };
  const answer = await getJson(source, PATH, parameters);
  // Without a single Application the list is null.
  const items: unknown = isObject(answer) ? (answer['items'] ?? []) : null;
  if (!Array.isArray(items)) throw notArgo(source.baseUrl);
  const objects = items.slice(0, max).filter(isObject);
  const records = objects.map((value): JsonRecord => {
    const metadata = isObject(value['metadata']) ? value['metadata'] : {};
    const url = `${source.baseUrl}${PATH}/${String(metadata['name'])}`;
    return { value, place: { kind: 'answer', url, pointer: '' }, text: JSON.stringify(value) };
  });
  const rejected = Math.min(items.length, max) - objects.length;
  return { server: source.baseUrl, records: { records, rejected, truncated: items.length > max } };
}

function notArgo(baseUrl: string): ConnectorError {
  return new ConnectorError({
    code: 'malformed',
    what: `GET ${baseUrl}${PATH}`,
    why: 'the answer is not one of the Argo CD API',
    nextStep: 'Check the address of the source argo-cd.',
  });
}
