/** Packages and their versions in dependency manifests and lockfiles, by name. Ranges are kept as written. */
import { baseName } from '../languages/detect.ts';

export interface PackageVersion {
  readonly version: string;
  readonly line: number;
}

type Packages = Map<string, PackageVersion>;

/** One regular expression a file kind; groups: name, version. Applied line by line. */
const LINE_RULES: readonly { readonly file: RegExp; readonly rule: RegExp }[] = [
  { file: /^go\.mod$/, rule: /^\s*(?:require\s+)?([\w.-]+\.[\w.-]+\/\S+|[\w-]+\.\w+\/\S+)\s+(v\S+)/ },
  { file: /^go\.sum$/, rule: /^(\S+) (v[^\s/]+) h1:/ },
  {
    file: /^(requirements.*|constraints.*)\.(txt|in)$/,
    rule: /^\s*([A-Za-z0-9][\w.-]*(?:\[[^\]]*\])?)\s*((?:[=~!<>]=?=?\s*[^;#\s]+,?\s*)+)/,
  },
  {
    file: /^Gemfile$|\.gemspec$/,
    rule: /^\s*(?:gem|\w+\.add_\w*dependency)\s*\(?["']([\w-]+)["']\s*,\s*["']([^"']+)["']/,
  },
  { file: /^Gemfile\.lock$/, rule: /^ {4}([\w.-]+) \(([^)]+)\)$/ },
  { file: /^(build\.gradle(\.kts)?)$/, rule: /["']([\w.-]+:[\w.-]+):([\w.+-]+)["']/ },
  {
    file: /\.(csproj|fsproj|props)$|^packages\.config$/,
    rule: /(?:Include|Update|id)="([\w.-]+)"\s+[vV]ersion="([^"]+)"/,
  },
  { file: /^mix\.exs$/, rule: /\{:(\w+),\s*"([^"]+)"/ },
  { file: /^setup\.(py|cfg)$/, rule: /["']?([A-Za-z][\w.-]*)((?:[=~<>]=)[\w.*]+)["']?/ },
  { file: /^pnpm-lock\.ya?ml$/, rule: /^\s{2,4}['"/]*(@?[^@'"\s]+)@([^:('"\s]+)/ },
  {
    file: /^(Cargo|pyproject|libs\.versions)\.toml$|^Pipfile$/,
    rule: /^\s*"?([A-Za-z][\w.-]*)"?\s*=\s*(?:\{.*?version(?:\.ref)?\s*=\s*)?"([\^~=<>!]*\s*\d[^"]*)"/,
  },
];

function byLines(text: string, rule: RegExp): Packages {
  const found: Packages = new Map();
  text.split(/\r?\n/).forEach((line, index) => {
    const match = line.length < 2_000 ? rule.exec(line) : null;
    if (match?.[1] !== undefined && !/^(version|name|edition|requires-python|python)$/.test(match[1]))
      found.set(match[1], { version: (match[2] ?? '').trim().replace(/^==/, ''), line: index + 1 });
  });
  return found;
}

/** `name` and `version` on lines of their own below a package header: Cargo.lock, poetry.lock, yarn.lock, composer.lock. */
function byBlocks(text: string): Packages {
  const found: Packages = new Map();
  let name: string | null = null;
  text.split(/\r?\n/).forEach((line, index) => {
    const header = /^"?(@?[^@"\s]+)@[^:]*:$/.exec(line) ?? /^\s*"?name"?\s*[=:]\s*"([^"]+)"/.exec(line);
    if (header !== null) name = header[1] ?? null;
    const version = /^\s*"?version"?\s*[=:]?\s*"([^"]+)"/.exec(line);
    if (version !== null && name !== null) {
      found.set(name, { version: version[1] ?? '', line: index + 1 });
      name = null;
    }
  });
  return found;
}

