/** Whether a text is what people said to each other: exports of chats, pasted channels, timelines that somebody wrote. It judges nothing of what they said. */

/** Slack, Mattermost, Discord, Microsoft Teams: records with a person and a text. */
const EXPORTS: readonly RegExp[] = [
  /"type"\s*:\s*"message"[^{}]{0,4000}"ts"\s*:\s*"\d{9,11}\.\d{1,6}"/,
  /"ts"\s*:\s*"\d{9,11}\.\d{1,6}"[^{}]{0,4000}"type"\s*:\s*"message"/,
  /"(user|user_id|bot_id)"\s*:\s*"[UBW][A-Z0-9]{2,12}"[\s\S]{0,4000}"ts"\s*:\s*"\d{9,11}\.\d{1,6}"/,
  /"messageType"\s*:\s*"message"/,
  /"author"\s*:\s*\{[^{}]{0,600}"(username|name)"\s*:[\s\S]{0,2000}"content"\s*:/,
  /"content"\s*:\s*"[^{}]{0,4000}"author"\s*:\s*\{[^{}]{0,600}"(username|name)"\s*:/,
];

export function isChatExport(head: string): boolean {
  const start = head.slice(0, 16_000);
  return /^\uFEFF?\s*[[{]/.test(start) && EXPORTS.some((shape) => shape.test(start));
}

/** `dana  10:35 AM` above what she said; `[10:35 AM] Dana: …`; `10:35 <dana> …`; `01/03/2024, 10:35 - Dana: …`. */
const SPEAKERS: readonly RegExp[] = [
  /^\S[\w .'’-]{0,40}\s{1,4}(?:\[|APP\s+)?\d{1,2}:\d{2}\s?[AP]M\]?$/i,
  /^\[\d{1,2}:\d{2}\s?[AP]M\] ?[\w .'’-]{1,40}: \S/i,
  /^\[?\d{1,2}:\d{2}(?::\d{2})?\]?\s+<[@+~]?[\w[\]\\`^{}|-]{1,30}> \S/,
  /^\d{1,2}[/.]\d{1,2}[/.]\d{2,4}, \d{1,2}:\d{2}(?:\s?[AP]M)? - [\w .'’+-]{1,40}: \S/i,
  /^\[\d{1,2}[/.]\d{1,2}[/.]\d{2,4}, \d{1,2}:\d{2}:\d{2}(?:\s?[AP]M)?\] [A-Z][\w .'’+-]{1,40}: \S/,
];
/** `- 10:24 — v2 was deployed`, `| 10:24 | deploy |`, `**10:24** rollback`, `10:24 UTC: …`: minutes, as people note them. */
const NOTE =
  /^\s*(?:[-*•|>]|\d{1,3}[.)])\s*(?:\*\*|`|_)?(?:\d{4}-\d\d-\d\d )?~?\d{1,2}:\d{2}(?:\s?[AP]M)?(?:\s?(?:UTC|GMT|[A-Z]{2,4}T))?(?:\*\*|`|_)?\s*(?:[-–—|]|:\s|\s)\s*\S/i;

/** Lines of a pasted chat at which somebody begins to speak, and notes of a timeline. */
export function remarkLines(text: string): readonly number[] {
  return text
    .split('\n')
    .flatMap((line, index) =>
      SPEAKERS.some((shape) => shape.test(line.trimEnd())) || NOTE.test(line) ? [index + 1] : [],
    );
}

/** A quarter of the first lines and two of them at least. */
export function isPastedChat(head: string): boolean {
  const lines = head.split('\n', 60).filter((line) => line.trim() !== '');
  const found = remarkLines(lines.join('\n')).length;
  return found >= 2 && found >= lines.length / 4;
}
