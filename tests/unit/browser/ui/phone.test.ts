/** Numbers as people write them, and those that are refused (Call 1). */

import assert from "node:assert/strict";
import { test } from "node:test";
import { readNumber, spaced } from "../../../../chat/browser/ui/phone.ts";

const GOOD: Readonly<Record<string, string>> = {
  "070-174 06 05": "+46701740605",
  "0701740605": "+46701740605",
  "+46 70 174 06 05": "+46701740605",
  "+46 (0)70-174 06 05": "+46701740605",
  "0046701740605": "+46701740605",
  "٠٧٠١٧٤٠٦٠٥": "+46701740605",
  "۰۷۰ ۱۷۴ ۰۶۰۵": "+46701740605",
  "033-35 70 00": "+4633357000",
  "090-123 45 67": "+46901234567",
  "08-405 50 05": "+4684055005",
  "011-884 49 82": "+46118844982",
  "078-484 75 13": "+46784847513",
  "+252 61 234 5678": "+252612345678",
  "00964 750 123 4567": "+9647501234567",
  "+4790123456": "+4790123456",
  "+964 0750 123 4567": "+9647501234567",
  "+49 (0)151 12345678": "+4915112345678",
  "+39 06 1234 5678": "+390612345678",
  "+229 01 20 21 12 34": "+2290120211234",
};
const BAD: Readonly<Record<string, string>> = {
  "": "wrong",
  "ring mig": "wrong",
  "070-174": "wrong",
  "701740605": "wrong",
  "075-174 06 05": "wrong",
  "+0701740605": "wrong",
  "0701740605123": "long",
  "+4670174060512": "long",
  "+123456789012345678": "long",
  "112": "emergency",
  "11414": "emergency",
  "114 14": "emergency",
  "116 111": "emergency",
  "1177": "emergency",
  "911": "emergency",
  "+46112": "emergency",
  "0900-123 45 67": "premium",
  "0939-123 45 67": "premium",
  "0944-123 45 67": "premium",
  "+46900123456": "premium",
  "+1 900 555 1234": "premium",
  "+882 16 5555 1234": "premium",
  "+979 1 2345 6789": "premium",
  "0649-00 52 21": "premium",
  "+90 900 123 45 67": "premium",
};

for (const [written, number] of Object.entries(GOOD))
  test(`${written} is a number`, () => {
    assert.deepEqual(readNumber(written), { number });
  });

for (const [written, fault] of Object.entries(BAD))
  test(`"${written}" is refused: ${fault}`, () => {
    assert.deepEqual(readNumber(written), { fault });
  });

test("a number is shown so that it can be read aloud", () => {
  assert.equal(spaced("+46701740605"), "+46 70 174 06 05");
});
