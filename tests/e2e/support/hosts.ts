// The addresses that `cargo xtask e2e` sets. Each host has an origin of its own and serves the same build under /a/b/,
// and tests/e2e/pages/ under /pages/.

/** A setting from the environment. Throws when it is missing: then the journeys were not started by xtask. */
export function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the journeys with \`cargo xtask e2e\``);
  return value;
}

/** As most hosts serve it: files may be read from other origins. Ends in a slash. */
export const plain = setting("HEADROOM_BASE_URL");
/** The same on another origin, for pages that embed. */
export const other = setting("HEADROOM_OTHER_URL");
/** With a strict Content-Security-Policy in the header. */
export const strict = setting("HEADROOM_STRICT_URL");
/** Without `Access-Control-Allow-Origin`. */
export const unshared = setting("HEADROOM_UNSHARED_URL");

/** The page `name` of tests/e2e/pages/ on the host of `address`. */
export function testPage(address: string, name: string): string {
  return new URL(`/pages/${name}`, address).href;
}

const root = typeof process.getuid === "function" && process.getuid() === 0;

/** How to start Chromium: the machine's own, not one that Playwright downloads. */
export const browser = {
  executablePath: setting("HEADROOM_CHROMIUM"),
  // Chromium refuses its own sandbox to root.
  args: root ? ["--no-sandbox"] : [],
};
