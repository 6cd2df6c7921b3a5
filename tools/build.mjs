// Makes build/assets: the catalogues, for each language a frame with its words and a loader that pins it, the frame's parts,
// the console, and assets.json, which names each by its hash; beside each its bytes as brotli. The same input gives the same
// bytes, and nothing is done while the input stays the same.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { brotliCompress } from "node:zlib";
import { wordlist as english } from "@scure/bip39/wordlists/english.js";
import { build } from "esbuild";
import { minify } from "terser";
import { carried, early, readCatalogues } from "./catalogues.mjs";
import { paths } from "./files.mjs";
import { lean, ownNames, plain } from "./lean.mjs";

const OUT = "build/assets";
const STAMP = "build/assets.stamp";
const INPUTS = ["chat/browser/**/*", "chat/locales/*", "widget/**/*", "staff_console/**/*"];
const RECIPE = ["tools/*.mjs", "package-lock.json", "tsconfig.json"];
const BROWSERS = ["chrome103", "firefox115", "safari16.4"];

const brotli = promisify(brotliCompress);
const sha256 = (data) => createHash("sha256").update(data).digest("hex");

function fingerprint() {
  const lines = paths([...RECIPE, ...INPUTS]).map((path) => `${path} ${sha256(readFileSync(path))}`);
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

/** Custom properties that no page but ours sets, each with a letter or two for its name. */
const PROPERTIES = new Map(
  [
    ...new Set(
      paths(["chat/browser/ui/*.css", "widget/**/*.css"])
        .flatMap((path) => readFileSync(path, "utf8").match(/--[a-z][\w-]*(?=:)/g) ?? [])
        .sort(),
    ),
  ].map((name, at) => [name, `--${(at + 10).toString(36)}`]),
);

/** In style sheets, and where a script sets one. */
const renamed = (code) => code.replace(/--[a-z][\w-]*/g, (name) => PROPERTIES.get(name) ?? name);

const FRAME = "widget/frame/main.tsx";
const LENT = "widget/frame/lent.ts";
const PARTS = "widget/frame/parts/*";

/** The names that the frame lends to its parts, and the modules they come from. */
async function readLent() {
  const options = {
    bundle: true,
    format: "esm",
    write: false,
    metafile: true,
    plugins: [styles],
    outdir: OUT,
  };
  const { metafile } = await build({
    entryPoints: [LENT],
    jsx: "automatic",
    jsxImportSource: "preact",
    ...options,
  });
  const [{ exports }] = Object.values(metafile.outputs);
  const modules = metafile.inputs[LENT].imports.map(({ path }) => resolve(path));
  return { exports, modules };
}

/** In a part, an import of a module that is lent takes from the frame's bundle what is lent of it. */
const borrowing = ({ exports, modules }) => ({
  name: "borrowing",
  setup({ onLoad, onResolve, resolve: find }) {
    onResolve({ filter: /./ }, async ({ path, pluginData, ...from }) => {
      if (pluginData || from.kind === "entry-point") return undefined;
      const found = await find(path, { ...from, pluginData: "found" });
      return modules.includes(found.path) ? { path: LENT, namespace: "lent" } : undefined;
    });
    onLoad({ filter: /./, namespace: "lent" }, () => ({
      contents: `export const { ${exports.join(", ")} } = varsam;`,
    }));
  },
});

/**
 * X-Wing takes nothing of @hpke/dhkem-x25519 but the curve itself, and hands it a key derivation that is never called. The package's
 * own would bring SHA-256 and HMAC in JavaScript along, for keys that WebCrypto refuses; the one of @hpke/common asks WebCrypto.
 */
const derivation = {
  name: "derivation",
  setup({ onLoad }) {
    onLoad({ filter: /@hpke\/dhkem-x25519\/.*\/hkdfSha256\.js$/ }, ({ path }) => ({
      contents: 'export { HkdfSha256Native as HkdfSha256 } from "@hpke/common";',
      resolveDir: dirname(path),
    }));
  },
};

/** The browser's own X25519 in place of the package's, in scripts for visitors; the package's own is a part (`widget/frame/curve.ts`). */
const curve = {
  name: "curve",
  setup({ onResolve }) {
    onResolve({ filter: /^@hpke\/dhkem-x25519$/ }, ({ importer }) =>
      importer.includes("/node_modules/") ? { path: resolve("widget/frame/curve.ts") } : undefined,
    );
  },
};

/** What packages carry for engines and uses that are none of ours. */
const packages = {
  name: "packages",
  setup({ onLoad, onResolve, resolve: find }) {
    // Their own word for it is hidden by another file of theirs.
    onResolve({ filter: /^\.|^@hpke|^mlkem/ }, async ({ path, pluginData, ...from }) => {
      const packaged = /node_modules\/(?:@hpke|mlkem)\//.test(from.importer) || !path.startsWith(".");
      if (pluginData === "pure" || !packaged) return undefined;
      return { path: (await find(path, { ...from, pluginData: "pure" })).path, sideEffects: false };
    });
    onLoad({ filter: /node_modules\/(?:@hpke|mlkem)\/.*\.js$/ }, ({ path }) => ({
      contents: plain(readFileSync(path, "utf8")),
    }));
    onLoad({ filter: /node_modules\/(?:@hpke|mlkem)\/.*\/_dnt\.shims\.js$/ }, () => ({
      contents: "export const dntGlobalThis = globalThis;",
    }));
    onLoad({ filter: /node_modules\/fast-luhn\/index\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace("module.exports =", "export default"),
    }));
  },
};

