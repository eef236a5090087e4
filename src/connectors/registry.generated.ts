// Written by `npm run gen`. Do not edit: add a folder or a file and run it again.
import type { ConnectorLoader } from '../ports/connector.ts';

/** Every connector, by name; its code is read when it is first used. */
export const CONNECTOR_LOADERS: readonly ConnectorLoader[] = [];
