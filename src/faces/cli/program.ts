/** Every command and option of the command line, with examples. Nothing is loaded here but the parser; a command loads what it runs. */
import { type Command, createCommand, createOption } from 'commander';
import { type CommandShape, commandWords } from '../../app/operation.ts';
import { COMMAND_SHAPES } from '../../app/operations/commands.generated.ts';

const FORMATS = ['text', 'markdown', 'json', 'html'];
const collect = (value: string, earlier: readonly string[]) => [...earlier, value];

const ROOT_HELP = `
Examples:
  $ wicked-platform incident "500 errors spiking on checkout API"
  $ wicked-platform incident "checkout is slow" --dir ./evidence --now 2024-01-15T14:41:00Z
  $ kubectl logs deploy/checkout-api --since=2h | wicked-platform incident "500 errors" --logs -
  $ wicked-platform incident --rollback-decision
  $ wicked-platform demo

Exit codes: 0 triaged, 1 failed, 2 wrong usage, 3 no evidence found, 130 interrupted.
`;

const INCIDENT_HELP = `
Examples:
  Triage what lies in this directory and in its git history:
  $ wicked-platform incident "500 errors spiking on checkout API, customers unable to complete purchases"

  Name the evidence and the time:
  $ wicked-platform incident "checkout fails" --dir ./evidence --logs 'logs/*.gz' --now 2024-01-15T14:41:00Z

  Ask the cluster and Prometheus as well, read-only:
  $ wicked-platform incident "checkout fails" --source kubernetes --source prometheus=http://127.0.0.1:9090

  Answer an open question:
  $ wicked-platform incident "checkout fails" --answer payment-service.latencyP99Ms=800

  The stored incident of this directory:
  $ wicked-platform incident --rollback-decision
  $ wicked-platform incident --postmortem --out postmortem.md

  Did the rollback help? Once, or watching until it is settled, on the same evidence:
  $ wicked-platform incident --verify --dir ./evidence
  $ wicked-platform incident --verify --follow --since 2024-01-15T14:45:00Z

  Keep all that was known, and replay it as of an earlier time:
  $ wicked-platform incident "checkout fails" --save-snapshot incident.json
  $ wicked-platform incident --snapshot incident.json --as-of 2024-01-15T14:30:00Z
`;

const INCIDENTS_HELP = `
Examples:
  $ wicked-platform incidents
  $ wicked-platform incidents note INC-7 "Support has told customers"
  $ wicked-platform incidents answer INC-7 activeUsers=16000
  $ wicked-platform incidents resolve INC-7 "Rolled back to v2.4.0"
`;

const MCP_HELP = `
Examples:
  $ wicked-platform mcp
  $ wicked-platform mcp --root ~/shop --root ~/shop-logs
  $ WP_TOKEN="$(openssl rand -hex 32)" wicked-platform mcp --http --host 0.0.0.0 --token-env WP_TOKEN --root /srv/evidence
`;

export type Exit = (code: Promise<number>) => Promise<void>;

/** `exit` receives the exit code of whatever command runs. */
export function createProgram(version: string, exit: Exit): Command {
  const program = createCommand('wicked-platform')
    .description(
      'Incident triage from your logs, git history and deployments: what broke, which change did it, whether to roll back.',
    )
    .version(version, '-V, --version', 'Print the version')
    .helpOption('-h, --help', 'Print help')
    .helpCommand('help [command]', 'Print the help of a command')
    .addHelpText('after', ROOT_HELP)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ outputError: () => undefined });
  addIncident(program, exit);
  addIncidents(program, exit);
  addDoctor(program, exit);
  addInit(program, exit);
  addDemo(program, exit);
  addOperations(program, exit);
  addMcp(program, version, exit);
  addHook(program, exit);
  addCompletion(program, exit);
  return program;
}

function formatOption() {
  return createOption(
    '--format <format>',
    'Default: text on a terminal, markdown elsewhere, or by the name of --out',
  ).choices(FORMATS);
}

function sourceOption() {
  return createOption(
    '--source <name[=url]>',
    'Ask a live source too: kubernetes, argo-cd, github, prometheus, alertmanager (repeatable)',
  )
    .argParser(collect)
    .default([], '');
}

function storeOption() {
  return createOption(
    '--store <dir>',
    "Where incidents are kept (default: $WICKED_PLATFORM_STORE, else the system's state folder)",
  );
}