/** What esbuild leaves on the table; its own output is the input, so that the order of things is decided once. */
async function smaller(code, names = []) {
  const own = names.length > 0 && { regex: new RegExp(`^(?:${names.join("|")})$`) };
  const compress = { ecma: 2022, passes: 3, inline: 1 };
  const { code: smallest } = await minify(renamed(code), {
    ecma: 2022,
    toplevel: true,
    compress,
    mangle: { properties: own },
  });
  return smallest;
}

class Folder {
  constructor(path) {
    this.path = path;
    this.packages = new Set();
    this.inputs = {};
    rmSync(path, { recursive: true, force: true });
    for (const kind of ["c", "f", "p", "s", "w"]) mkdirSync(join(path, kind), { recursive: true });
  }

  /** Writes `content` under its hash. A path is relative to this folder, and to the origin that serves it. */
  async publish(kind, extension, content) {
    const path = `${kind}/${sha256(content).slice(0, 32)}.${extension}`;
    writeFileSync(join(this.path, path), content);
    writeFileSync(join(this.path, `${path}.br`), await brotli(content));
    return { path, integrity: `sha384-${createHash("sha384").update(content).digest("base64")}` };
  }

  /** SHA-256, as base64, of what was published. */
  digest({ path }) {
    return createHash("sha256")
      .update(readFileSync(join(this.path, path)))
      .digest("base64");
  }

  async bundle(kind, entry, constants, plugins) {
    return this.publish(kind, "js", await this.compile(entry, constants, plugins));
  }

  async compile(entry, constants, plugins) {
    return smaller(await this.gather(entry, constants, plugins));
  }

