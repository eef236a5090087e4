/** Programs of a machine itself: what they log supports, where a service that runs on it fails too. */
const HOST_PROGRAM =
  /^(kernel|systemd(-[a-z]+)*|sshd|crond?|anacron|dockerd|containerd|kubelet|chronyd|ntpd|auditd|rsyslogd|networkmanager|sudo)$/;

export function isHostProgram(service: string | null): boolean {
  return service !== null && HOST_PROGRAM.test(service);
}
