/**
 * Completes package-lock.json: npm leaves out an optional package of another system (a binary for macOS, say) that the
 * registry at hand does not carry, and `npm ci` then refuses the file everywhere. What such an entry must say follows
 * from the name and the exact version that its parent asks for; npm adds the rest where it installs it.
 */

/** @typedef {Record<string, any>} LockedPackage */

const OS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const CPU = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];

/**
 * The systems a binary package is for, read from its name: `@biomejs/cli-linux-x64-musl`.
 * @param {string} name
 */
function systemOf(name) {
  const words = name.split(/[-/]/);
  const os = OS.filter((word) => words.includes(word));
  const cpu = CPU.filter((word) => words.includes(word));
  const musl = words.some((word) => word.startsWith('musl'));
  const gnu = words.some((word) => word.startsWith('gnu'));
  const libc = [...(musl ? ['musl'] : []), ...(gnu ? ['glibc'] : [])];
  return {
    ...(cpu.length > 0 && { cpu }),
    ...(libc.length > 0 && { libc }),
    optional: true,
    ...(os.length > 0 && { os }),
  };
}

/**
 * Whether the lock has `name` somewhere where the package at `path` would find it.
 * @param {Record<string, LockedPackage>} packages
 * @param {string} path
 * @param {string} name
 */
function isLocked(packages, path, name) {
  const parents = path
    .split('/node_modules/')
    .map((_, index, parts) => parts.slice(0, index + 1).join('/node_modules/'));
  return [`node_modules/${name}`, ...parents.map((parent) => `${parent}/node_modules/${name}`)].some(
    (candidate) => candidate in packages,
  );
}

/**
 * The text of package-lock.json with every optional dependency in it. Unchanged where nothing is missing.
 * @param {string} text
 */
export function completeLock(text) {
  const lock = JSON.parse(text);
  /** @type {Record<string, LockedPackage>} */
  const packages = lock.packages;
  /** @type {Record<string, LockedPackage>} */
  const added = {};
  for (const [path, locked] of Object.entries(packages)) {
    if (path === '') continue;
    for (const [name, version] of Object.entries(locked['optionalDependencies'] ?? {})) {
      if (isLocked(packages, path, name) || !/^\d+\.\d+\.\d+/.test(String(version))) continue;
      const dev = locked['dev'] === true ? { dev: true } : {};
      const { cpu, libc, optional, os } = /** @type {LockedPackage} */ (systemOf(name));
      added[`node_modules/${name}`] = {
        version,
        ...(cpu && { cpu }),
        ...dev,
        ...(libc && { libc }),
        optional,
        ...(os && { os }),
      };
    }
  }
  if (Object.keys(added).length === 0) return text;
  const paths = [...Object.keys(packages), ...Object.keys(added)].sort((a, b) => a.localeCompare(b, 'en'));
  lock.packages = Object.fromEntries(paths.map((path) => [path, packages[path] ?? added[path]]));
  return `${JSON.stringify(lock, null, 2)}\n`;
}
