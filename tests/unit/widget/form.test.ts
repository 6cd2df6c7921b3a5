/** A request to be called, from the first question to the code (Call 1), and what is left of it when nobody looks (Trace 6). */

import assert from "node:assert/strict";
import { test } from "node:test";
import { STEPS } from "../../../widget/frame/callback/answers.ts";
import { Form, type Service, type Wish } from "../../../widget/frame/callback/form.ts";

const HOUR_S = 3_600;
const NOW = 1_800_000_000;
const SPANS = [{ start: NOW, end: NOW + 8 * HOUR_S }];

interface Sent {
  wish: Wish;
  known: string | null;
}

function aService(sent: Sent[], fails: string[] = []): Service<string> {
  return {
    terms: async () => ({
      spans: SPANS,
      zone: "Europe/Stockholm",
      covers: [
        { words: "library", text: {} },
        { words: "", text: { sv: "Vi ringer om cykeln" } },
      ],
    }),
    send: async (wish, known) => {
      const fault = fails.pop();
      if (fault) throw new Error(fault);
      sent.push({ wish, known });
      return known ? null : "123 456 789";
    },
    find: async (code) => (code.startsWith("123") ? "known" : null),
    status: async () => ({ state: "waiting" }),
    cancel: async () => ({ state: "cancelled" }),
    stop: () => {},
    codeOf: (error) => ({ code: (error as Error).message }),
  };
}

const veil = {
  cover: async (value: unknown) => JSON.stringify(value),
  lift: async (covered: string) => JSON.parse(covered) as unknown,
};

async function aForm(sent: Sent[] = [], fails: string[] = []) {
  const form = new Form(
    aService(sent, fails),
    veil,
    "Asia/Baghdad",
    () => "self",
    () => NOW,
  );
  await form.open();
  return form;
}

function answersWhatIsNeeded(form: Form<string, string>): void {
  form.answer({ number: "070-174 06 05" });
  form.next();
  form.answer({ from: NOW, to: NOW + HOUR_S });
  form.next();
}

function skipsTheRest(form: Form<string, string>): void {
  while (form.question !== "preview") form.skip();
}

test("all but the number and the time can be skipped", async () => {
  const sent: Sent[] = [];
  const form = await aForm(sent);
  form.skip();
  assert.equal(form.question, "number");
  form.next();
  assert.equal(form.fault.value, "number.fault.wrong");
  form.answer({ number: "070-174 06 05" });
  form.next();
  form.next();
  assert.equal(form.fault.value, "error.no-window");
  form.answer({ from: NOW, to: NOW + HOUR_S });
  form.next();
  skipsTheRest(form);
  await form.send("sv");
  assert.equal(form.phase.value, "sent");
  assert.equal(form.code, "123 456 789");
  const { card, number } = sent[0]?.wish ?? assert.fail("nothing was sent");
  assert.equal(number, "+46701740605");
  assert.deepEqual(card.windows, [{ start: NOW, end: NOW + HOUR_S }]);
  assert.deepEqual([card.text, card.voicemail, card.answer, card.who], [false, false, "", ""]);
  assert.deepEqual([card.zone, card.language, card.entrance], ["Asia/Baghdad", "sv", "self"]);
});

test("what was sent leaves the page with it", async () => {
  const form = await aForm();
  answersWhatIsNeeded(form);
  skipsTheRest(form);
  await form.send("sv");
  assert.equal(form.answers.number, "");
  assert.deepEqual(form.answers.windows, []);
});

test("what is skipped is not sent, whatever was written before", async () => {
  const sent: Sent[] = [];
  const form = await aForm(sent);
  answersWhatIsNeeded(form);
  form.answer({ who: "Min bror" });
  form.skip();
  form.answer({ answer: "own", own: "Något" });
  form.skip();
  skipsTheRest(form);
  await form.send("sv");
  const { card } = sent[0]?.wish ?? assert.fail("nothing was sent");
  assert.deepEqual([card.who, card.answer, card.own, card.cover], ["", "", "", ""]);
});

test("a story of the catalogues goes by its name, one of the operator as words, and own words as they are", async () => {
  const form = await aForm();
  for (const [answer, own, expected] of [
    ["0", "", ["cover", "library", ""]],
    ["1", "", ["cover", "", "Vi ringer om cykeln"]],
    ["own", " Fel port ", ["cover", "", "Fel port"]],
    ["hang-up", "", ["hang-up", "", ""]],
  ] as const) {
    form.answer({ answer, own });
    const card = form.card("sv-x-latt");
    assert.deepEqual([card.answer, card.cover, card.own], expected);
  }
});

test("own words that are missing are asked for", async () => {
  const form = await aForm();
  answersWhatIsNeeded(form);
  form.skip();
  form.answer({ answer: "own", own: "  " });
  form.next();
  assert.equal(form.fault.value, "answer.noWords");
});

test("what could not be sent stays, and can be sent again", async () => {
  const sent: Sent[] = [];
  const form = await aForm(sent, ["callbacks-full"]);
  answersWhatIsNeeded(form);
  skipsTheRest(form);
  await form.send("sv");
  assert.equal(form.alarm.value?.code, "callbacks-full");
  assert.equal(form.phase.value, "asking");
  assert.equal(form.code, "");
  await form.send("sv");
  assert.equal(form.code, "123 456 789");
  assert.equal(sent.length, 1);
});

test("a time that ran out while it was being written is asked for again", async () => {
  const sent: Sent[] = [];
  let now = NOW;
  const form = new Form(
    aService(sent),
    veil,
    "Europe/Stockholm",
    () => "",
    () => now,
  );
  await form.open();
  answersWhatIsNeeded(form);
  skipsTheRest(form);
  now += 2 * HOUR_S;
  await form.send("sv");
  assert.equal(form.question, "when");
  assert.equal(form.fault.value, "error.window-past");
  assert.equal(sent.length, 0);
});

test("hidden, no answer and no code is left in memory, and they come back", async () => {
  const form = await aForm();
  form.answer({ number: "070-174 06 05" });
  form.type("123");
  form.hide();
  assert.equal(form.answers.number, "");
  assert.equal(form.typed, "");
  await form.show();
  assert.equal(form.answers.number, "070-174 06 05");
  assert.equal(form.typed, "123");
});

test("a code that comes while nobody looks is there when somebody does", async () => {
  const form = await aForm();
  answersWhatIsNeeded(form);
  skipsTheRest(form);
  const sending = form.send("sv");
  form.hide();
  await sending;
  await form.show();
  assert.equal(form.code, "123 456 789");
  assert.equal(form.answers.number, "");
});

test("wiped, nothing comes back", async () => {
  const form = await aForm();
  form.answer({ number: "070-174 06 05" });
  form.hide();
  const shown = form.show();
  form.wipe();
  await shown;
  assert.equal(form.answers.number, "");
});

test("with a code: its status, a new version under the same code, and the end", async () => {
  const sent: Sent[] = [];
  const form = await aForm(sent);
  form.phase.value = "code";
  form.type("999");
  await form.showStatus();
  assert.equal(form.fault.value, "code.unreadable");
  form.type("123 456 789");
  await form.showStatus();
  assert.equal(form.status.value?.state, "waiting");
  await form.change();
  assert.equal(form.question, STEPS[0]);
  assert.equal(form.answers.number, "");
  answersWhatIsNeeded(form);
  skipsTheRest(form);
  await form.send("sv");
  assert.equal(form.phase.value, "changed");
  assert.equal(sent[0]?.known, "known");
  assert.equal(form.code, "");
  await form.cancel();
  assert.equal(form.status.value?.state, "cancelled");
});