function addIncident(program: Command, exit: Exit): void {
  const incident = program
    .command('incident')
    .argument('[symptom]', 'What people see, in quotes')
    .summary('Triage an incident, or show the stored one')
    .description(
      'Triage: what is broken, since when, which change did it, who is hurt, roll back or not. Without a symptom: a view of the stored incident.',
    )
    .addHelpText('after', INCIDENT_HELP);
  addPlaceOptions(incident);
  addTimeOptions(incident);
  addOutputOptions(incident);
  addViewOptions(incident);
  addVerifyOptions(incident);
  incident.action((symptom: string | undefined, flags) =>
    exit(
      flags.verify === true || flags.follow === true
        ? import('./verify-command.ts').then(({ verifyCommand }) => verifyCommand(symptom, flags))
        : import('./incident-command.ts').then(({ incidentCommand }) => incidentCommand(symptom, flags)),
    ),
  );
}

function addPlaceOptions(incident: Command): void {
  incident
    .optionsGroup('Where to look:')
    .option('--dir <dir>', 'Evidence directory: logs, metrics, deployments, git', '.')
    .option(
      '--logs <path>',
      'A log file, folder, quoted glob, or - for standard input (repeatable)',
      collect,
      [],
    )
    .option('--repo <dir>', 'A further git repository (repeatable)', collect, [])
    .addOption(sourceOption())
    .option('--service <name>', 'The service that people complain about');
}

function addTimeOptions(incident: Command): void {
  incident
    .optionsGroup('Time:')
    .option('--now <time>', 'Time of the triage, ISO 8601 (default: the clock, or the end of old evidence)')
    .option('--as-of <time>', 'Know only what was known then')
    .option('--since <time>', 'Nothing before: ISO 8601, or 2h before now')
    .option('--until <time>', 'Nothing after')
    .option('--zone <zone>', 'Zone of log times that name none, such as Europe/Berlin or +02:00');
}

function addOutputOptions(incident: Command): void {
  incident
    .optionsGroup('Answers and output:')
    .option('--answer <key=value>', 'Answer an open question (repeatable)', collect, [])
    .option('--no-input', 'Never ask')
    .addOption(formatOption())
    .option('--out <file>', 'Write the report to a file instead of stdout')
    .option(
      '--explain',
      'Let the language model that you set up retell the report below it, checked against it',
    )
    .option('--save-snapshot <file>', 'Keep all that was collected')
    .option('--snapshot <file>', 'Replay a kept snapshot instead of reading evidence')
    .addOption(storeOption());
}

function addViewOptions(incident: Command): void {
  incident
    .optionsGroup('Views of the stored incident, or of this triage:')
    .option('--rollback-decision', 'Roll back or not, why, and with which command')
    .option('--patch', 'The hotfix alone, for git apply')
    .option('--root-cause', 'The cause with its evidence')
    .option('--blast-radius', 'Who is hurt')
    .option('--timeline', 'What happened when')
    .option('--status-update', 'A few sentences for people who wait')
    .option('--postmortem', 'A draft of the postmortem')
    .option('--report', 'The whole report')
    .option('--incident <id>', 'The stored incident with this id instead of the current one');
}

function addVerifyOptions(incident: Command): void {
  incident
    .optionsGroup('After a mitigation:')
    .option('--verify', 'Did it work? Measure the criteria again (here --since is when it was done)')
    .option('--follow', 'With --verify: measure again until it is settled')
    .option('--interval <span>', 'With --follow: how often (default: 30s)')
    .option('--quiet <span>', 'With --verify: how long it must be quiet to count as resolved (default: 5m)');
}

function addIncidents(program: Command, exit: Exit): void {
  const incidents = program
    .command('incidents')
    .summary('List incidents; show, note, answer, resolve one')
    .description('The stored incidents.')
    .addHelpText('after', INCIDENTS_HELP);
  const load = () => import('./incidents-command.ts');
  addList(incidents, exit);
  incidents
    .command('show')
    .argument('<id>', 'Such as INC-7')
    .description('What is known and was recorded')
    .addOption(createOption('--format <format>').choices(['text', 'json']))
    .addOption(storeOption())
    .action((id: string, flags) => exit(load().then(({ showIncident }) => showIncident(id, flags))));
  incidents
    .command('note')
    .argument('<id>')
    .argument('<text>', 'What happened or was done, in quotes')
    .description('Add a note to the record')
    .option('--at <time>', 'When it happened (default: now)')
    .option('--actor <name>', 'Who (default: you)')
    .addOption(storeOption())
    .action((id: string, text: string, flags) =>
      exit(load().then(({ noteIncident }) => noteIncident(id, text, flags))),
    );
  addAnswer(incidents, exit);
  incidents
    .command('resolve')
    .argument('<id>')
    .argument('[text]', 'What resolved it, in quotes')
    .description('Close the incident')
    .option('--at <time>', 'When it was resolved (default: now)')
    .option('--actor <name>', 'Who (default: you)')
    .addOption(storeOption())
    .action((id: string, text: string | undefined, flags) =>
      exit(load().then(({ resolveIncident }) => resolveIncident(id, text, flags))),
    );
}

