// Makes build/assets: the catalogues, the frame, one loader for each language, the console, and assets.json, which
// names each by its hash. The same input gives the same bytes, and nothing is done while the input stays the same.

import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { build } from "esbuild";
import { minify } from "terser";

const OUT = "build/assets";
const STAMP = "build/assets.stamp";
const INPUTS = ["chat/browser/**/*", "chat/locales/*", "widget/**/*", "staff_console/**/*"];
const RECIPE = ["tools/build.mjs", "package-lock.json", "tsconfig.json"];
const BROWSERS = ["chrome103", "firefox115", "safari16.4"];

const sha256 = (data) => createHash("sha256").update(data).digest("hex");
const files = (patterns) => globSync(patterns, { withFileTypes: true }).filter((entry) => entry.isFile());
const paths = (patterns) =>
  files(patterns)
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

function fingerprint() {
  const lines = [...RECIPE, ...paths(INPUTS)].map((path) => `${path} ${sha256(readFileSync(path))}`);
  return sha256(lines.join("\n"));
}

/** Style sheets are imported as text, since a constructable style sheet is the one kind that every CSP allows. */
const styles = {
  name: "styles",
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => ({ contents: await styleSheet(path), loader: "text" }));
  },
};

async function styleSheet(path) {
  const options = { bundle: true, minify: true, write: false, target: BROWSERS, outdir: OUT };
  const { outputFiles } = await build({ entryPoints: [path], ...options });
  return outputFiles[0].text.trim();
}

/** What esbuild leaves on the table; its own output is the input, so that the order of things is decided once. */
async function smaller(code) {
  const { code: smallest } = await minify(code, { ecma: 2020, toplevel: true, compress: { passes: 3 } });
  return smallest;
}

class Folder {
  constructor(path) {
    this.path = path;
    this.packages = new Set();
    rmSync(path, { recursive: true, force: true });
    for (const kind of ["c", "f", "p", "s", "w"]) mkdirSync(join(path, kind), { recursive: true });
  }

  /** Writes `content` under its hash. A path is relative to this folder, and to the origin that serves it. */
  publish(kind, extension, content) {
    const path = `${kind}/${sha256(content).slice(0, 32)}.${extension}`;
    writeFileSync(join(this.path, path), content);
    return { path, integrity: `sha384-${createHash("sha384").update(content).digest("base64")}` };
  }

  async bundle(kind, entry, constants) {
    const { outputFiles, metafile } = await build({
      entryPoints: [entry],
      bundle: true,
      minify: true,
      write: false,
      metafile: true,
      format: "iife",
      target: BROWSERS,
      charset: "utf8",
      legalComments: "none",
      jsx: "automatic",
      jsxImportSource: "preact",
      define: Object.fromEntries(
        Object.entries(constants).map(([name, value]) => [name, JSON.stringify(value)]),
      ),
      plugins: [styles],
      logLevel: "error",
    });
    for (const input of Object.keys(metafile.inputs)) {
      const found = input.match(/(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*\/node_modules\/)/);
      if (found) this.packages.add(found[1]);
    }
    return this.publish(kind, "js", await smaller(outputFiles[0].text));
  }

  /** The notices that the licences of what is bundled ask to be carried along. */
  writeNotices() {
    const notices = [...this.packages].sort().map((name) => {
      const { version, license } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8"));
      const texts = paths([`node_modules/${name}/LICEN[CS]E*`]).map((path) =>
        readFileSync(path, "utf8").trim(),
      );
      return [`${name} ${version} (${license})`, ...texts].join("\n\n");
    });
    writeFileSync(join(this.path, "notices.txt"), `${notices.join("\n\n---\n\n")}\n`);
  }
}

/** The words that stand before the frame can say any. */
const early = ({ leave, frame, opening, failed }) => ({ leave, frame, opening, failed });
/** The languages in the order in which they are offered (domain.md, Languages). */
const ORDER = "sv sv-x-latt en ar so fa-AF fa ckb kmr ti tr sq bs uk ru pl fi ps ur".split(" ");
/** Written by us; every other language is a translation of these. */
const OURS = ["sv", "sv-x-latt", "en"];

/** What `catalogue` lacks is taken from `whole`: a word in another language is better than none. */
function completed(catalogue, whole) {
  if (typeof whole !== "object") return catalogue ?? whole;
  const keys = Object.keys({ ...whole, ...catalogue });
  return Object.fromEntries(
    keys.map((key) => [key, completed(catalogue?.[key], whole[key] ?? catalogue[key])]),
  );
}

