// `node tools/vectors/typescript.mjs`: makes tests/vectors/typescript.json anew, with the core as it is.

import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const OUT = "build/vectors/making.mjs";

await build({
  entryPoints: ["tests/unit/browser/core/making.ts"],
  outfile: OUT,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node22",
  packages: "external",
  logLevel: "error",
});
await import(pathToFileURL(OUT));