function addList(incidents: Command, exit: Exit): void {
  incidents
    .command('list', { isDefault: true })
    .description('List them, newest first')
    .option('--dir <dir>', 'Only those of this directory')
    .addOption(createOption('--format <format>').choices(['text', 'json']))
    .addOption(storeOption())
    .action((flags) =>
      exit(import('./incidents-command.ts').then(({ listIncidents }) => listIncidents(flags))),
    );
}

function addAnswer(incidents: Command, exit: Exit): void {
  incidents
    .command('answer')
    .argument('<id>')
    .argument('<key=value...>', 'Answers to open questions')
    .description('Answer open questions and triage again')
    .option('--dir <dir>', 'Evidence directory (default: that of the incident)')
    .option('--logs <path>', 'As in a triage (repeatable)', collect, [])
    .addOption(sourceOption())
    .option('--now <time>', 'Time of the triage (default: that of the last one)')
    .option('--actor <name>', 'Who (default: you)')
    .addOption(formatOption())
    .option('--out <file>', 'Write the report to a file')
    .addOption(storeOption())
    .action((id: string, pairs: readonly string[], flags) =>
      exit(import('./incidents-command.ts').then(({ answerIncident }) => answerIncident(id, pairs, flags))),
    );
}

function addDoctor(program: Command, exit: Exit): void {
  program
    .command('doctor')
    .summary('Say what evidence is here, what it covers and what is missing')
    .description(
      'Which file is what, which services and times are covered, what is missing and what would help most.',
    )
    .addHelpText('after', '\nExample:\n  $ wicked-platform doctor --dir ./evidence\n')
    .option('--dir <dir>', 'Evidence directory: logs, metrics, deployments, git', '.')
    .option('--logs <path>', 'As in a triage (repeatable)', collect, [])
    .option('--repo <dir>', 'A further git repository (repeatable)', collect, [])
    .addOption(sourceOption())
    .option('--now <time>', 'Leave out what is later (default: the clock, or the end of old evidence)')
    .addOption(createOption('--format <format>').choices(['text', 'json']))
    .action((flags) => exit(import('./doctor-command.ts').then(({ doctorCommand }) => doctorCommand(flags))));
}

function addInit(program: Command, exit: Exit): void {
  program
    .command('init')
    .summary('Write a commented wicked-platform.yaml from what is here')
    .description(
      'Writes wicked-platform.yaml with the services, folders and dependencies that were discovered, and comments for what only people know.',
    )
    .addHelpText('after', '\nExample:\n  $ wicked-platform init --dir ./evidence\n')
    .option('--dir <dir>', 'Evidence directory, where the file is written', '.')
    .option('--logs <path>', 'As in a triage (repeatable)', collect, [])
    .option('--repo <dir>', 'A further git repository (repeatable)', collect, [])
    .addOption(sourceOption())
    .option('--force', 'Write it anew where there is one: its settings are kept, its comments are not')
    .action((flags) => exit(import('./init-command.ts').then(({ initCommand }) => initCommand(flags))));
}

function addDemo(program: Command, exit: Exit): void {
  program
    .command('demo')
    .summary('Triage a made-up incident with full evidence')
    .description(
      'Lays a shop with a bad release out in a temporary folder, triages it and prints the report.',
    )
    .addOption(formatOption())
    .option('--out <file>', 'Write the report to a file')
    .action((flags) => exit(import('./demo-command.ts').then(({ demoCommand }) => demoCommand(flags))));
}

