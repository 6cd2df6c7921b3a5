// Runs the unit tests of the browsers' side: each tests/**/*.test.ts is bundled as it is for a browser, and given to
// Node's own test runner. They run in the root of the checkout.

import { spawnSync } from "node:child_process";
import { globSync, rmSync } from "node:fs";
import { build } from "esbuild";

const OUT = "build/tests";

const tests = globSync(["tests/**/*.test.ts", "tests/**/*.test.tsx"]).sort();
if (tests.length === 0) throw new Error("No test was found under tests/.");
rmSync(OUT, { recursive: true, force: true });
await build({
  entryPoints: tests,
  outbase: "tests",
  outdir: OUT,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node22",
  packages: "external",
  sourcemap: "inline",
  jsx: "automatic",
  jsxImportSource: "preact",
  loader: { ".css": "text" },
  logLevel: "error",
});
// Some only wait for a clock; Node would run one file at a time on two cores.
const run = ["--enable-source-maps", "--test", "--test-concurrency=4", `${OUT}/**/*.test.mjs`];
process.exit(spawnSync(process.execPath, run, { stdio: "inherit" }).status ?? 1);
