/** Which names may be evidence and which folders never hold any. It looks at names only, never at content. */

/** Folders of version control, packages, caches and build output: what lies there was made from something else. */
const SKIPPED_FOLDERS = new Set([
  '.cache',
  '.eggs',
  '.git',
  '.gradle',
  '.hg',
  '.idea',
  '.mypy_cache',
  '.next',
  '.nuxt',
  '.parcel-cache',
  '.pnpm-store',
  '.pytest_cache',
  '.ruff_cache',
  '.svelte-kit',
  '.svn',
  '.terraform',
  '.tox',
  '.turbo',
  '.venv',
  '.vscode',
  '.yarn',
  '__pycache__',
  'bower_components',
  'build',
  'coverage',
  'dist',
  'node_modules',
  'site-packages',
  'target',
  'vendor',
  'venv',
]);

const EVIDENCE_NAME =
  /\.(log|log\.\d+|out|err|syslog|txt|jsonl|ndjson|json|csv|tsv|ya?ml|dsl|om|prom|metrics|toml|service|nomad|nomad\.hcl|patch|diff|mbox|export|journal|gz|zst)$|\.log[.-][\w.-]+$/i;
/** What people save in an incident and few here read: it is found so that it can be named as not read. */
const UNREAD_NAME =
  /\.(xml|lp|influx|line|parquet|avro|orc|xlsx?|ods|sqlite3?|pcapng?|evtx|etl|har|tar|tgz|zip|bz2|xz|lz4|7z|hprof|jfr|dmp|bundle)$/i;
/** Whatever it is called before that, nothing but a log ends so: `license-server.log` is no licence. */
const LOG_NAME = /\.(log|jsonl|ndjson)(\.\d+)?(\.(gz|zst))?$/i;
const SOURCE_NAME =
  /^(package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|tsconfig.*\.json|.*\.(min\.js|map)|requirements.*\.txt|CMakeLists\.txt|(LICENSE|LICENCE|NOTICE|COPYING|AUTHORS)([-._].*)?|CODEOWNERS|Makefile|GNUmakefile|Dockerfile.*|Containerfile|Gemfile|Rakefile|Jenkinsfile|Vagrantfile|Brewfile|Pipfile|README|CHANGELOG|WORKSPACE|BUILD|gradlew|mvnw|HEAD)$/i;

/** What people write about an incident. */
const WRITTEN_NAME = /(incident|timeline|post-?mortem|outage|chat|slack)[^/]*\.md$/i;

export function isSkippedFolder(name: string): boolean {
  return SKIPPED_FOLDERS.has(name);
}

/** Whether a file of this name is offered to the connectors; source code is left to the repository. */
export function mayBeEvidence(name: string): boolean {
  if (name.startsWith('.') || (SOURCE_NAME.test(name) && !LOG_NAME.test(name))) return false;
  return EVIDENCE_NAME.test(name) || WRITTEN_NAME.test(name) || UNREAD_NAME.test(name) || !name.includes('.');
}

/** `*` and `?` stay within a path segment, `**` crosses segments, `{a,b}` alternates. */
export function globToRegExp(glob: string): RegExp {
  const source = glob.replaceAll(/\*\*\/|\*\*|\*|\?|\{[^{}/]*\}|[\\^$.|+()[\]{}]/g, (token) => {
    if (token === '**/') return '(?:.*/)?';
    if (token === '**') return '.*';
    if (token === '*') return '[^/]*';
    if (token === '?') return '[^/]';
    if (token.startsWith('{') && token.length > 1)
      return `(?:${token.slice(1, -1).split(',').map(literally).join('|')})`;
    return `\\${token}`;
  });
  return new RegExp(`^${source}$`);
}

function literally(text: string): string {
  return text.replaceAll(/[\\^$.|?*+()[\]{}]/g, '\\$&');
}

export function isGlob(text: string): boolean {
  return /[*?{]/.test(text);
}