  /** One script out of many modules, and where each begins. */
  async gather(entry, constants = {}, plugins = [], format = "iife") {
    const { outputFiles, metafile } = await build({
      entryPoints: [entry],
      bundle: true,
      minifySyntax: true,
      write: false,
      metafile: true,
      format,
      target: BROWSERS,
      charset: "utf8",
      legalComments: "none",
      jsx: "automatic",
      jsxImportSource: "preact",
      define: Object.fromEntries(
        Object.entries(constants).map(([name, value]) => [name, JSON.stringify(value)]),
      ),
      plugins: [...plugins, derivation, packages, styles],
      logLevel: "error",
    });
    this.inputs[entry] = Object.keys(metafile.inputs);
    for (const input of Object.keys(metafile.inputs)) {
      const found = input.match(/(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*\/node_modules\/)/);
      if (found) this.packages.add(found[1]);
    }
    return outputFiles[0].text;
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

/** tag → where the catalogue is, and how to name the language before it is fetched. */
function publishCatalogues(folder, catalogues, sections) {
  return forEach(catalogues, async (words) => {
    const { name, direction, review } = words.language;
    const published = await folder.publish("c", "json", JSON.stringify(carried(words, sections)));
    return { ...published, name, direction, review };
  });
}

/** The same keys, with what is made of their values. */
async function forEach(values, make) {
  const made = Object.entries(values).map(async ([key, value]) => [key, await make(value, key)]);
  return Object.fromEntries(await Promise.all(made));
}

/** What a visitor's catalogue has. */
const VISITOR = ["language", "shared", "loader", "visitor", "swedish"];
const STAFF = ["language", "shared", "callback", "staff"];

/** As a bundle carries them: one hash of each, which is its name too. */
function pinned(folder, catalogues) {
  const pin = ([tag, { path, name, review }]) => [tag, { digest: folder.digest({ path }), name, review }];
  return Object.fromEntries(Object.entries(catalogues).map(pin));
}

/** Which catalogue is which language's: one hash in the frame instead of one for each. */
async function publishIndex(folder, catalogues) {
  const digests = await forEach(catalogues, (catalogue) => folder.digest(catalogue));
  return folder.publish("c", "json", JSON.stringify(digests));
}

/** The sections that a part has of its own in one language, in a catalogue that is fetched beside it: too many words for the part. */
const OWN = {
  returning: ["language", "returning", "swedish"],
  callback: ["language", "callback", "swedish"],
};

/** part → tag → where its words are. */
function publishOwnWords(folder, catalogues) {
  return forEach(OWN, (sections) => publishCatalogues(folder, catalogues, sections));
}

/** name → where a list of words for return codes is, and its hash (R1). What is ours is a word a line; the English one is BIP-39's. */
function publishLists(folder) {
  const lists = {
    "sv-1": readFileSync("widget/lists/sv-1.txt", "utf8").trim().split("\n"),
    "en-1": english,
  };
  return forEach(lists, async (words) => {
    const content = JSON.stringify({ words: words.join(" ") });
    const digest = createHash("sha256").update(content).digest("base64");
    return { ...(await folder.publish("c", "json", content)), digest };
  });
}

/** A part gives the frame what its module exports, which esbuild names at its end. */
function given(name, code) {
  const [exported, names] = code.match(/export \{([^}]*)\};\s*$/);
  const pairs = names.split(",").map((one) => one.trim().split(" as "));
  const part = pairs.map(([here, there = here]) => `${there}: ${here}`);
  return `(() => {\n${code.slice(0, -exported.length)}varsam.give("${name}", { ${part} });\n})();`;
}

/** The code behind the first screen: name → its script. A section of the catalogues with a part's name goes along with it. */
async function gatherParts(folder, catalogues, beside, lists) {
  const lent = await readLent();
  const gather = async (file) => {
    const name = basename(file, extname(file));
    const words = forEach(catalogues, (catalogue) => catalogue[name]);
    const fetched = beside[name] && pinned(folder, beside[name]);
    const each = (what) => forEach(fetched, (catalogue) => catalogue[what]);
    const constants = {
      ...(catalogues.sv[name] && { __PART_WORDS__: await words }),
      ...(fetched && {
        __OWN_WORDS__: await each("digest"),
        __NAMES__: await each("name"),
        __LISTS__: await forEach(lists, ({ digest }) => digest),
      }),
    };
    return [name, given(name, await folder.gather(file, constants, [borrowing(lent), curve], "esm"))];
  };
  return Object.fromEntries(await Promise.all(paths([PARTS]).map(gather)));
}

/** What the first bundle has is not loaded twice, and nothing that stands in it has two states. */
function refuseDoubles({ inputs }) {
  const doubles = paths([PARTS]).flatMap((part) =>
    inputs[part].filter((input) => inputs[FRAME].includes(input)).map((input) => `${part}: ${input}`),
  );
  if (doubles.length)
    throw new Error(`In the frame and in a part (lend it in ${LENT}): ${doubles.join(", ")}`);
}

async function buildInto(path) {
  const folder = new Folder(path);
  const catalogues = readCatalogues();
  const visitor = await publishCatalogues(folder, catalogues, VISITOR);
  const { sv, en } = catalogues;
  const staff = await publishCatalogues(folder, { sv, en }, STAFF);
  const beside = await publishOwnWords(folder, catalogues);
  const lists = await publishLists(folder);
  const gathered = await gatherParts(folder, catalogues, beside, lists);
  const { frame: first, ...behind } = lean({ ...gathered, frame: await folder.gather(FRAME) });
  refuseDoubles(folder);
  const names = ownNames({ ...behind, first });
  const parts = await forEach(behind, async (code) => folder.publish("f", "js", await smaller(code, names)));
  const languages = await publishIndex(folder, visitor);
  const pins = {
    __LANGUAGES__: await forEach(catalogues, ({ language: { name, review } }) => ({ name, review })),
    __INDEX__: folder.digest(languages),
    __PARTS__: await forEach(parts, (part) => folder.digest(part)),
  };
  const pinning = Object.entries(pins).map(([name, pin]) => `const ${name}=${JSON.stringify(pin)};`);
  const code = await smaller(pinning.join("") + first, names);
  const frame = await forEach(catalogues, (words) => {
    const own = JSON.stringify(carried(words, VISITOR));
    return folder.publish("f", "js", `const __CATALOGUE__=${own};${code}`);
  });
  const loader = await forEach(catalogues, (words, tag) =>
    folder.bundle("w", "widget/loader/main.ts", {
      __FRAME__: frame[tag],
      __WORDS__: early(words.loader),
      __LANGUAGE__: tag,
      __DIRECTION__: words.language.direction,
    }),
  );
  const console_ = await folder.bundle("s", "staff_console/src/main.tsx", {
    __CATALOGUES__: pinned(folder, staff),
    __LANGUAGES__: Object.fromEntries(
      Object.entries(catalogues).map(([tag, { language }]) => [tag, language]),
    ),
  });
  const guest = await folder.bundle("s", "staff_console/src/guest/main.tsx", {
    __CATALOGUES__: pinned(folder, staff),
    __LANGUAGES__: {},
  });
  const style = await folder.publish("p", "css", await styleSheet("widget/templates/pages.css"));
  folder.writeNotices();
  const assets = {
    loader,
    frame,
    parts,
    lists,
    languages,
    console: console_,
    guest,
    style,
    catalogues: { visitor, staff, ...beside },
  };
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
