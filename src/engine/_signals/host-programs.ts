/** Programs of a machine itself: what they log supports, where a service that runs on it fails too. */
const HOST_PROGRAM =
  /^(kernel|systemd(-[a-z]+)*|sshd|crond?|anacron|dockerd|containerd|kubelet|chronyd|ntpd|auditd|rsyslogd|networkmanager|smartd|mcelog|rasdaemon|sudo)$/;

export function isHostProgram(service: string | null): boolean {
  return service !== null && HOST_PROGRAM.test(service);
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