const NPM_SECTIONS =
  /"(?:dependencies|devDependencies|peerDependencies|optionalDependencies|resolutions|overrides|require|require-dev)"\s*:\s*\{/g;
const NPM_PARTS = /[{}]|"([^"\n]+)"\s*:\s*"([^"\n]+)"/g;

/** However it is laid out: a pair to a line, or all of a section in one. */
function npmManifest(text: string): Packages {
  const found: Packages = new Map();
  let [line, counted] = [1, 0];
  const lineAt = (index: number) => {
    for (; counted < index; counted += 1) if (text.charCodeAt(counted) === 10) line += 1;
    return line;
  };
  let end = 0;
  for (const section of text.matchAll(NPM_SECTIONS)) {
    if (section.index < end) continue;
    let depth = 1;
    NPM_PARTS.lastIndex = section.index + section[0].length;
    for (let part = NPM_PARTS.exec(text); part !== null && depth > 0; part = NPM_PARTS.exec(text)) {
      if (part[0] === '{') depth += 1;
      else if (part[0] === '}') depth -= 1;
      else if (part[1] !== undefined)
        found.set(part[1], { version: part[2] ?? '', line: lineAt(part.index) });
      end = part.index + part[0].length;
      if (depth === 0) break;
    }
  }
  return found;
}

function npmLock(text: string): Packages {
  const found: Packages = new Map();
  let name: string | null = null;
  text.split(/\r?\n/).forEach((line, index) => {
    const header = /^\s*"(?:.*node_modules\/)?([^"]+)"\s*:\s*\{/.exec(line);
    if (header !== null)
      name = line.includes('node_modules/') || /^ {4}"/.test(line) ? (header[1] ?? null) : null;
    const version = /^\s*"version"\s*:\s*"([^"]+)"/.exec(line);
    if (version !== null && name !== null && !/^(packages|dependencies)$/.test(name))
      found.set(name, { version: version[1] ?? '', line: index + 1 });
  });
  return found;
}

function maven(text: string): Packages {
  const found: Packages = new Map();
  const properties = new Map(
    [...text.matchAll(/<([\w.-]+)>([^<>${}]+)<\/\1>/g)].map((match) => [match[1] ?? '', match[2] ?? '']),
  );
  for (const match of text.matchAll(/<(dependency|plugin|parent)>([\s\S]*?)<\/\1>/g)) {
    const tag = (name: string) => new RegExp(`<${name}>\\s*([^<]+?)\\s*</${name}>`).exec(match[2] ?? '')?.[1];
    const artifact = tag('artifactId');
    const version = tag('version');
    if (artifact === undefined || version === undefined) continue;
    const property = /^\$\{([\w.-]+)\}$/.exec(version)?.[1];
    const before = text.slice(0, match.index + (match[2] ?? '').indexOf(version) + 1);
    const group = tag('groupId');
    found.set(group === undefined ? artifact : `${group}:${artifact}`, {
      version: property === undefined ? version : (properties.get(property) ?? version),
      line: before.split('\n').length,
    });
  }
  return found;
}

/** Array entries such as `"requests>=2.31"` of pyproject.toml. */
function pyproject(text: string): Packages {
  const found = byLines(
    text,
    /^\s*"?([A-Za-z][\w.-]*)"?\s*=\s*(?:\{.*?version\s*=\s*)?"([\^~=<>!]*\s*\d[^"]*)"/,
  );
  for (const [name, value] of byLines(
    text,
    /^\s*["']([A-Za-z][\w.-]*(?:\[[^\]]*\])?)\s*([=~!<>]=?[^"';]*)["']/,
  ))
    found.set(name, value);
  return found;
}

/** Empty for files that are no manifest; never throws. */
export function packagesOf(path: string, text: string): Packages {
  const name = baseName(path);
  if (name === 'package.json' || name === 'composer.json') return npmManifest(text);
  if (name === 'package-lock.json' || name === 'npm-shrinkwrap.json') return npmLock(text);
  if (name === 'pom.xml') return maven(text);
  if (name === 'pyproject.toml') return pyproject(text);
  if (/^(Cargo\.lock|poetry\.lock|uv\.lock|yarn\.lock|composer\.lock|Pipfile\.lock)$/.test(name))
    return byBlocks(text);
  const rule = LINE_RULES.find((each) => each.file.test(name));
  return rule === undefined ? new Map() : byLines(text, rule.rule);
}
