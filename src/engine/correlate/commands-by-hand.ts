/** Commands that somebody gave on a machine as another user, by what sudo and the audit daemon write: what they alter is in no release. */
import { append } from '../../domain/append.ts';
import type { EvidenceRef } from '../../domain/evidence.ts';
import { type EpochMs, MINUTE } from '../../domain/time.ts';
import type { Facts } from './facts.ts';

/** What somebody did in one sitting on one machine. */
export interface Sitting {
  readonly user: string;
  /** Null where the log does not say on which of several machines. */
  readonly machine: string | null;
  /** Of the last command before the failure. */
  readonly at: EpochMs;
  readonly commands: readonly string[];
  readonly evidence: readonly EvidenceRef[];
}

const SUDO = /(?:^|\s)([a-z_][\w.-]*) : (?:TTY=\S+ ; )?PWD=\S+ ; USER=\S+ ;(?: ENV=.*;)? COMMAND=(.{2,300})$/;
/** Commands that alter something; looking at it alters nothing. */
const ALTERS =
  /(?:^|\/)(?:vi|vim|nvim|nano|emacs|ed|sed -i|tee|cp|mv|rm|ln|truncate|dd|chmod|chown|install|rsync|kill|pkill|killall|reboot|shutdown|mount|umount|sysctl -w|iptables|ip6tables|nft|ufw|firewall-cmd|ip (?:addr|route|link|rule)|ifconfig|tc|modprobe|hostnamectl|timedatectl|date -s|apt(?:-get)?|dpkg|yum|dnf|rpm|snap|pip3?|gem|npm|systemctl (?:start|stop|restart|reload|enable|disable|mask|edit|daemon-reload|set-property)|service \S+ (?:start|stop|restart|reload)|nginx -s|apachectl|apache2ctl|a2(?:en|dis)\w+|pg_ctl|psql|mysql|redis-cli|rabbitmqctl|docker (?:run|stop|rm|restart|kill|update|compose)|kubectl (?:apply|edit|patch|delete|scale|set|replace|create|drain|cordon|rollout)|helm)\b/;
/** One after the other within this belongs to one piece of work. */
const SITTING_MS = 30 * MINUTE;
const TOLD = 3;

/** Latest first; those of the half hour before the failure, and of the minute after it began. */
export function sittingsBefore(facts: Facts): readonly Sitting[] {
  const onset = facts.detection.onsetAt;
  if (onset === null) return [];
  const given = facts.situation.patterns.flatMap((pattern) => {
    const machines = pattern.splits.filter(({ dimension }) => dimension === 'host');
    const machine = machines.length === 1 ? (machines[0]?.value ?? null) : null;
    return pattern.samples.flatMap(({ at, message, evidence }) => {
      const [, user = '', command = ''] = SUDO.exec(message) ?? [];
      const isNear = at !== null && at <= onset + MINUTE && onset - at <= SITTING_MS;
      return isNear && ALTERS.test(command) ? [{ user, machine, at, command, evidence }] : [];
    });
  });
  const sittings = new Map<string, typeof given>();
  for (const item of given.sort((a, b) => a.at - b.at || (a.command < b.command ? -1 : 1))) {
    const key = `${item.user}\n${item.machine ?? ''}`;
    append(sittings, key, item);
  }
  return [...sittings.values()]
    .flatMap((items): Sitting[] => {
      const last = items.at(-1);
      if (last === undefined) return [];
      const { user, machine, at } = last;
      const told = items.slice(-TOLD);
      return [
        {
          user,
          machine,
          at,
          commands: told.map(({ command }) => command.trim()),
          evidence: told.map(({ evidence }) => evidence),
        },
      ];
    })
    .sort((a, b) => b.at - a.at || (a.user < b.user ? -1 : 1));
}
