/** Programs of a machine itself: what they log supports, where a service that runs on it fails too. */
const NAMES =
  /^(kernel|systemd(-[a-z]+)*|sshd|crond?|anacron|dockerd|containerd|kubelet|chronyd|ntpd|auditd|rsyslogd|networkmanager|smartd|mcelog|rasdaemon|sudo|supervisord?|monit|runit|s6-supervise)$/;

export function isHostProgram(service: string | null): boolean {
  return service !== null && NAMES.test(service);
}

/** Programs that watch others: what they complain of is seldom what users feel. */
const WATCHER =
  /^((prometheus-)?(node|postgres|redis|mysqld?|blackbox)-exporter|blackbox|prometheus|alertmanager|grafana(-agent)?|otel-?col(lector)?|promtail|fluent-?(bit|d)|filebeat|telegraf)$/;

/** Whether nobody is served by it: a program of the machine, or one that watches. */
export function servesNobody(service: string | null): boolean {
  return isHostProgram(service) || isWatcher(service);
}

export function isWatcher(service: string | null): boolean {
  return service !== null && WATCHER.test(service);
}

/** Attribute of a record that is laid to the only service: which program of the machine wrote it. */
export const HOST_PROGRAM = 'host.program';

/** Whether a program of the machine wrote it, whoever it is laid to. */
export function isOfHostProgram({
  service,
  attributes,
}: {
  readonly service: string | null;
  readonly attributes: Readonly<Record<string, string>>;
}): boolean {
  return isHostProgram(service) || attributes[HOST_PROGRAM] !== undefined;
}
