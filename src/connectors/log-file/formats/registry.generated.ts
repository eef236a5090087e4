// Written by `npm run gen`. Do not edit: add a folder or a file and run it again.
import type { LogFormat } from '../format.ts';
import { format as accessFormat } from './access.ts';
import { format as androidLogcatFormat } from './android-logcat.ts';
import { format as auditdFormat } from './auditd.ts';
import { format as awsVpcFlowFormat } from './aws-vpc-flow.ts';
import { format as bareRequestFormat } from './bare-request.ts';
import { format as bracketedFormat } from './bracketed.ts';
import { format as buildkiteFormat } from './buildkite.ts';
import { format as cefFormat } from './cef.ts';
import { format as cephFormat } from './ceph.ts';
import { format as chromiumFormat } from './chromium.ts';
import { format as ciscoFormat } from './cisco.ts';
import { format as cloudwatchFormat } from './cloudwatch.ts';
import { format as colonSeparatedFormat } from './colon-separated.ts';
import { format as columnsFormat } from './columns.ts';
import { format as composeFormat } from './compose.ts';
import { format as containerStampFormat } from './container-stamp.ts';
import { format as couchbaseFormat } from './couchbase.ts';
import { format as crashFormat } from './crash.ts';
import { format as criFormat } from './cri.ts';
import { format as csvLineFormat } from './csv-line.ts';
import { format as datedEventFormat } from './dated-event.ts';
import { format as db2diagFormat } from './db2diag.ts';
import { format as dockerJsonFormat } from './docker-json.ts';
import { format as dotnetConsoleFormat } from './dotnet-console.ts';
import { format as erlangReportFormat } from './erlang-report.ts';
import { format as esxiSyslogFormat } from './esxi-syslog.ts';
import { format as flyFormat } from './fly.ts';
import { format as gcpLogEntryFormat } from './gcp-log-entry.ts';
import { format as gelfFormat } from './gelf.ts';
import { format as ginFormat } from './gin.ts';
import { format as glogFormat } from './glog.ts';
import { format as haproxyFormat } from './haproxy.ts';
import { format as ibmMqFormat } from './ibm-mq.ts';
import { format as javaUtilLoggingFormat } from './java-util-logging.ts';
import { format as journaldFormat } from './journald.ts';
import { format as jsonLinesFormat } from './json-lines.ts';
import { format as kubectlFormat } from './kubectl.ts';
import { format as labelledFormat } from './labelled.ts';
import { format as labelledStreamFormat } from './labelled-stream.ts';
import { format as lambdaFormat } from './lambda.ts';
import { format as logfmtFormat } from './logfmt.ts';
import { format as macosUnifiedFormat } from './macos-unified.ts';
import { format as mongodbFormat } from './mongodb.ts';
import { format as monologFormat } from './monolog.ts';
import { format as mssqlFormat } from './mssql.ts';
import { format as mysqlFormat } from './mysql.ts';
import { format as nagiosFormat } from './nagios.ts';
import { format as nestFormat } from './nest.ts';
import { format as nextcloudFormat } from './nextcloud.ts';
import { format as nginxErrorFormat } from './nginx-error.ts';
import { format as objectTextFormat } from './object-text.ts';
import { format as openldapFormat } from './openldap.ts';
import { format as oracleDiagnosticFormat } from './oracle-diagnostic.ts';
import { format as otlpJsonFormat } from './otlp-json.ts';
import { format as phpErrorFormat } from './php-error.ts';
import { format as pm2Format } from './pm2.ts';
import { format as postgresFormat } from './postgres.ts';
import { format as rabbitmqFormat } from './rabbitmq.ts';
import { format as rawEventFormat } from './raw-event.ts';
import { format as redisFormat } from './redis.ts';
import { format as rubyLoggerFormat } from './ruby-logger.ts';
import { format as sapHanaFormat } from './sap-hana.ts';
import { format as serilogClefFormat } from './serilog-clef.ts';
import { format as springBootFormat } from './spring-boot.ts';
import { format as squidFormat } from './squid.ts';
import { format as sssdFormat } from './sssd.ts';
import { format as syslogFormat } from './syslog.ts';
import { format as tabbedFormat } from './tabbed.ts';
import { format as taggedObjectFormat } from './tagged-object.ts';
import { format as textFormat } from './text.ts';
import { format as uwsgiFormat } from './uwsgi.ts';
import { format as vmwareVmxFormat } from './vmware-vmx.ts';
import { format as w3cFormat } from './w3c.ts';
import { format as weblogicFormat } from './weblogic.ts';
import { format as websphereFormat } from './websphere.ts';
import { format as xmlRecordFormat } from './xml-record.ts';
import { format as zabbixFormat } from './zabbix.ts';

/** Every log format, by name. */
export const LOG_FORMATS: readonly LogFormat[] = [
  accessFormat,
  androidLogcatFormat,
  auditdFormat,
  awsVpcFlowFormat,
  bareRequestFormat,
  bracketedFormat,
  buildkiteFormat,
  cefFormat,
  cephFormat,
  chromiumFormat,
  ciscoFormat,
  cloudwatchFormat,
  colonSeparatedFormat,
  columnsFormat,
  composeFormat,
  containerStampFormat,
  couchbaseFormat,
  crashFormat,
  criFormat,
  csvLineFormat,
  datedEventFormat,
  db2diagFormat,
  dockerJsonFormat,
  dotnetConsoleFormat,
  erlangReportFormat,
  esxiSyslogFormat,
  flyFormat,
  gcpLogEntryFormat,
  gelfFormat,
  ginFormat,
  glogFormat,
  haproxyFormat,
  ibmMqFormat,
  javaUtilLoggingFormat,
  journaldFormat,
  jsonLinesFormat,
  kubectlFormat,
  labelledFormat,
  labelledStreamFormat,
  lambdaFormat,
  logfmtFormat,
  macosUnifiedFormat,
  mongodbFormat,
  monologFormat,
  mssqlFormat,
  mysqlFormat,
  nagiosFormat,
  nestFormat,
  nextcloudFormat,
  nginxErrorFormat,
  objectTextFormat,
  openldapFormat,
  oracleDiagnosticFormat,
  otlpJsonFormat,
  phpErrorFormat,
  pm2Format,
  postgresFormat,
  rabbitmqFormat,
  rawEventFormat,
  redisFormat,
  rubyLoggerFormat,
  sapHanaFormat,
  serilogClefFormat,
  springBootFormat,
  squidFormat,
  sssdFormat,
  syslogFormat,
  tabbedFormat,
  taggedObjectFormat,
  textFormat,
  uwsgiFormat,
  vmwareVmxFormat,
  w3cFormat,
  weblogicFormat,
  websphereFormat,
  xmlRecordFormat,
  zabbixFormat,
];
