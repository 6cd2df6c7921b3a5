// `node tools/vectors/typescript.mjs`: makes tests/vectors/typescript.json and callback-typescript.json anew, with the core as it is;
// with `callback` behind it the second alone.

import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const alone = process.argv[2] === "callback";
for (const name of alone ? ["making-callbacks"] : ["making", "making-callbacks"]) {
  const outfile = `build/vectors/${name}.mjs`;
  await build({
    entryPoints: [`tests/unit/browser/core/${name}.ts`],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node22",
    packages: "external",
    logLevel: "error",
  });
  await import(pathToFileURL(outfile));
}
