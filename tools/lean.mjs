// Takes out of a visitor's scripts what nobody who runs them can miss: methods that nothing calls, reasons that no screen shows,
// and names that stand on `this` alone, which need no more than a letter. It reads what esbuild has bundled, with its comments
// that say which module begins where, and decides by names only: a method goes when no code that can run bears its name.

import { parse } from "acorn";

/** Engines call these by themselves. */
const CALLED = ["constructor", "toString", "toJSON", "valueOf", "then"];
/** Packages whose objects leave the modules at their seam never. */
const SEALED = /(?:^|\/)node_modules\/(?:@hpke|mlkem)\//;
const SEAM = /(?:^|\/)(?:chat\/browser\/core\/hpke[\w-]*|widget\/frame\/(?:parts\/)?curve)\.ts$/;
/** esbuild's word for what follows. */
const MODULE = /^ *\/\/ ((?:lent:)?[^\s:]+\.(?:css|js|ts|tsx|mjs))$/gm;
/** Their last argument is for whoever reads a trace. */
const REASONED = /^(?:verify|VerificationError)\d*$/;
const ERRORS = /^(?:Error|RangeError|Unreachable)\d*$/;
/** To whoever puts the chat into a page, in the console. */
const TOLD = "Varsam:";

/** Every node with the one around it; `visit` says false where what is below is no concern of its. */
function walk(node, visit, around = null) {
  if (visit(node, around) === false) return;
  for (const value of Object.values(node)) {
    for (const below of Array.isArray(value) ? value : [value]) {
      if (typeof below?.type === "string") walk(below, visit, node);
    }
  }
}

const isMember = ({ type }) => type === "MethodDefinition" || type === "PropertyDefinition";
const isText = ({ type, value }) => type === "Literal" && typeof value === "string";
const keyOf = ({ key }) => (key.type === "PrivateIdentifier" ? `#${key.name}` : (key.name ?? `${key.value}`));

/** `edits`: from, to, and what stands there instead. What lies within another is done by that. */
function edited(code, edits) {
  let done = "";
  let at = 0;
  for (const [from, to, instead] of edits.sort((a, b) => a[0] - b[0] || b[1] - a[1])) {
    if (from < at) continue;
    done += code.slice(at, from) + instead;
    at = to;
  }
  return done + code.slice(at);
}

// A package's module, before it is bundled

/** Fields as they were before they were written for old engines, errors without words, which nobody is shown, and no other home than a browser. */
export function plain(code) {
  const edits = [];
  const textOf = ({ start, end }) => code.slice(start, end);
  walk(parse(code, { ecmaVersion: 2022, sourceType: "module" }), (node) => {
    const { callee, arguments: given = [] } = node.expression ?? node;
    if (node.type === "ExpressionStatement" && callee && textOf(callee) === "Object.defineProperty") {
      const [object, name, how] = given;
      if (object.type !== "ThisExpression") return;
      const [value] = how.properties.filter((property) => keyOf(property) === "value");
      const rest = how.properties.filter((property) => property !== value).map(textOf);
      if (rest.join() !== "enumerable: true,configurable: true,writable: true")
        throw new Error(`lean: a field that is no plain one: ${textOf(node)}`);
      edits.push([node.start, node.end, `this.${name.value} = ${textOf(value.value)};`]);
    } else if (node.type === "TryStatement" && /import\("crypto"\)/.test(textOf(node.block))) {
      edits.push([node.start, node.end, "throw new Error();"]);
    } else if (node.type === "NewExpression" && /Error$/.test(callee.name) && given.length === 1) {
      const worded = ["Literal", "TemplateLiteral", "BinaryExpression"].includes(given[0].type);
      if (worded) edits.push([given[0].start, given[0].end, ""]);
    }
  });
  return edited(code, edits);
}

// The scripts, once they are bundled

/** Where a script's place lies: inside the sealed packages, outside, or where both meet. */
function sides(code) {
  const marks = [...code.matchAll(MODULE)].map(({ index, 1: path }) => [index, path]);
  return (place) => {
    const path = marks.findLast(([index]) => index <= place)?.[1] ?? "";
    if (SEAM.test(path)) return ["in", "out"];
    return [SEALED.test(path) ? "in" : "out"];
  };
}

