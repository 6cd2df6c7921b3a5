// Files by patterns, always in the same order.

import { globSync } from "node:fs";
import { join } from "node:path";

const files = (patterns) => globSync(patterns, { withFileTypes: true }).filter((entry) => entry.isFile());
export const paths = (patterns) =>
  files(patterns)
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