function readCatalogues() {
  const read = (path) => [basename(path, ".json"), JSON.parse(readFileSync(path, "utf8"))];
  const found = Object.fromEntries(paths(["chat/locales/*.json"]).map(read));
  const { sv, en } = found;
  if (!sv || !en)
    throw new Error("sv.json or en.json is missing in chat/locales: the others fall back on them.");
  const tags = ORDER.filter((tag) => found[tag]);
  const fallen = (tag) =>
    tag.startsWith("sv")
      ? completed(completed(found[tag], sv), en)
      : completed(completed(found[tag], en), sv);
  return Object.fromEntries(tags.map((tag) => [tag, withSwedish(tag, fallen(tag), sv)]));
}

/** A translation that nobody has approved carries the Swedish of the words on which safety rests. */
function withSwedish(tag, words, sv) {
  if (OURS.includes(tag) || words.language.review === "approved") return words;
  const safety = readFileSync("chat/locales/safety.txt", "utf8").split("\n");
  return { ...words, swedish: picked(sv, safety) };
}

/** Only what stands at these keys, or below them. */
function picked(words, keys, path = "") {
  const kept = Object.entries(words).flatMap(([key, value]) => {
    const at = path + key;
    if (keys.includes(at)) return [[key, value]];
    if (!keys.some((wanted) => wanted.startsWith(`${at}.`))) return [];
    return [[key, picked(value, keys, `${at}.`)]];
  });
  return Object.fromEntries(kept);
}

/** tag → where the catalogue is, and how to name the language before it is fetched. */
function publishCatalogues(folder, catalogues, ...sections) {
  const publish = ([tag, words]) => {
    const carried = Object.fromEntries(sections.map((section) => [section, words[section]]));
    const { name, direction, review } = words.language;
    return [tag, { ...folder.publish("c", "json", JSON.stringify(carried)), name, direction, review }];
  };
  return Object.fromEntries(Object.entries(catalogues).map(publish));
}

/** As a bundle carries them: one hash of each, which is its name too. */
function pinned(folder, catalogues) {
  const pin = ([tag, { path, name, review }]) => {
    const content = readFileSync(join(folder.path, path));
    return [tag, { digest: createHash("sha256").update(content).digest("base64"), name, review }];
  };
  return Object.fromEntries(Object.entries(catalogues).map(pin));
}

async function buildInto(path) {
  const folder = new Folder(path);
  const catalogues = readCatalogues();
  const visitor = publishCatalogues(folder, catalogues, "language", "shared", "loader", "visitor", "swedish");
  const { sv, en } = catalogues;
  const staff = publishCatalogues(folder, { sv, en }, "language", "shared", "staff");
  const frame = await folder.bundle("f", "widget/frame/main.tsx", {
    __CATALOGUES__: pinned(folder, visitor),
  });
  const loader = {};
  for (const [tag, words] of Object.entries(catalogues)) {
    loader[tag] = await folder.bundle("w", "widget/loader/main.ts", {
      __FRAME__: frame,
      __WORDS__: early(words.loader),
      __LANGUAGE__: tag,
      __DIRECTION__: words.language.direction,
    });
  }
  const console_ = await folder.bundle("s", "staff_console/src/main.tsx", {
    __CATALOGUES__: pinned(folder, staff),
    __LANGUAGES__: Object.fromEntries(
      Object.entries(catalogues).map(([tag, { language }]) => [tag, language]),
    ),
  });
  const style = folder.publish("p", "css", await styleSheet("widget/templates/pages.css"));
  folder.writeNotices();
  const assets = { loader, frame, console: console_, style, catalogues: { visitor, staff } };
  writeFileSync(join(path, "assets.json"), `${JSON.stringify(assets, null, 2)}\n`);
}

const wanted = fingerprint();
if (existsSync(join(OUT, "assets.json")) && existsSync(STAMP) && readFileSync(STAMP, "utf8") === wanted) {
  process.exit(0);
}
console.log("Making the bundles");
mkdirSync(dirname(OUT), { recursive: true });
rmSync(STAMP, { force: true });
await buildInto(`${OUT}.new`).catch(({ errors, message }) => {
  if (!errors) console.error(message); // esbuild has shown its own
  process.exit(1);
});
rmSync(OUT, { recursive: true, force: true });
renameSync(`${OUT}.new`, OUT);
writeFileSync(STAMP, wanted);