/** The name by which a node may ask for a method. WebCrypto's own methods are none of a package's. */
function asked(node, around) {
  if (isText(node)) return node.value;
  if (node.type === "TemplateElement") return node.value.cooked;
  if (node.type === "PrivateIdentifier") return isMember(around) ? null : `#${node.name}`;
  if (node.type !== "Identifier") return null;
  if (around.type === "Property" && around.key === node && !around.computed) return node.name;
  if (around.type !== "MemberExpression" || around.property !== node || around.computed) return null;
  const { property, name } = around.object;
  return ["_api", "subtle"].includes(property?.name ?? name) ? null : node.name;
}

/** Every method of the script, with the names that it asks for; `roots` gets those of what runs in any case. */
function methodsOf({ code, tree }, roots) {
  const side = sides(code);
  const methods = [];
  const read = (from, names, around) =>
    walk(
      from,
      (node, above) => {
        if (node.type === "MethodDefinition" && !node.computed && keyOf(node) !== "constructor") {
          const method = { node, name: `${side(node.start)[0]} ${keyOf(node)}`, names: new Set() };
          methods.push(method);
          read(node.value, method.names, node);
          return false;
        }
        const name = asked(node, above);
        if (name) for (const one of side(node.start)) names.add(`${one} ${name}`);
        return true;
      },
      around,
    );
  read(tree, roots, null);
  return methods;
}

/** From the roots on, whatever is asked for. */
function reached(methods, roots) {
  const byName = Map.groupBy(methods, ({ name }) => name);
  const seen = new Set(roots);
  // A set that grows is gone through to its end.
  for (const name of seen)
    for (const { names } of byName.get(name) ?? []) for (const one of names) seen.add(one);
  return seen;
}

/** Where an argument says why, for whoever reads a trace: the last one of `verify`, the first one of an error that is ours. */
function reasons(tree) {
  const edits = [];
  walk(tree, ({ type, callee, arguments: given }) => {
    if (!["CallExpression", "NewExpression"].includes(type)) return;
    const [before, last] = given.slice(-2);
    const count = type === "CallExpression" ? 3 : 2;
    if (REASONED.test(callee.name) && given.length === count && isText(last))
      edits.push([before.end, last.end, ""]);
    else if (type === "NewExpression" && ERRORS.test(callee.name) && isText(given[0] ?? callee)) {
      if (!given[0].value.startsWith(TOLD)) edits.push([given[0].start, given[0].end, '""']);
    }
  });
  return edits;
}

/** Into `own` what stands on `this`, into `others` whatever stands on another object, in a literal or in a text. */
function sortNames(tree, own, others) {
  const words = (text) => {
    for (const word of text.match(/\w+/g) ?? []) others.add(word);
  };
  walk(tree, (node, around) => {
    const { type, object, property, computed } = node;
    if (type === "MemberExpression" && !computed)
      (object.type === "ThisExpression" ? own : others).add(property.name);
    else if (type === "ObjectPattern" && around.init?.type === "ThisExpression")
      for (const one of node.properties) one.ofThis = true;
    else if (type === "Property" && !computed) (node.ofThis ? own : others).add(keyOf(node));
    else if (isText(node)) words(node.value);
    else if (type === "TemplateElement") words(node.value.cooked);
  });
}

/** Names that stand on `this` alone in all scripts of a page: no other object can be asked for them. */
export function ownNames(scripts) {
  const own = new Set();
  const others = new Set(CALLED);
  for (const code of Object.values(scripts)) sortNames(parse(code, { ecmaVersion: 2022 }), own, others);
  return [...own].filter((name) => name.length > 2 && !others.has(name)).sort();
}

/** All scripts of one page, by their names: what one defines, another may call. */
export function lean(scripts) {
  const roots = new Set(CALLED.flatMap((name) => [`in ${name}`, `out ${name}`]));
  const read = Object.entries(scripts).map(([name, code]) => {
    const script = { code, tree: parse(code, { ecmaVersion: 2022 }) };
    return { ...script, name, methods: methodsOf(script, roots) };
  });
  const alive = reached(
    read.flatMap(({ methods }) => methods),
    roots,
  );
  return Object.fromEntries(
    read.map(({ name, code, tree, methods }) => {
      const dead = methods.filter((method) => !alive.has(method.name));
      return [name, edited(code, [...dead.map(({ node }) => [node.start, node.end, ""]), ...reasons(tree)])];
    }),
  );
}
