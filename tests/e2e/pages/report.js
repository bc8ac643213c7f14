// For pages that check something in whatever browser opens them: `cargo xtask test firefox` opens each page of
// reports/ in Firefox and reads what it posts; a journey opens the same pages in Chromium and reads the element.

/**
 * Runs the checks, one after the other, shows and posts the names of those that passed and failed.
 * @param {Record<string, () => Promise<void>>} checks A check fails by throwing.
 */
export async function report(checks) {
  const passed = [];
  const failed = [];
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check();
      passed.push(name);
    } catch (reason) {
      failed.push(`${name}: ${reason}`);
    }
  }
  const output = document.createElement("output");
  output.textContent = JSON.stringify({ passed, failed });
  document.body.append(output);
  await fetch("/report", { method: "POST", body: output.textContent });
}
