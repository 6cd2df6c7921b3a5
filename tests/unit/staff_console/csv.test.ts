/** A list that is given out opens in a spreadsheet as what it is: text. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { csv } from "../../../staff_console/src/office/csv.ts";

test("quotes, commas, lines and marks stay inside their cell", () => {
  assert.equal(csv([["a", 'b"c', "d,e", "f\ng"]]), '\ufeff"a","b""c","d,e","f\ng"\r\n');
});

test("nothing that a pseudonym begins with makes it a formula", () => {
  for (const evil of ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
    assert.equal(csv([[evil]]), `\ufeff"'${evil}"\r\n`);
});
