// Written by `npm run gen`. Do not edit: add a folder or a file and run it again.
import type { LogFormat } from '../format.ts';
import { format as accessFormat } from './access.ts';
import { format as cloudwatchFormat } from './cloudwatch.ts';
import { format as composeFormat } from './compose.ts';
import { format as containerStampFormat } from './container-stamp.ts';
import { format as crashFormat } from './crash.ts';
import { format as criFormat } from './cri.ts';
import { format as dockerJsonFormat } from './docker-json.ts';
import { format as journaldFormat } from './journald.ts';
import { format as jsonLinesFormat } from './json-lines.ts';
import { format as kubectlFormat } from './kubectl.ts';
import { format as logfmtFormat } from './logfmt.ts';
import { format as nginxErrorFormat } from './nginx-error.ts';
import { format as postgresFormat } from './postgres.ts';
import { format as springBootFormat } from './spring-boot.ts';
import { format as syslogFormat } from './syslog.ts';
import { format as textFormat } from './text.ts';

/** Every log format, by name. */
export const LOG_FORMATS: readonly LogFormat[] = [
  accessFormat,
  cloudwatchFormat,
  composeFormat,
  containerStampFormat,
  crashFormat,
  criFormat,
  dockerJsonFormat,
  journaldFormat,
  jsonLinesFormat,
  kubectlFormat,
  logfmtFormat,
  nginxErrorFormat,
  postgresFormat,
  springBootFormat,
  syslogFormat,
  textFormat,
];
