// Prints TypeScript for the JSON Schema on standard input. Used by wire_types.py, which knows what the schema is of.

import { text } from "node:stream/consumers";
import { compile } from "json-schema-to-typescript";

// Told of every definition, and true of all of them: noise.
const REFERENCED = /^ \*(?: This interface was referenced by .*| via the `definition` .*)?\n/gm;
const EMPTY_COMMENT = /^\/\*\*\n \*\/\n/gm;

const schema = JSON.parse(await text(process.stdin));
const printed = await compile(schema, schema.title, {
  bannerComment: "",
  ignoreMinAndMaxItems: true,
  unreachableDefinitions: true,
});
process.stdout.write(printed.replace(REFERENCED, "").replace(EMPTY_COMMENT, ""));