/** Operations that have a command of their own above; every other one gets its command from its input. */
const HAND_WRITTEN = new Set([
  'doctor',
  'incident',
  'incident-answer',
  'incident-note',
  'incident-resolve',
  'incident-show',
  'incident-verify',
  'incident-view',
  'incidents',
  'init',
]);

function addOperations(program: Command, exit: Exit): void {
  for (const shape of COMMAND_SHAPES) if (!HAND_WRITTEN.has(shape.name)) addOperation(program, shape, exit);
}

function addOperation(program: Command, shape: CommandShape, exit: Exit): void {
  const words = commandWords(shape.name);
  const parent = words.length > 1 ? program.commands.find((each) => each.name() === words[0]) : program;
  const command = (parent ?? program)
    .command(words.at(-1) ?? shape.name)
    .description(shape.summary.replace(/\.$/, ''));
  for (const input of shape.inputs) {
    const { name, kind, required, choices, description } = input;
    if (name === 'incident') {
      command.argument(required ? '<id>' : '[id]', description);
      continue;
    }
    const dashed = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const value = kind === 'pairs' ? ' <key=value>' : ` <${kind === 'number' ? 'number' : 'value'}>`;
    const repeatable = kind === 'pairs' || kind === 'list';
    const option = createOption(
      `--${dashed}${kind === 'flag' ? '' : value}`,
      `${description}${repeatable ? ' (repeatable)' : ''}`,
    ).makeOptionMandatory(required);
    if (repeatable) option.argParser(collect).default([], '');
    command.addOption(choices.length > 0 ? option.choices([...choices]) : option);
  }
  command
    .addOption(createOption('--format <format>').choices(['text', 'json']))
    .addOption(storeOption())
    .action((...given: readonly unknown[]) => {
      // commander hands over the arguments, then the options, then the command.
      const flags = given.at(-2);
      const id = given.length > 2 ? given[0] : undefined;
      return exit(
        import('./operation-command.ts').then(({ operationCommand }) => operationCommand(shape, id, flags)),
      );
    });
}

function addMcp(program: Command, version: string, exit: Exit): void {
  program
    .command('mcp')
    .summary('Serve agents over the Model Context Protocol')
    .description(
      'Triage, decision, evidence and record as tools for an agent, over standard input and output or HTTP. It runs no command and reads nothing outside its roots.',
    )
    .addHelpText('after', MCP_HELP)
    .option(
      '--root <dir>',
      'A folder that calls may read; the first is what relative paths start from (repeatable, default: the working directory)',
      collect,
      [],
    )
    .addOption(sourceOption())
    .addOption(storeOption())
    .option('--http', 'Serve over HTTP instead, for a team; it stays until it is stopped')
    .option(
      '--host <address>',
      'With --http: where to listen; other than loopback needs a token (default: 127.0.0.1)',
    )
    .option('--port <port>', 'With --http: which port, 0 for a free one (default: 3917)')
    .option('--token-env <name>', 'With --http: the variable that holds the token which callers must send')
    .action((flags) => exit(import('./mcp-command.ts').then(({ mcpCommand }) => mcpCommand(version, flags))));
}

function addHook(program: Command, exit: Exit): void {
  const load = () => import('./hook-command.ts');
  const hook = program
    .command('hook')
    .summary("Answer a coding agent's hook; its plugin runs this")
    .description(
      "Reads the client's JSON on standard input and answers in it: asks before a rollback, says when an incident is open. Silent where there is nothing to say.",
    );
  hook
    .command('event', { isDefault: true })
    .description('Answer the event on standard input')
    .addOption(storeOption())
    .action((flags) => exit(load().then(({ hookCommand }) => hookCommand(flags))));
  hook
    .command('answer')
    .argument('<skill>', 'The skill that is being shown')
    .description('Print what a skill of the plugin shows first')
    .option('--session <id>', 'Session of the client, to find what was said after the skill')
    .addOption(storeOption())
    .action((skill: string, flags) =>
      exit(load().then(({ answerCommand }) => answerCommand(program, skill, flags))),
    );
}

function addCompletion(program: Command, exit: Exit): void {
  program
    .command('completion')
    .argument('<shell>', 'bash, zsh, fish or powershell')
    .summary('Print a completion script for your shell')
    .description('Print a script that completes commands and options.')
    .addHelpText('after', '\nExample:\n  $ source <(wicked-platform completion bash)\n')
    .action((shell: string) =>
      exit(import('./completion.ts').then(({ completionScript }) => completionScript(program, shell))),
    );
}
